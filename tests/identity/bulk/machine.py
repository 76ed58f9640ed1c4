"""What the machine may have got wrong before a night: persons fallen into two, a record given to somebody else."""

from fieldsync import registry
from fieldsync.identity.bulk.making import make
from fieldsync.identity.bulk.night import Change
from fieldsync.identity.matching.weights import shipped
from fieldsync.ledger import feed
from fieldsync.sync.persons import publish_parting
from tests.identity.people import partition
from tests.office import Office


def people(office: Office) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for record_id, person_id in partition(office.store).items():
        found.setdefault(person_id, []).append(record_id)
    return {person_id: tuple(sorted(found[person_id])) for person_id in sorted(found)}


def decided(office: Office, change) -> None:
    """The machine decides so, right or wrong."""

    def work(connection):
        registry.own_persons(connection)
        made = make(connection, office.store.sealer, shipped(), [change], office.clock())
        for parted in made.remade:
            feed.publish(connection, publish_parting(connection, office.store.sealer, parted))

    office.store.transact(work)


def scattered(office: Office) -> tuple[str, str]:
    """A person of many records falls into two, as if the machine had not known her again; return both."""
    person_id, records = max(people(office).items(), key=lambda one: (len(one[1]), one[0]))
    own = tuple(one for one in records if one == person_id)
    rest = tuple(one for one in records if one != person_id)
    change = Change({person_id: records}, {person_id: own, rest[0]: rest}, [], {}, "", len(rest))
    decided(office, change)
    return rest[0], person_id


def strange(office: Office, *but: str) -> list[str]:
    """Two persons who have nothing in common: their first letters, as it were."""
    found = [one for one, records in people(office).items() if one not in but and len(records) > 1]
    return [found[0], found[-1]]


def mixed(office: Office) -> tuple[str, str, str]:
    """A record of one person is given to another, as if the machine had mistaken her; return both, and the record."""
    one, other = strange(office)
    there = people(office)
    wrong = next(record for record in there[one] if record != one)
    after = {one: tuple(each for each in there[one] if each != wrong), other: (*there[other], wrong)}
    decided(office, Change({one: there[one], other: there[other]}, after, [], {}, "", 1))
    return one, other, wrong
