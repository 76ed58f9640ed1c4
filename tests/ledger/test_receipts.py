"""What a tablet sent can be read again, byte for byte, and each record of it by its place."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from fieldsync.db import SealError
from fieldsync.ledger import receipts
from tests.field import woman
from tests.office import Office, new_id

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
SPACE = st.text(" \t\r\n", max_size=3)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
NAMES = TEXT | st.sampled_from(["records", "}", '"', "\\", "a,b", "]"])
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)


@st.composite
def written(draw, value):
    """A value as JSON text, with white space wherever it may stand."""
    if isinstance(value, dict):
        members = [
            draw(SPACE)
            + json.dumps(name, ensure_ascii=draw(st.booleans()))
            + draw(SPACE)
            + ":"
            + draw(SPACE)
            + draw(written(inner))
            + draw(SPACE)
            for name, inner in value.items()
        ]
        return "{" + (",".join(members) or draw(SPACE)) + "}"
    if isinstance(value, list):
        return (
            "[" + (",".join(draw(SPACE) + draw(written(inner)) + draw(SPACE) for inner in value) or draw(SPACE)) + "]"
        )
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


@st.composite
def batches(draw):
    """A batch's body, and the very text of each of its records."""
    records = [draw(written(value)) for value in draw(st.lists(VALUE, min_size=1, max_size=5))]
    listed = "[" + ",".join(draw(SPACE) + one + draw(SPACE) for one in records) + "]"
    names = st.sampled_from(["batch_id", "app_version", "x", "Records", 'rec"ords', "\\records"])
    before = draw(st.dictionaries(names, VALUE, max_size=3))
    after = draw(st.dictionaries(st.sampled_from(["later", "y"]), VALUE, max_size=2))
    members = [
        json.dumps(name) + draw(SPACE) + ":" + draw(SPACE) + draw(written(value)) for name, value in before.items()
    ]
    members.append('"records"' + draw(SPACE) + ":" + draw(SPACE) + listed)
    members += [json.dumps(name) + ":" + draw(written(value)) for name, value in after.items()]
    body = draw(SPACE) + "{" + ",".join(draw(SPACE) + one + draw(SPACE) for one in members) + "}" + draw(SPACE)
    return body.encode(), records


@given(batches())
def test_the_very_text_of_a_record_is_found_at_any_place(batch):
    body, records = batch
    assert [receipts.record_as_sent(body, position) for position in range(len(records))] == records


def test_a_member_named_records_inside_another_does_not_mislead():
    body = b'{"x":{"records":[1,2]},"y":["records",[3]],"records":[{"records":[4]},5]}'
    assert receipts.record_as_sent(body, 0) == '{"records":[4]}'
    assert receipts.record_as_sent(body, 1) == "5"


def test_a_name_written_with_escapes_is_the_same_name():
    assert receipts.record_as_sent(b'{"r\\u0065cords":[{"a":1.50}]}', 0) == '{"a":1.50}'


def receipt(body: bytes | None, at: datetime = NOON, device: str | None = None) -> receipts.Receipt:
    return receipts.Receipt(receipts.new_id(at), new_id(), device or new_id(), at, at, -3.25, "1.4.0", body)


BODIES = (b"{}", b'{"records":[]}\n', b"\x00\xff not even JSON \\N", b"x" * 3_000_000)


@pytest.mark.parametrize("body", BODIES, ids=["empty", "batch", "bytes", "large"])
def test_a_body_is_kept_byte_for_byte_and_sealed(store, body):
    one = receipt(body)
    store.transact(lambda connection: receipts.keep(connection, store.sealer, one, []))
    with store.reading() as connection:
        assert receipts.body_of(connection, store.sealer, one.id) == body
        kept = bytes(connection.execute(text("SELECT body FROM batch")).scalar_one())
    assert body not in kept
    assert len(kept) < len(body) + 100


def test_a_body_put_under_another_receipt_is_noticed(store):
    one, other = receipt(b"{}"), receipt(b"[]")

    def work(connection):
        for each in (one, other):
            receipts.keep(connection, store.sealer, each, [])
        moved = connection.execute(text("SELECT body FROM batch WHERE id = :id"), {"id": one.id}).scalar_one()
        connection.execute(text("UPDATE batch SET body = :body WHERE id = :id"), {"body": moved, "id": other.id})

    store.transact(work)
    with store.reading() as connection, pytest.raises(SealError):
        receipts.body_of(connection, store.sealer, other.id)


def test_a_receipt_without_a_body_says_so(store):
    one = receipt(None)
    store.transact(lambda connection: receipts.keep(connection, store.sealer, one, []))
    with store.reading() as connection:
        assert receipts.body_of(connection, store.sealer, one.id) is None


def outcomes_of(connection, device):
    """The outcomes of all batches of a tablet."""
    found, whole = receipts.newest_outcomes(connection, [device], 100, 1_000_000)[device]
    assert whole
    return found


def test_outcomes_come_back_in_order_of_arrival_and_only_of_that_tablet(store):
    mine, theirs = new_id(), new_id()
    outcomes = [[(new_id(), "applied", 1, 7), (None, "rejected", None, None)], [(new_id(), "held", None, 2**62)]]

    def work(connection):
        for number in (1, 0):  # written in another order than received
            one = receipt(None, NOON + timedelta(seconds=number), mine)
            receipts.keep(connection, store.sealer, one, outcomes[number])
        receipts.keep(connection, store.sealer, receipt(None, NOON, theirs), [(new_id(), "applied", 1, 1)])

    store.transact(work)
    with store.reading() as connection:
        assert outcomes_of(connection, mine) == [[list(one) for one in batch] for batch in outcomes]


def test_ids_of_receipts_are_of_version_7_and_grow_with_time():
    ids = [receipts.new_id(NOON + timedelta(milliseconds=n)) for n in range(200)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 200
    assert {one[14] for one in ids} == {"7"}
    assert {one[19] for one in ids} <= set("89ab")
    assert {one[19] for one in ids} == set("89ab")
    at = int(ids[0].replace("-", "")[:12], 16)
    assert at == int(NOON.timestamp() * 1000)


def test_a_batch_of_nothing_but_duplicates_is_kept_without_its_body(settings, store):
    tablet = Office(settings, store).tablet()
    first, second = woman(tablet, "Siti Aminah"), woman(tablet, "Dewi Lestari")
    for records in ([first], [first, first], [first, second]):
        tablet.push(*records)
        tablet.office.clock.forward(seconds=1)
    with store.reading() as connection:
        kept = connection.execute(text("SELECT id FROM batch ORDER BY id")).scalars().all()
        bodies = [receipts.body_of(connection, store.sealer, str(one)) for one in kept]
        outcomes = outcomes_of(connection, tablet.device_id)
    assert [body is None for body in bodies] == [False, True, False]
    assert json.loads(bodies[2])["records"] == [first, second]
    assert [[one[1] for one in batch] for batch in outcomes] == [
        ["applied"],
        ["duplicate"] * 2,
        ["duplicate", "applied"],
    ]
    assert outcomes[2][1] == [second["id"], "applied", 1, second["device_seq"]]
