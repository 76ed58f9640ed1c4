"""How well two groups of records fit, weighed by the very levels, weights and vetoes that decide online.

How rare a word is, and which telephones are nobody's own, is counted over all records at once: online it is counted
over those that came so far, which is one reason why the order of arrival shows there and not here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean

from fieldsync.identity.bulk.clustering import Bond, Group, Limits
from fieldsync.identity.matching.compare import Scene, levels_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.shelf import Words
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.vetoes import MOST_RECORDS, Held, is_by_a_stray, veto_of
from fieldsync.identity.matching.weights import Weights, log_odds

RECENT = 4  # records of a group that are held against another; online as many
CROWDED_NAMES = 15  # people, by first word and year of birth, from which a telephone is nobody's own
# Log odds by which acceptance is lower than online: what still fits when everything is known is truer than it looks.
EASIER = 0.35
_SURE = 0.01  # log odds by which a bond misses acceptance in which somebody does not fit


class Judge:
    """Tells how groups of these records fit; each answer is the same whenever it is asked."""

    def __init__(self, said: Sequence[Traits], weights: Weights) -> None:
        self.limits = Limits(log_odds(weights.accept) - EASIER, log_odds(weights.review), MOST_RECORDS)
        self._said, self._weights = said, weights
        self._scenes = _scenes(said, weights)
        self._lifted = {veto: log_odds(p) for veto, p in weights.lifted.items()}
        self._profiles: dict[Group, Profile] = {}

    def fits(self, one: Group, other: Group) -> Bond:
        """Weigh the records of the smaller group against the larger as one person, on average, and the other way."""
        small, large = (one, other) if (len(one), other[-1]) < (len(other), one[-1]) else (other, one)
        if len(small) == 1:
            return self._alone(small[0], large)
        bonds = [self.held(record, large) for record in small[-RECENT:]]
        back = [self.held(record, small) for record in large[-RECENT:]]
        odds = fmean(bond.odds for bond in bonds)
        if any(bond.odds < self.limits.review for bond in back):
            odds = min(odds, self.limits.accept - _SURE)
        veto = next((bond.veto for bond in (*bonds, *back) if bond.veto), None)
        best = max(bonds, key=lambda bond: bond.odds)
        return Bond(odds, veto, best.pair, best.levels)

    def _alone(self, record: int, group: Group) -> Bond:
        """Weigh one record against a group; as online, one stray record or number of the group keeps it from nobody."""
        bond, accept = self.held(record, group), self.limits.accept
        if bond.odds < self.limits.review or (bond.odds >= accept and bond.veto is None):
            return bond
        without = self._each(record, (tuple(kept for kept in group if kept != one) for one in group))
        alone = self._each(record, ((one,) for one in group))
        if is_by_a_stray((bond.odds, bond.veto), len(group), accept, without, alone):
            return bond._replace(odds=max(bond.odds, accept), veto=None)
        return bond

    def _each(self, record: int, groups: Iterable[Group]) -> Iterator[Held]:
        return ((bond.odds, bond.veto) for bond in (self.held(record, group) for group in groups))

    def held(self, record: int, group: Group) -> Bond:
        """Weigh one record against a group as one person."""
        profile, said = self._profile(group), self._said[record]
        levels = levels_of(said, profile, self._scenes[record])
        odds = self._weights.odds(levels)
        veto = veto_of(said, profile, levels, odds, self._lifted) if odds >= self.limits.review else None
        return Bond(odds, veto, (record, group[-1]), levels)

    def _profile(self, group: Group) -> Profile:
        found = self._profiles.get(group)
        if found is None:
            found = self._profiles[group] = self._grown(group) or self._made(group)
        return found

    def _made(self, group: Group) -> Profile:
        return Profile.of(self._said[group[0]].record_id, (self._said[one] for one in group))

    def _grown(self, group: Group) -> Profile | None:
        """Return the profile of a group that is one record more than one that is known, as most that are made are."""
        for at, one in enumerate(group):
            known = self._profiles.get((*group[:at], *group[at + 1 :]))
            if known is not None:
                return known.joined(self._said[group[0]].record_id, said=(self._said[one],))
        return None


def _scenes(said: Sequence[Traits], weights: Weights) -> list[Scene]:
    words = Words(weights, {}, 0)
    for one in said:
        words.count(one)
    crowded = _crowded(said)
    return [Scene(words.rarity_of(one), crowded, words.records_of(one.village)) for one in said]


def _crowded(said: Sequence[Traits]) -> frozenset[str]:
    people: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for one in said:
        if one.phone is not None:
            word = one.names[0].folded[0] if one.names and one.names[0].folded else ""
            people[one.phone].add((word, 0 if one.born is None else one.born.year))
    return frozenset(phone for phone, names in people.items() if len(names) > CROWDED_NAMES)
