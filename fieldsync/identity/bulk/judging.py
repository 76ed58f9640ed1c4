"""How well two groups of records fit, weighed by the very levels, weights and vetoes that decide online."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from fieldsync.identity.bulk.clustering import Bond, Group
from fieldsync.identity.matching.compare import Scene, levels_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.vetoes import veto_of
from fieldsync.identity.matching.weights import Weights

RECENT = 4


class Judge:
    def __init__(self, said: Sequence[Traits], weights: Weights, scenes: Sequence[Scene], review: float) -> None:
        self._said, self._weights, self._scenes, self._review = said, weights, scenes, review
        self._profiles: dict[Group, Profile] = {}
        self.calls = 0

    def fits(self, one: Group, other: Group) -> Bond:
        small, large = (one, other) if (len(one), other[-1]) < (len(other), one[-1]) else (other, one)
        bonds = [self._held(record, large) for record in small[-RECENT:]]
        if len(small) > 1:
            bonds += [self._held(record, small) for record in large[-RECENT:]]
        veto = next((bond.veto for bond in bonds if bond.veto), None)
        best = max(bonds, key=lambda bond: bond.odds)
        return Bond(fmean(bond.odds for bond in bonds), veto, best.pair, best.levels)

    def _held(self, record: int, group: Group) -> Bond:
        self.calls += 1
        profile, said = self._profile(group), self._said[record]
        levels = levels_of(said, profile, self._scenes[record])
        odds = self._weights.weigh(levels)
        veto = veto_of(said, profile, levels, odds) if odds >= self._review else None
        return Bond(odds, veto, (record, group[-1]), levels)

    def _profile(self, group: Group) -> Profile:
        found = self._profiles.get(group)
        if found is None:
            found = self._profiles[group] = Profile.of(self._said[group[0]].record_id, (self._said[one] for one in group))
        return found
