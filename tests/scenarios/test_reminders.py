"""Each morning, in two numbers by program and district: what is to be seen by tomorrow, and what became late."""

from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from sqlalchemy import event, select, update

from fieldsync import notices, sync
from fieldsync.cases.tables import CaseRow, FlagRow
from fieldsync.clock import Deposed
from fieldsync.clock.leading import look_at, take
from fieldsync.notices import reminder
from fieldsync.notices.tables import NoticeRow
from tests.field import SEVERE, pregnancy, stranger, visit
from tests.notices.receivers import OUT, listen, web_server
from tests.office import KAYU_AGUNG_DESA, TULUNG_SELAPAN

MONDAY = date(2026, 3, 2)
SIX = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # on that Monday in Asia/Jakarta
DAY = timedelta(days=1)


@pytest.fixture
def receiver():
    with web_server() as made:
        yield made


class Field:
    """A tablet, and women whose cases are due when the test says."""

    def __init__(self, office) -> None:
        self.office, self.tablet = office, office.tablet()
        self.women = []

    def due(self, day: date, area: str = KAYU_AGUNG_DESA) -> str:
        """Make a woman whose case is due on a day; return the id of the case."""
        self.women.append(she := stranger(self.tablet, len(self.women), area=area))
        she["data"]["village_code"] = area
        hers = pregnancy(self.tablet, she["id"], area=area)
        results = self.tablet.push(she, hers, visit(self.tablet, hers["id"], {"area": area}, **SEVERE))
        assert [one["status"] for one in results] == ["applied"] * 3
        query = select(CaseRow.id).where(CaseRow.person_id == she["id"], CaseRow.program == "maternal")
        with self.office.store.reading() as connection:
            case = connection.execute(query).scalar_one()
        self.change(case, due=day)
        return case

    def change(self, case: str, **values) -> None:
        """Change the flags of a case, and what it comes to."""

        def work(connection) -> None:
            connection.execute(update(FlagRow).where(FlagRow.case_id == case).values(**values))
            if "due" in values:
                connection.execute(update(CaseRow).where(CaseRow.id == case).values(due=values["due"]))

        self.office.store.transact(work)
        sync.recount(self.office.store, self.office.clock())


@pytest.fixture
def field(office):
    office.clock.at = SIX
    return Field(office)


def remind(office, **given) -> int:
    return notices.queue_reminders(office.store, office.clock(), **given)


def told(office) -> list[tuple]:
    """Take what is queued: the day, and by district what is due and late."""
    query = select(NoticeRow.about, NoticeRow.detail).where(NoticeRow.event == "reminder", NoticeRow.state == "queued")
    with office.store.reading() as connection:
        found = [(about, orjson.loads(detail)) for about, detail in connection.execute(query)]
    office.store.transact(lambda c: c.execute(update(NoticeRow).values(state="sent", ended_at=office.clock())))
    return sorted((about, one["district"], one["due"], one["late"]) for about, one in found)


def only_maternal(office, address: str = "https://hooks.example.com/", **changes) -> None:
    listen(office, address, events=("reminder",), **{"programs": ("maternal",), **changes})


def test_from_six_each_district_is_told_in_two_numbers_and_once(office, field, receiver):
    only_maternal(office, receiver.url)
    for day in (MONDAY, MONDAY + DAY, MONDAY + 2 * DAY, MONDAY - DAY):
        field.due(day)
    field.change(field.due(MONDAY - 2 * DAY), opened_at=SIX - 2 * DAY)
    field.due(MONDAY - DAY, TULUNG_SELAPAN)
    office.clock.forward(seconds=-1)
    assert remind(office) == 0
    office.clock.forward(seconds=1)
    assert (remind(office), remind(office)) == (2, 0)
    field.due(MONDAY, TULUNG_SELAPAN)  # what comes in later is told tomorrow
    office.clock.forward(hours=4)
    assert remind(office) == 0
    assert notices.send_due(office.store, OUT, office.clock).sent == 2
    bodies = [orjson.loads(body) for _, _, body in receiver.posts]
    assert sorted((one["data"]["district"], one["data"]["due"], one["data"]["late"]) for one in bodies) == [
        ("16.02.05", 2, 1),
        ("16.02.11", 0, 1),
    ]
    seen_thin(field, receiver)


def seen_thin(field, receiver) -> None:
    """Nothing that is sent names a woman, a case, a village or a rule."""
    text = b" ".join(body for _, _, body in receiver.posts).decode()
    for she in field.women:
        assert she["data"]["full_name"] not in text
        assert she["id"] not in text
    for word in (KAYU_AGUNG_DESA, TULUNG_SELAPAN, "ANC-", "case_id", "172"):
        assert word not in text


