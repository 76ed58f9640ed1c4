"""What the desk has before it: profiles, who is found by which key, how common words are; and what it changed of these.

A shelf holds a part of the store (for one batch) or all of it. What was changed is noted, so
that it can be written back in few statements.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping

from fieldsync.identity.matching.compare import COMMON_RARITY
from fieldsync.identity.matching.keys import HOT, Hash, Likely, keys_of, likely
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.matching.weights import Weights

PRIOR_NAMES = 2_000  # as many records counted live weigh as much as the prior
PRIOR_PLACE = 300  # and as many of a regency as much as the country

Fetch = Callable[["Shelf", list[str]], Mapping[str, Profile]]


class Words:
    """How common the words of names are: what was counted in the regency, over the whole country, over a prior.

    Names are common by place: half of a Balinese village is called Wayan. What is counted are
    words, words with the regency they were met in ("51.08 wayan"), and the records of each regency and village.
    """

    def __init__(
        self, weights: Weights, counted: Mapping[str, int], names: int, looked_up: Container[str] | None = None
    ) -> None:
        """Begin with these counts, of all words, or only of those that were `looked_up`: others go by the prior."""
        self.added: dict[str, int] = defaultdict(int)
        self.names_added = 0
        self._counted = dict(counted)
        self._names = names
        self._looked_up = looked_up
        self._prior, self._share = weights.words, PRIOR_NAMES / max(weights.names, 1)
        self._least = PRIOR_NAMES * math.exp(-COMMON_RARITY)

    def rarity_of(self, one: Traits) -> dict[str, float]:
        """Return how rare each word of a record's names is where it was made, in nats."""
        place = regency(one)
        return {word: math.log(1 / self._share_of(word, place)) for word in words_of(one)}

    def _share_of(self, word: str, place: str | None) -> float:
        """Return the share of names that have a word."""
        token = word if place is None else f"{place} {word}"
        if self._looked_up is not None and token not in self._looked_up:
            return self._before(word) / PRIOR_NAMES
        counted = self._counted.get
        share = (counted(word, 0) + self._before(word)) / (self._names + PRIOR_NAMES)
        if place is None:
            return share
        return (counted(token, 0) + PRIOR_PLACE * share) / (counted(place, 0) + PRIOR_PLACE)

    def records_of(self, village: str | None) -> int:
        """Return how many records of a village were counted."""
        return 0 if village is None else self._counted.get(village, 0)

    def _before(self, word: str) -> float:
        """Return how often a word would be met in PRIOR_NAMES names, before any is counted."""
        return max(self._prior.get(word, 0) * self._share, self._least)

    def count(self, one: Traits) -> None:
        """Count the words of a record that was placed."""
        for token in counted_of(one):
            self._counted[token] = self._counted.get(token, 0) + 1
            self.added[token] += 1
        self._names += 1
        self.names_added += 1


def regency(one: Traits) -> str | None:
    """Return the code of the regency that a record was made in."""
    return None if one.village is None else one.village[:5]


def counted_of(one: Traits) -> set[str]:
    """Return what a record adds one to: its own words, in the country and in the regency, regency and village."""
    return _placed(one, {word for name in one.names for word in name.folded})


def looked_up_of(one: Traits) -> set[str]:
    """Return all whose counts tell how rare the words of a record are."""
    return _placed(one, words_of(one))


def _placed(one: Traits, words: set[str]) -> set[str]:
    place = regency(one)
    if place is None or one.village is None:
        return words
    return {*words, *(f"{place} {word}" for word in words), place, one.village}


def words_of(one: Traits) -> set[str]:
    """Return the folded words of all names of a record."""
    all_names = (one.names, one.mothers, one.fathers, one.spouses)
    return {word for names in all_names for name in names for word in name.folded}


