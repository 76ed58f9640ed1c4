"""From a danger sign at a visit to a telephone that rings: queued with the push, sent after it, told once and thinly."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import event, select, update
from standardwebhooks.webhooks import Webhook

from fieldsync import notices, sync
from fieldsync.cases.tables import CaseRow, FlagRow
from fieldsync.clock import Deposed
from fieldsync.clock.leading import look_at, take
from fieldsync.config import Outgoing, Relay
from fieldsync.notices import outbox, sending
from fieldsync.notices.outbox import HOPELESS, LEASE
from fieldsync.notices.tables import NoticeRow, TargetRow
from tests.field import pregnancy, stranger, visit, woman
from tests.notices.receivers import OUT, free_port, listen, mail_server, web_server

SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112}


@pytest.fixture
def receiver():
    with web_server() as made:
        yield made


@pytest.fixture
def in_danger(tablet):
    """Make a woman with severe hypertension at her visit, as often as it is called; return her."""

    def make(number: int = 0):
        she = stranger(tablet, number)
        hers = pregnancy(tablet, she["id"])
        seen = visit(tablet, hers["id"], **SEVERE)
        assert [one["status"] for one in tablet.push(she, hers, seen)] == ["applied"] * 3
        return she

    return make


def send(office, out: Outgoing = OUT, **given):
    return notices.send_due(office.store, out, office.clock, **given)


def queued(office) -> list[tuple]:
    columns = (NoticeRow.event, NoticeRow.state, NoticeRow.attempts, NoticeRow.error)
    with office.store.reading() as connection:
        return [tuple(one) for one in connection.execute(select(*columns).order_by(NoticeRow.queued_at, NoticeRow.id))]


def case_id(office, she) -> str:
    query = select(CaseRow.id).where(CaseRow.person_id == she["id"], CaseRow.program == "maternal")
    with office.store.reading() as connection:
        return connection.execute(query).scalar_one()


def test_an_emergency_is_told_once_signed_and_without_a_word_about_her(office, in_danger, receiver):
    _, secret = listen(office, receiver.url)
    she = in_danger()
    assert send(office) == notices.Sent(sent=1)
    assert send(office) == notices.Sent()
    ((_, headers, body),) = receiver.posts
    # The office's clock of the tests stands still in March; a reader compares with its own.
    told = orjson.loads(body)
    case = case_id(office, she)
    assert told["type"] == "case.emergency"
    assert told["data"] == {
        "case_id": case,
        "severity": "emergency",
        "program": "maternal",
        "district": "16.02.05",
        "since": told["data"]["since"],
        "district_name": "Kayu Agung",
        "url": f"https://sync.example.go.id/cases/{case}",
    }
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC).replace(tzinfo=None)
    assert Webhook(secret).sign(headers["webhook-id"], at, body.decode()) == headers["webhook-signature"]
    for word in (she["data"]["full_name"], she["id"], "16.02.05.2012", "ANC-BP", "172"):
        assert word not in body.decode()


def test_it_comes_by_mail_too(office, in_danger):
    listen(office, "kepala@dinkes.example.go.id", kind="email", language="id")
    she = in_danger()
    with mail_server() as box:
        out = replace(OUT, relay=Relay("127.0.0.1", box.port, tls=False), sender="fs@example.go.id")
        assert send(office, out).sent == 1
    (letter,) = box.letters
    assert letter["subject"] == "[FieldSync] Kasus darurat baru: Kesehatan ibu, Kayu Agung"
    assert case_id(office, she) in letter.get_content()
    assert she["data"]["full_name"] not in letter.as_string()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"areas": ("16.02.05.2012",)}, True),
        ({"areas": ("16.02.11",)}, False),
        ({"programs": ("civil", "child")}, False),
        ({"events": ("head", "summary")}, False),
    ],
)
def test_only_those_are_told_who_asked_for_it(office, in_danger, receiver, changes, told):
    listen(office, receiver.url, **changes)
    in_danger()
    assert send(office).sent == told


def test_a_disabled_target_is_queued_nothing(office, in_danger, receiver):
    listen(office, receiver.url)
    office.store.transact(
        lambda c: c.execute(update(TargetRow).values(disabled_at=office.clock(), disabled_why="failing"))
    )
    in_danger()
    assert queued(office) == []


def test_what_rests_on_restricted_flags_alone_is_told_to_those_who_may_know(office, tablet, in_danger, receiver):
    listen(office, receiver.url, name="Semua")
    listen(office, receiver.url + "/few", name="Koordinator", restricted=True)
    she = in_danger()
    send(office)
    receiver.posts.clear()
    office.store.transact(lambda c: c.execute(update(FlagRow).values(restricted=True)))
    assert sync.escalate(office.store, office.clock() + timedelta(hours=3)) == 1
    office.clock.forward(hours=3)
    assert send(office).sent == 1
    ((path, _, body),) = receiver.posts
    assert path == "/hook/few"
    assert orjson.loads(body)["data"]["case_id"] == case_id(office, she)


def after_birth(tablet, her: str, hers: str):
    """A birth a week ago, and a visit after it at which she says that she thinks of harming herself."""
    baby = {"outcome": "stillbirth", "sex": "male", "birth_order": 1, "birth_weight_g": 2900}
    born = {"pregnancy_id": hers, "delivered_on": "2026-02-23", "delivered_time": "04:10", "place": "puskesmas"}
    how = {"attendant": "midwife", "mode": "vaginal", "mother_outcome": "alive", "babies": [baby]}
    delivery = tablet.record("delivery", {**born, **how})
    seen = {"delivery_id": delivery["id"], "person_id": her, "subject": "mother", "visit_date": "2026-03-02"}
    measured = {"systolic_mmhg": 116, "diastolic_mmhg": 74, "temp_c": 36.8}
    found = {**measured, "danger_signs": [], "breastfeeding": "none", "epds_total": 9, "epds_item10": 2}
    return delivery, tablet.record("pnc_visit", {**seen, **found})


def test_a_mother_in_danger_of_herself_is_told_to_few_and_nothing_says_why(office, tablet, receiver):
    listen(office, receiver.url, name="Semua", programs=("maternal",))
    listen(office, receiver.url + "/few", name="Koordinator", programs=("maternal",), restricted=True)
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    delivery, seen = after_birth(tablet, she["id"], hers["id"])
    results = tablet.push(delivery, seen)
    assert [one["status"] for one in results] == ["applied"] * 2
    urgent = {one["rule"] for one in results[1]["flags"] if one["severity"] == "emergency"}
    assert urgent == {"PNC-MH-02"}
    send(office)
    ((path, _, body),) = receiver.posts
    assert path == "/hook/few"
    assert b"MH" not in body
    assert b"restricted" not in body
    # Another sign that everybody may know of is told to everybody.
    office.clock.forward(hours=1)
    tablet.push(tablet.edited(seen, base_rev=1, danger_signs=["heavy_bleeding"]))
    send(office)
    assert sorted(path for path, *_ in receiver.posts) == ["/hook", "/hook/few", "/hook/few"]


def test_it_is_handed_up_by_notices_as_by_levels(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    office.clock.forward(hours=2, seconds=1)
    sync.escalate(office.store, office.clock())
    sync.escalate(office.store, office.clock())
    office.clock.forward(hours=22)
    sync.escalate(office.store, office.clock())
    send(office)
    told = [orjson.loads(body) for _, _, body in receiver.posts]
    assert [one["data"].get("level") for one in told] == [None, "coordinator", "head"]
    assert len(set(receiver.ids)) == 3


def test_the_same_thing_is_never_queued_twice(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    alarm = cases_alarm(office)
    office.store.transact(lambda c: notices.queue_alarms(c, [alarm, alarm], office.clock()))
    assert len(queued(office)) == 1
    office.store.transact(lambda c: notices.queue_alarms(c, [replace(alarm, level=1)], office.clock()))
    assert len(queued(office)) == 2


def cases_alarm(office):
    from fieldsync.cases import Alarm

    row = CaseRow.__table__.c
    query = select(row.id, row.program, row.area, row.emergency_at).where(row.severity == 0)
    with office.store.reading() as connection:
        one = connection.execute(query).one()
    return Alarm(one.id, one.program, one.area, 0, one.emergency_at, restricted=False)


def test_a_push_that_is_rolled_back_tells_nobody(office, in_danger, receiver, monkeypatch):
    listen(office, receiver.url)

    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("fieldsync.ledger.feed.publish", fail)
    office.app.testing = False
    with pytest.raises(AssertionError):
        in_danger()
    assert queued(office) == []


class Statements:
    """Counts the statements about notices."""

    def __init__(self, engine) -> None:
        self.engine, self.seen = engine, []

    def note(self, _connection, _cursor, statement, *_) -> None:
        if "notice" in statement:
            self.seen.append(statement)

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self.note)
        return self.seen

    def __exit__(self, *_) -> None:
        event.remove(self.engine, "before_cursor_execute", self.note)


def test_a_push_pays_only_when_something_became_urgent_and_once_a_batch(office, tablet, receiver):
    women = [stranger(tablet, number) for number in range(4)]
    hers = [pregnancy(tablet, she["id"]) for she in women]
    with Statements(office.store.engine) as seen:
        tablet.push(*women, *hers, *(visit(tablet, one["id"]) for one in hers))
    assert seen == []
    with Statements(office.store.engine) as seen:
        tablet.push(*(visit(tablet, one["id"], **SEVERE) for one in hers[:2]))
    assert len(seen) == 1
    listen(office, receiver.url)
    with Statements(office.store.engine) as seen:
        tablet.push(*(visit(tablet, one["id"], **SEVERE) for one in hers[2:]))
    assert len(seen) == 2
    assert len(queued(office)) == 2


def test_what_fails_is_tried_again_until_it_comes_through(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    receiver.answers = [(500, {}), (503, {"Retry-After": "3600"})]
    assert send(office) == notices.Sent(retried=1)
    assert queued(office) == [("emergency", "queued", 1, "http_500")]
    office.clock.forward(seconds=4)
    assert send(office) == notices.Sent()
    office.clock.forward(seconds=3)
    assert send(office) == notices.Sent(retried=1)
    office.clock.forward(seconds=3599)
    assert send(office) == notices.Sent()
    office.clock.forward(seconds=2)
    assert send(office) == notices.Sent(sent=1)
    assert queued(office) == [("emergency", "sent", 3, None)]
    assert len(set(receiver.ids)) == 1
    with office.store.reading() as connection:
        assert connection.execute(select(TargetRow.failing_since)).scalar_one() is None


def test_the_last_try_is_the_tenth(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    office.store.transact(lambda c: c.execute(update(NoticeRow).values(attempts=9)))
    receiver.answers = [(500, {})]
    assert send(office) == notices.Sent(failed=1)
    assert queued(office) == [("emergency", "failed", 10, "http_500")]
    office.clock.forward(days=9)
    assert send(office) == notices.Sent()


def test_a_target_that_fails_for_days_is_disabled_and_enabled_by_hand(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    store = office.store
    long_ago = office.clock() - HOPELESS - timedelta(seconds=1)
    store.transact(lambda c: c.execute(update(TargetRow).values(failing_since=long_ago)))
    receiver.answers = [(500, {})]
    send(office)
    office.clock.forward(minutes=10)
    assert send(office) == notices.Sent()
    store.transact(lambda c: notices.enable_target(c, store.sealer, "Dinas", office.clock()))
    assert send(office) == notices.Sent(sent=1)


def test_gone_is_gone(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger(1)
    in_danger(2)
    receiver.answers = [(410, {})]
    assert send(office) == notices.Sent(failed=1)
    office.clock.forward(days=1)
    assert send(office) == notices.Sent()
    in_danger(3)
    assert sorted(state for _, state, *_ in queued(office)) == ["failed", "queued"]
    with office.store.reading() as connection:
        assert connection.execute(select(TargetRow.disabled_why)).scalar_one() == "gone"


def test_one_that_does_not_answer_keeps_nobody_waiting(office, in_danger, receiver):
    listen(office, f"http://127.0.0.1:{free_port()}/", name="Mati")
    listen(office, receiver.url, name="Hidup")
    for number in range(3):
        in_danger(number)
    assert send(office) == notices.Sent(sent=3, retried=1)
    waiting = [attempts for _, state, attempts, _ in queued(office) if state == "queued"]
    assert sorted(waiting) == [0, 0, 1]


def test_a_box_that_is_not_there_fails_at_once(office, in_danger):
    listen(office, "salah@dinkes.example.go.id", kind="email")
    in_danger()
    with mail_server() as box:
        box.refusal = "550 no such box"
        out = replace(OUT, relay=Relay("127.0.0.1", box.port, tls=False), sender="fs@example.go.id")
        assert send(office, out) == notices.Sent(failed=1)


def test_a_chat_that_is_not_permitted_is_not_sent(office, in_danger):
    listen(office, "json://127.0.0.1/", kind="apprise")
    in_danger()
    assert send(office) == notices.Sent(retried=1)
    assert queued(office)[0][3] == "not_permitted"


def test_an_address_that_cannot_be_opened_is_told_and_kept(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    office.store.transact(lambda c: c.execute(update(TargetRow).values(address=b"\x02t1" + bytes(40))))
    assert send(office) == notices.Sent(retried=1)
    assert queued(office)[0][3] == "sealed"


def test_a_crash_between_sending_and_marking_repeats_it_under_the_same_id(office, in_danger, receiver, monkeypatch):
    listen(office, receiver.url)
    in_danger()
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "mark", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send(office)
    assert len(receiver.posts) == 1
    office.clock.forward(seconds=LEASE.total_seconds() - 1)
    assert send(office) == notices.Sent()
    office.clock.forward(seconds=1)
    assert send(office) == notices.Sent(sent=1)
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def test_who_took_a_notice_long_ago_says_nothing_about_it_any_more(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    store, clock = office.store, office.clock
    (old,) = store.transact(lambda c: outbox.take(c, clock()))
    clock.forward(minutes=6)
    (new,) = store.transact(lambda c: outbox.take(c, clock()))
    store.transact(lambda c: outbox.mark(c, old, outbox.Outcome("http_500"), clock()))
    store.transact(lambda c: outbox.put_back(c, [old], clock()))
    assert queued(office) == [("emergency", "queued", 2, None)]
    store.transact(lambda c: outbox.mark(c, new, outbox.Outcome(), clock()))
    assert queued(office) == [("emergency", "sent", 2, None)]


def test_what_was_taken_is_not_begun_when_its_time_is_nearly_over(office, in_danger, receiver, monkeypatch):
    listen(office, receiver.url)
    in_danger()
    real = sending.region_names
    monkeypatch.setattr(
        sending, "region_names", lambda *given: (office.clock.forward(minutes=4, seconds=30), real(*given))[1]
    )
    assert send(office) == notices.Sent()
    assert receiver.posts == []


def test_a_deposed_leader_takes_nothing_and_still_marks_what_it_sent(office, in_danger, receiver, monkeypatch):
    listen(office, receiver.url)
    in_danger(1)
    store, clock = office.store, office.clock
    first, real = take(store, "first", None, clock()), sending.post

    def usurped(*given):
        assert take(store, "second", look_at(store), clock()) is not None
        return real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(sending, "post", usurped)
        assert send(office, guard=first.guard) == notices.Sent(sent=1)
    in_danger(2)
    with pytest.raises(Deposed):
        send(office, guard=first.guard)
    assert sorted((state, attempts) for _, state, attempts, _ in queued(office)) == [("queued", 0), ("sent", 1)]
    assert len(receiver.posts) == 1


def test_two_senders_at_once_send_each_notice_once(office, in_danger, receiver):
    listen(office, receiver.url)
    for number in range(24):
        in_danger(number)
    sent = []
    threads = [threading.Thread(target=lambda: sent.append(send(office).sent)) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(sent) == len(receiver.ids) == len(set(receiver.ids)) == 24


def test_the_summary_of_the_day_comes_once_from_half_past_seven(office, in_danger, receiver):
    listen(office, receiver.url, events=("summary",), programs=("maternal", "civil"))
    in_danger()
    store, clock = office.store, office.clock
    clock.at = datetime(2026, 3, 3, 0, 29, tzinfo=UTC)
    assert notices.queue_summaries(store, clock()) == 0
    clock.forward(minutes=1)
    assert notices.queue_summaries(store, clock()) == 1
    clock.forward(hours=8)
    assert notices.queue_summaries(store, clock()) == 0
    send(office)
    told = orjson.loads(receiver.posts[0][2])
    assert (told["type"], told["data"]["day"]) == ("cases.summary", "2026-03-03")
    assert told["data"]["programs"]["maternal"] == {"unacknowledged": 1, "overdue": 1, "due_this_week": 0}
    assert told["data"]["url"] == "https://sync.example.go.id/cases"
    clock.at = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
    assert notices.queue_summaries(store, clock()) == 1


def test_a_summary_counts_only_what_its_target_may_know(office, in_danger, receiver):
    listen(office, receiver.url, name="Semua", events=("summary",), programs=("maternal",))
    listen(office, receiver.url + "/few", name="Koord", events=("summary",), programs=("maternal",), restricted=True)
    listen(
        office, receiver.url + "/else", name="Lain", events=("summary",), programs=("maternal",), areas=("16.02.11",)
    )
    in_danger()
    office.store.transact(lambda c: c.execute(update(FlagRow).values(restricted=True)))
    notices.queue_summaries(office.store, office.clock())
    send(office)
    told = {path: orjson.loads(body)["data"]["programs"]["maternal"] for path, _, body in receiver.posts}
    assert {path: counts["unacknowledged"] for path, counts in told.items()} == {
        "/hook": 0,
        "/hook/few": 1,
        "/hook/else": 0,
    }


def test_old_notices_and_orphans_are_tidied_away(office, in_danger, receiver):
    listen(office, receiver.url)
    in_danger()
    send(office)
    store, clock = office.store, office.clock
    clock.forward(days=80)
    notices.queue_summaries(store, clock())
    assert len(queued(office)) == 1
    clock.forward(days=11)
    notices.queue_summaries(store, clock())
    assert queued(office) == []
    in_danger(2)
    store.transact(lambda c: c.execute(TargetRow.__table__.delete()))
    notices.queue_summaries(store, clock())
    assert queued(office) == []


def test_a_thief_of_the_database_reads_no_address(office, receiver):
    _, secret = listen(office, receiver.url + "/token-4711")
    listen(office, "kepala.dinas@dinkes.example.go.id", name="Kepala", kind="email")
    with office.store.reading() as connection:
        rows = repr(list(connection.execute(select(TargetRow.__table__)).mappings()))
    for word in ("token-4711", "kepala.dinas", secret, secret.removeprefix("whsec_")):
        assert word not in rows