def test_its_links_lead_to_the_cases_that_it_counts(office, field, receiver):
    only_maternal(office, receiver.url)
    due = field.due(MONDAY + DAY)
    late = field.due(MONDAY - DAY)
    field.due(MONDAY + 5 * DAY)
    field.due(MONDAY - DAY, TULUNG_SELAPAN)
    remind(office)
    notices.send_due(office.store, OUT, office.clock)
    (one,) = [one for _, _, body in receiver.posts if (one := orjson.loads(body)["data"])["district"] == "16.02.05"]
    boss = office.clerk("coordinator")
    for name, case in (("due_url", due), ("late_url", late)):
        path = one[name].removeprefix(OUT.public_url)
        assert [found["id"] for found in boss.client.get(f"/api/v1{path}").json["cases"]] == [case]
        page = boss.client.get(path)
        assert (page.status_code, page.text.count(case) > 0) == (200, True)


def step(office, case: str, **what) -> None:
    boss = office.clerk("coordinator")
    answer = boss.client.post(f"/api/v1/cases/{case}/events", json=what, headers=boss.headers)
    assert answer.status_code == 200, answer.data


def test_days_off_are_made_up_for_once(office, field):
    only_maternal(office)
    field.due(MONDAY)
    assert remind(office) == 1
    assert told(office) == [("2026-03-02", "16.02.05", 1, 0)]
    for days in (1, 2, 3):
        field.due(MONDAY + days * DAY)
    seen_to = field.due(MONDAY + 2 * DAY)
    step(office, seen_to, event="acknowledge")
    office.clock.at = SIX + 3 * DAY + timedelta(hours=11)
    assert (remind(office), remind(office)) == (1, 0)
    assert told(office) == [("2026-03-05", "16.02.05", 1, 3)]
    office.clock.at = SIX + 4 * DAY
    assert remind(office) == 1
    assert told(office) == [("2026-03-06", "16.02.05", 0, 1)]
    office.clock.at = SIX + 5 * DAY
    assert remind(office) == 0


def test_what_comes_in_late_already_is_told_and_what_was_told_is_not_again(office, field):
    only_maternal(office)
    old = field.due(MONDAY - DAY)
    remind(office)
    assert told(office) == [("2026-03-02", "16.02.05", 0, 1)]
    office.clock.forward(hours=5)
    field.due(MONDAY - 4 * DAY)  # from a tablet that was off line for days
    step(office, old, event="assign", assignee="Bidan Rina")
    office.clock.at = SIX + DAY
    assert remind(office) == 1
    assert told(office) == [("2026-03-03", "16.02.05", 0, 1)]


def test_restricted_flags_count_for_those_alone_who_may_know(office, field):
    only_maternal(office, name="Semua")
    only_maternal(office, "https://hooks.example.com/few", name="Koordinator", restricted=True)
    hidden, mixed = field.due(MONDAY - DAY), field.due(MONDAY - DAY)
    field.change(hidden, restricted=True)
    with office.store.reading() as connection:
        shown, *others = connection.execute(select(FlagRow.id).where(FlagRow.case_id == mixed)).scalars().all()
    assert others
    office.store.transact(lambda c: c.execute(update(FlagRow).where(FlagRow.id.in_(others)).values(restricted=True)))
    office.store.transact(lambda c: c.execute(update(FlagRow).where(FlagRow.id == shown).values(due=MONDAY)))
    sync.recount(office.store, office.clock())
    assert remind(office) == 2
    assert told(office) == [("2026-03-02", "16.02.05", 0, 2), ("2026-03-02", "16.02.05", 1, 0)]


@pytest.mark.parametrize(
    "changes",
    [{"areas": ("16.02.11",)}, {"programs": ("child",)}, {"events": ("emergency", "summary")}],
    ids=["elsewhere", "another program", "did not ask"],
)
def test_nobody_else_is_told(office, field, changes):
    listen(office, "https://hooks.example.com/", **{"events": ("reminder",), **changes})
    field.due(MONDAY)
    assert remind(office) == 0
    only_maternal(office, name="Desa", areas=(KAYU_AGUNG_DESA,))
    assert remind(office) == 1
    assert told(office) == [("2026-03-02", "16.02.05", 1, 0)]


def test_who_counted_beside_another_queues_nothing_twice(office, field, monkeypatch):
    only_maternal(office)
    field.due(MONDAY)
    remind(office)
    monkeypatch.setattr(reminder, "last_queued", lambda *_: {})
    remind(office)
    assert len(told(office)) == 1


def test_a_deposed_leader_queues_nothing(office, field):
    only_maternal(office)
    field.due(MONDAY)
    first = take(office.store, "first", None, office.clock())
    assert take(office.store, "second", look_at(office.store), office.clock())
    with pytest.raises(Deposed):
        remind(office, guard=first.guard)
    assert told(office) == []


def test_the_number_of_statements_is_that_of_targets(office, field):
    only_maternal(office)
    seen = []
    event.listen(office.store.engine, "before_cursor_execute", note := lambda *given: seen.append(given[2]))
    numbers = []
    for day in (MONDAY, MONDAY - DAY):
        field.due(day)
        field.due(day, TULUNG_SELAPAN)
        seen.clear()
        remind(office)
        numbers.append(len([one for one in seen if one.lstrip().startswith("SELECT")]))
        office.clock.forward(days=1)
    event.remove(office.store.engine, "before_cursor_execute", note)
    assert numbers == [4, 4]
