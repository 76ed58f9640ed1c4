"""The night run over HTTP-fed databases: nothing is left of the order of arrival, and no human is overruled."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import func, select

from bench.identity.score import difference, score
from fieldsync.cases.tables import CaseEventRow, CaseRow, FlagRow
from fieldsync.identity.matching.weights import shipped
from fieldsync.identity.tables import LinkRow, MergeRow, ReviewRow, SplitRow
from fieldsync.ledger.tables import ChangeRow
from fieldsync.sync.relinking import relink
from tests.conftest import KEPT_TABLES
from tests.field import pregnancy, visit
from tests.identity.bulk.crowd import bring, crowd
from tests.identity.bulk.machine import mixed, scattered, strange
from tests.identity.people import groups, memory, partition
from tests.office import Office

RECORDS = 400


def night(office: Office, **options):
    office.clock.forward(hours=12)
    return relink(office.store, shipped(), "duckdb", office.clock(), lambda *_: None, **options)


def count(office: Office, table, *where) -> int:
    with office.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def emptied(office: Office) -> Office:
    """The same kind of database, with nothing in it."""
    from fieldsync.db import Base

    def work(connection):
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in KEPT_TABLES:
                continue
            if table.name != "feed_epoch":
                connection.execute(table.delete())

    office.store.transact(work)
    return Office(office.settings, office.store)


@pytest.fixture
def at_work(office: Office) -> Office:
    office.clock.forward(days=700)  # after all that the invented people have lived through
    return office


def test_two_orders_of_arrival_end_in_the_same_persons(at_work):
    records, truth = crowd(at_work, 5, RECORDS)
    bring(at_work, records)
    online = partition(at_work.store)
    night(at_work)
    one = partition(at_work.store)
    again = emptied(at_work)
    again.clock.forward(days=700)
    bring(again, records, order=3)
    shuffled = partition(again.store)
    night(again)
    other = partition(again.store)
    assert difference(one, other) == 0
    assert difference(online, shuffled) > 0  # or else there was nothing to show
    before, after = score(truth, online), score(truth, one)
    assert after.pairs.precision >= 0.99
    assert after.pairs.f1 >= before.pairs.f1 - 0.01


def test_a_second_run_changes_nothing(at_work):
    records, _ = crowd(at_work, 6, RECORDS)
    bring(at_work, records)
    loser, winner = scattered(at_work)
    first = night(at_work)
    assert {loser, winner} in [set(merge) for merge in first.merges_made]
    assert sorted(first.merges_made) == sorted(first.merges_proposed)
    state, kept, told = partition(at_work.store), memory(at_work.store), count(at_work, ChangeRow)
    links, reviews = count(at_work, LinkRow), count(at_work, ReviewRow)
    second = night(at_work)
    assert (second.merges_made, second.remade, second.questions, second.moved) == ([], 0, 0, 0)
    assert partition(at_work.store) == state
    assert memory(at_work.store) == kept
    assert (count(at_work, ChangeRow), count(at_work, LinkRow), count(at_work, ReviewRow)) == (told, links, reviews)


def test_a_dry_run_tells_what_would_be_and_changes_nothing(at_work):
    records, _ = crowd(at_work, 6, RECORDS)
    bring(at_work, records)
    scattered(at_work)
    state, told = partition(at_work.store), count(at_work, ChangeRow)
    wish = night(at_work, dry_run=True)
    assert wish.merges_proposed
    assert wish.moved
    assert wish.drift == pytest.approx(1000 * wish.moved / RECORDS)
    assert wish.merges_made == []
    assert (partition(at_work.store), count(at_work, ChangeRow)) == (state, told)
    done = night(at_work)
    assert done.merges_made == wish.merges_proposed


def test_what_the_machine_had_got_wrong_is_made_right_with_profiles_keys_and_history(at_work):
    from fieldsync.identity.matching.profile import Profile
    from fieldsync.identity.shelving import profiles_of

    records, _ = crowd(at_work, 7, RECORDS)
    bring(at_work, records)
    night(at_work)
    right, (kept, keys) = groups(at_work.store), memory(at_work.store)
    partings = count(at_work, SplitRow, SplitRow.decided_by == "auto")
    mixed(at_work)
    assert groups(at_work.store) != right
    done = night(at_work)
    assert done.remade == 1
    assert groups(at_work.store) == right
    homes, (now, now_keys) = partition(at_work.store), memory(at_work.store)
    assert (now, now_keys) == (kept, keys)
    assert set(homes.values()) == now.keys()
    with at_work.store.reading() as connection:
        opened = profiles_of(connection, at_work.store.sealer, now)
    for person_id, profile in opened.items():
        assert set(profile.records) == {one for one, home in homes.items() if home == person_id}
        assert Profile.of(person_id, profile.said(), profile.apart).as_text() == profile.as_text()
    assert count(at_work, SplitRow, SplitRow.decided_by == "auto") == partings + 2  # ours, and the night's
    assert live_links(at_work) == homes


def test_the_feed_tells_of_the_persons_that_the_night_joined(at_work):
    records, _ = crowd(at_work, 7, RECORDS)
    tablet = bring(at_work, records)
    night(at_work)
    loser, winner = scattered(at_work)
    _, cursor = tablet.pull()
    (merge,) = night(at_work).merges_made
    assert set(merge) == {loser, winner}
    told, _ = tablet.pull(cursor)
    gone = {one["id"]: one.get("reason") or one.get("gone") for one in told if one["entity"] == "person"}
    assert set(gone) == {loser, winner}
    assert "merged" in orjson.dumps(told).decode()


def test_no_human_is_overruled_by_the_night(at_work):
    records, _ = crowd(at_work, 6, RECORDS)
    bring(at_work, records)
    night(at_work)
    # What the night would join, a human tells apart; what it would not, a human joins.
    loser, winner = scattered(at_work)
    apart = told_apart(at_work, loser, winner)
    strangers = strange(at_work, loser, winner)
    joined(at_work, *strangers)
    night(at_work)
    homes = partition(at_work.store)
    assert homes[apart[0]] != homes[apart[1]]
    assert homes[strangers[0]] == homes[strangers[1]]
    night(at_work)
    assert homes == partition(at_work.store)


def test_a_record_that_does_not_fit_a_person_whom_a_human_touched_is_asked_and_not_moved(at_work):
    records, _ = crowd(at_work, 6, RECORDS)
    bring(at_work, records)
    _, other, wrong = mixed(at_work)
    joined(at_work, other, strange(at_work, other)[0])
    before = groups(at_work.store)
    done = night(at_work)
    assert done.splits_proposed >= 1
    with at_work.store.reading() as connection:
        asked = set(connection.execute(select(ReviewRow.record_a).where(ReviewRow.reason == "split")).scalars())
    assert wrong in asked
    assert len(asked) == done.splits_proposed
    together = next(group for group in before if wrong in group)
    assert any(together <= group for group in groups(at_work.store))
    assert night(at_work).splits_proposed == 0  # asked already


@pytest.mark.parametrize("decision", ["same", "different"])
def test_a_proposed_split_is_made_by_the_human_who_agrees(at_work, decision):
    records, _ = crowd(at_work, 6, RECORDS)
    bring(at_work, records)
    _, other, wrong = mixed(at_work)
    joined(at_work, other, strange(at_work, other)[0])
    night(at_work)
    rest = {record_id for record_id, home in people_of(at_work, wrong)} - {wrong}
    with at_work.store.reading() as connection:
        asked = connection.execute(select(ReviewRow.id).where(ReviewRow.record_a == wrong, ReviewRow.reason == "split"))
        review_id = asked.scalar_one()
    clerk = at_work.clerk("data_manager")
    path = f"/api/v1/identity/reviews/{review_id}"
    answer = clerk.client.post(path, json={"decision": decision, "note": "dilihat"}, headers=clerk.headers)
    assert answer.status_code == 200, answer.data
    homes = partition(at_work.store)
    if decision == "same":
        assert {homes[one] for one in rest} == {homes[wrong]}
    else:
        assert homes[wrong] not in {homes[one] for one in rest}
    night(at_work)
    assert (partition(at_work.store)[wrong] in {partition(at_work.store)[one] for one in rest}) is (decision == "same")


def in_danger(tablet, woman_id: str) -> None:
    """A pregnancy of this woman, and a visit today that shows severe hypertension."""
    today = tablet.office.clock().date()
    hers = pregnancy(tablet, woman_id)
    hers["data"] |= {"lmp_date": f"{today - timedelta(days=150)}", "registered_on": f"{today - timedelta(days=60)}"}
    seen = visit(tablet, hers["id"], visit_date=f"{today}", systolic_mmhg=172, diastolic_mmhg=112)
    assert {one["status"] for one in tablet.push(hers, seen)} == {"applied"}


def whose_danger(office: Office) -> set[str | None]:
    """The persons that have the flag of a severe hypertension open."""
    with office.store.reading() as connection:
        query = select(FlagRow.person_id).where(FlagRow.rule == "ANC-BP-01", FlagRow.state == "open")
        return set(connection.execute(query).scalars())


def cases_by_person(tablet) -> dict[str, set[str]]:
    """By the person of each open case that a tablet is given, the rules of its flags."""
    found: dict[str, set[str]] = {}
    for one in tablet.pull()[0]:
        if one["entity"] == "case" and not one["deleted"]:
            flags = {flag["rule"] for flag in one["data"]["flags"]}
            found[one["data"]["person_id"]] = found.get(one["data"]["person_id"], set()) | flags
    return found


def test_the_flags_of_a_person_whom_the_night_joins_become_the_other_ones(at_work):
    records, _ = crowd(at_work, 6, RECORDS)
    tablet = bring(at_work, records)
    night(at_work)
    scattered(at_work)
    ((loser, winner),) = night(at_work, dry_run=True).merges_proposed
    in_danger(tablet, loser)
    assert whose_danger(at_work) == {loser}
    assert (loser, winner) in night(at_work).merges_made
    assert whose_danger(at_work) == {winner}
    told = cases_by_person(tablet)
    assert "ANC-BP-01" in told[winner]
    assert loser not in told
    left = count(at_work, CaseRow, CaseRow.person_id == loser, CaseRow.merged_into.is_(None))
    assert left == 0
    before = count(at_work, CaseEventRow)
    night(at_work)
    assert count(at_work, CaseEventRow) == before


def test_the_flags_of_a_record_that_the_night_gives_back_go_with_it(at_work):
    records, _ = crowd(at_work, 7, RECORDS)
    tablet = bring(at_work, records)
    night(at_work)
    one, other, wrong = mixed(at_work)
    in_danger(tablet, wrong)
    assert whose_danger(at_work) == {other}
    assert night(at_work).remade == 1
    assert whose_danger(at_work) == {one}
    told = cases_by_person(tablet)
    assert "ANC-BP-01" in told[one]
    assert "ANC-BP-01" not in told.get(other, set())


def people_of(office: Office, record_id: str):
    """The records of a record's person."""
    homes = partition(office.store)
    return [(one, home) for one, home in homes.items() if home == homes[record_id]]


