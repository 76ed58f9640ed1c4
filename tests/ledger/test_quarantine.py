"""Refused records stay to be seen, once each, with their very text, until they come again and take effect."""

from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import text

from fieldsync.ledger import quarantine, receipts
from fieldsync.ledger.quarantine import Refused
from tests.office import new_id

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ERRORS = [{"pointer": "/data/hb_g_dl", "code": "out_of_range", "message": "0.5..25 g/dL"}]


def received(store, *records: str, body: bytes | None = b"") -> str:
    """Keep a batch with these record texts; return its receipt."""
    body = body if body is None else b'{"records": [' + ", ".join(records).encode() + b"]}"
    one = receipts.Receipt(receipts.new_id(NOON), new_id(), new_id(), NOON, NOON, 0.0, None, body)
    store.transact(lambda connection: receipts.keep(connection, store.sealer, one, []))
    return one.id


def refused(receipt: str, position=0, record_id="", content=b"\x01" * 16) -> Refused:
    return Refused(receipt, position, new_id() if record_id == "" else record_id, new_id(), content, ERRORS)


def keep(store, *those: Refused, at=NOON) -> None:
    store.transact(lambda connection: quarantine.keep(connection, those, at))


def settle(store, *ids: str) -> None:
    store.transact(lambda connection: quarantine.settle(connection, ids, LATER))


def open_records(store, limit=100):
    with store.reading() as connection:
        return quarantine.open_records(connection, store.sealer, limit)


def test_a_refused_record_is_shown_with_its_reasons_and_its_very_text(store):
    receipt = received(store, '{"id":1}', '{ "hb_g_dl":  99.50 }', "17")
    one, junk = refused(receipt, 1), refused(receipt, 2, record_id=None)
    keep(store, one, junk)
    assert open_records(store) == [
        {"record_id": None, "device_id": junk.device_id, "errors": ERRORS, "received_at": NOON, "as_sent": "17"},
        {
            "record_id": one.record_id,
            "device_id": one.device_id,
            "errors": ERRORS,
            "received_at": NOON,
            "as_sent": '{ "hb_g_dl":  99.50 }',
        },
    ]


def test_what_a_command_prints_of_it_is_json(store):
    keep(store, refused(received(store, "{}")))
    assert orjson.loads(orjson.dumps(open_records(store)[0]))["errors"] == ERRORS


def test_nothing_refused_is_nothing_shown(store):
    keep(store)
    settle(store)
    assert open_records(store) == []


def test_the_same_content_again_is_not_listed_twice_but_other_content_is(store):
    receipt = received(store, "{}", "[]")
    one = refused(receipt)
    again = refused(received(store, "{}"), record_id=one.record_id)
    other = refused(receipt, 1, record_id=one.record_id, content=b"\x02" * 16)
    keep(store, one)
    keep(store, again)
    keep(store, other)
    assert [each["as_sent"] for each in open_records(store)] == ["[]", "{}"]


def test_records_without_an_id_are_each_listed(store):
    receipt = received(store, "1", "1")
    keep(store, refused(receipt, 0, record_id=None), refused(receipt, 1, record_id=None))
    assert len(open_records(store)) == 2


def test_what_took_effect_is_settled_under_all_its_contents_and_others_stay(store):
    receipt = received(store, "1", "2", "3")
    one, stays = refused(receipt, 0), refused(receipt, 2)
    keep(store, one, refused(receipt, 1, record_id=one.record_id, content=b"\x02" * 16), stays)
    settle(store, one.record_id, new_id())
    assert [each["record_id"] for each in open_records(store)] == [stays.record_id]
    with store.reading() as connection:
        kept = connection.execute(text("SELECT count(*), count(settled_at) FROM quarantine")).one()
    assert tuple(kept) == (3, 2)


def test_what_is_refused_anew_after_it_was_settled_is_listed_again(store):
    one = refused(received(store, "1"))
    keep(store, one)
    settle(store, one.record_id)
    keep(store, one, at=LATER)
    assert [each["received_at"] for each in open_records(store)] == [LATER]


def test_settling_again_does_not_change_when_it_was(store):
    one = refused(received(store, "1"))
    keep(store, one)
    settle(store, one.record_id)
    store.transact(lambda connection: quarantine.settle(connection, [one.record_id], LATER + timedelta(days=1)))
    with store.reading() as connection:
        at = connection.execute(text("SELECT settled_at FROM quarantine")).scalar_one()
    assert datetime.fromisoformat(str(at)) == LATER


def test_the_newest_come_first_and_no_more_than_asked_for(store):
    receipt = received(store, *map(str, range(7)))
    keep(store, *(refused(receipt, position) for position in range(7)))
    assert [one["as_sent"] for one in open_records(store, 3)] == ["6", "5", "4"]


def test_a_record_whose_batch_was_kept_without_a_body_is_shown_without_text(store):
    keep(store, refused(received(store, body=None)))
    assert open_records(store)[0]["as_sent"] is None