class Shelf:
    """Persons by key, and their profiles; `fetch` gives those that were not looked up beforehand.

    `touched` are profiles to write, `gone` persons that became another, keys to add and to drop as (key, person).
    With `as_kept` what is found by a key is kept under that very key, and need not be added again. `likely` is what was
    told of records, by their ids, before anything changed.
    """

    def __init__(
        self,
        hashed: Hash,
        by_key: dict[int, list[str]],
        profiles: dict[str, Profile],
        fetch: Fetch | None = None,
        *,
        as_kept: bool = False,
        likely: Mapping[str, Likely] | None = None,
    ) -> None:
        self.hashed = hashed
        self.by_key = by_key
        self.profiles = profiles
        self.touched: dict[str, Profile] = {}
        self.gone: dict[str, str] = {}
        self.new_keys: set[tuple[int, str]] = set()
        self.old_keys: set[tuple[int, str]] = set()
        self._likely = likely or {}
        self._changed: set[int] = set()
        self._fetch = fetch
        self._as_kept = as_kept

    def person(self, person_id: str) -> Profile:
        """Return a profile."""
        if person_id not in self.profiles and self._fetch is not None:
            self.profiles.update(self._fetch(self, [person_id]))
        return self.profiles[person_id]

    def likely(self, one: Traits, keys: Mapping[int, str]) -> Likely:
        """Tell whom a record may be about, by its keys."""
        told = self._likely.get(one.record_id)
        return told if told is not None and self._changed.isdisjoint(keys) else likely(keys, self.by_key)

    def followed(self, person_id: str) -> str:
        """Return who a person became on this shelf, through any number of merges."""
        while person_id in self.gone:
            person_id = self.gone[person_id]
        return person_id

    def attach(self, one: Traits, keys: Iterable[int], person_id: str) -> None:
        """Give a new record to a person, known or new."""
        known = self.profiles.get(person_id)
        self._keep(Profile.of(person_id, [one]) if known is None else known.joined(person_id, said=[one]))
        for key in keys:
            self._add_key(key, person_id)

    def join(self, winner: Profile, losers: Iterable[Profile]) -> Profile:
        """Make persons one; return what is known of it."""
        losers = list(losers)
        joined = winner.joined(winner.person_id, losers)
        self._keep(joined)
        for loser in losers:
            for key in self.keys_of(loser):
                self._drop_key(key, loser.person_id)
                self._add_key(key, winner.person_id)
            self._forget(loser.person_id)
            self.gone[loser.person_id] = winner.person_id
        return joined

    def renew(self, profile: Profile) -> None:
        """Put a profile made anew in the place of what was known of the person; with no record left, nothing is."""
        before = self.profiles.get(profile.person_id)
        old = set() if before is None else self.keys_of(before)
        new = self.keys_of(profile)
        for key in old - new:
            self._drop_key(key, profile.person_id)
        for key in new - old:
            self._add_key(key, profile.person_id)
        if profile.records:
            self._keep(profile)
        else:
            self._forget(profile.person_id)

    def keys_of(self, profile: Profile) -> set[int]:
        """Return all keys of a person's records."""
        return {key for said in profile.said() for key in keys_of(said, self.hashed)}

    def _keep(self, profile: Profile) -> None:
        self.profiles[profile.person_id] = self.touched[profile.person_id] = profile

    def _forget(self, person_id: str) -> None:
        self.profiles.pop(person_id, None)
        self.touched.pop(person_id, None)

    def _add_key(self, key: int, person_id: str) -> None:
        people = self.by_key.setdefault(key, [])
        pair = key, person_id
        if person_id not in people:
            if len(people) <= HOT:
                people.append(person_id)
                self._changed.add(key)
        elif self._as_kept and pair not in self.old_keys:
            return
        self.new_keys.add(pair)
        if self.old_keys:
            self.old_keys.discard(pair)

    def _drop_key(self, key: int, person_id: str) -> None:
        people = self.by_key.get(key, [])
        if person_id in people and len(people) <= HOT:  # one cut short would look as if it had cooled
            people.remove(person_id)
            self._changed.add(key)
        self.new_keys.discard((key, person_id))
        self.old_keys.add((key, person_id))