def live_links(office: Office) -> dict[str, str]:
    """Whom each record is about by the history alone: its link that holds, and the merges that hold."""
    with office.store.reading() as connection:
        live = list(connection.execute(select(LinkRow.record_id, LinkRow.person_id).where(LinkRow.undone_at.is_(None))))
        merges = connection.execute(select(MergeRow.loser, MergeRow.winner).where(MergeRow.undone_at.is_(None)))
        merged = dict(list(merges))
    assert len(live) == len({record_id for record_id, _ in live})

    def meant(person_id):
        while person_id in merged:
            person_id = merged[person_id]
        return person_id

    return {record_id: meant(person_id) for record_id, person_id in live}


def told_apart(office: Office, one: str, other: str) -> tuple[str, str]:
    from fieldsync.identity import Said
    from fieldsync.identity.reviews import keep_apart
    from fieldsync.identity.shelving import profiles_of

    with office.store.reading() as connection:
        found = profiles_of(connection, office.store.sealer, [one, other])
    sides = [found[each].records for each in (one, other)]
    said = Said("clerk", office.clock())
    office.store.transact(lambda c: keep_apart(c, *sides, said.who, said.at))
    return sides[0][0], sides[1][0]


def joined(office: Office, one: str, other: str) -> None:
    """A human answers a question about the two: the same."""
    from fieldsync import identity
    from fieldsync.identity.bulk.making import ask
    from fieldsync.identity.matching.desk import Doubt
    from fieldsync.identity.reviews import review_id
    from fieldsync.sync.persons import publish_persons

    doubt = Doubt(one, other, 0.5, "unsure", (0,) * len(shipped().tables), 1)
    office.store.transact(lambda c: ask(c, shipped(), [doubt], office.clock()))

    def answer(connection):
        review = identity.find_review(connection, review_id(one, other), None, lock=True)
        said = identity.Said("clerk", office.clock() + timedelta(minutes=1))
        done = identity.decide(connection, office.store.sealer, review, "same", said)
        publish_persons(connection, office.store.sealer, [], done.merges)

    office.store.transact(answer)
