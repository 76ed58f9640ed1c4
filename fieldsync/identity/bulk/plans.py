"""What has to change so that the persons become the groups of the night: merges, remade persons, questions.

Pure. A person that a human touched is never taken apart: what the machine would take from it is asked. Persons that
the machine alone made are remade by the machine, so that after a night nothing is left of the order of arrival.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fieldsync.identity.bulk.clustering import Group


@dataclass(frozen=True, slots=True)
class Step:
    """Persons that change together: those that are there, and the groups that take their place, by their ids.

    It is a mere merge when one group is left of them.
    """

    before: dict[str, Group]
    after: dict[str, Group]

    @property
    def merges(self) -> list[tuple[str, str]]:
        """Return the (loser, winner) persons; empty when persons are remade."""
        if len(self.after) > 1:
            return []
        (winner,) = self.after
        return [(loser, winner) for loser in sorted(self.before) if loser != winner]

    @property
    def moved(self) -> int:
        """Return how many records are with another person afterwards."""
        home = {record: person_id for person_id, group in self.after.items() for record in group}
        return sum(home[record] != person_id for person_id, group in self.before.items() for record in group)


@dataclass(slots=True)
class _Part:
    before: set[str] = field(default_factory=set)
    after: set[int] = field(default_factory=set)


def steps(persons: Mapping[str, Group], groups: Sequence[Group], ids: Sequence[str]) -> list[Step]:
    """Return the steps that turn persons into groups, independent of each other.

    Args:
        persons: the records of each person, by number.
        groups: the records of each group; every record is in one person and in one group.
        ids: the ids of the records.
    """
    at = {record: place for place, group in enumerate(groups) for record in group}
    parts = _parts(persons, at)
    return [_step(persons, [groups[place] for place in sorted(part.after)], part.before, ids) for part in parts]


def _parts(persons: Mapping[str, Group], at: Mapping[int, int]) -> list[_Part]:
    """Return what hangs together and is not the same already: persons and groups that share records."""
    meets: dict[int, set[str]] = defaultdict(set)
    for person_id, records in persons.items():
        for record in records:
            meets[at[record]].add(person_id)
    found: list[_Part] = []
    seen: set[int] = set()
    for place in sorted(meets):
        if place in seen:
            continue
        part, open_places = _Part(), [place]
        while open_places:
            one = open_places.pop()
            if one in seen:
                continue
            seen.add(one)
            part.after.add(one)
            for person_id in meets[one] - part.before:
                part.before.add(person_id)
                open_places += {at[record] for record in persons[person_id]}
        if len(part.before) > 1 or len(part.after) > 1:
            found.append(part)
    return found


def _step(persons: Mapping[str, Group], groups: Sequence[Group], before: set[str], ids: Sequence[str]) -> Step:
    there = {person_id: persons[person_id] for person_id in sorted(before)}
    owner = {record: person_id for person_id, records in there.items() for record in records}
    after: dict[str, Group] = {}
    for group in sorted(groups, key=lambda one: (-len(one), one)):
        after[_name(group, there, owner, ids, after)] = group
    return Step(there, after)


def _name(
    group: Group, there: Mapping[str, Group], owner: Mapping[int, str], ids: Sequence[str], taken: Mapping[str, Group]
) -> str:
    """Return who a group is: the person most of it was, of those whose first record it has; else its first record."""
    own = [person_id for person_id in there if person_id in {ids[record] for record in group}]
    if len(there) and not own:
        # A person's first record may be gone (deleted): then its id goes with most of its records.
        kept = {ids[record] for record in owner}
        own = [one for one in there if one not in kept and one not in taken and not set(there[one]).isdisjoint(group)]
    if not own:
        return ids[group[0]]
    shared = {one: sum(owner[record] == one for record in group) for one in own}
    return min(own, key=lambda one: (-shared[one], -len(there[one]), min(there[one]), one))
