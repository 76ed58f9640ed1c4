"""Sets of rows in one statement mean the same on both databases, whatever the values are."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from fieldsync.access.tables import DeviceRow, VanRow
from fieldsync.db import add_missing_rows, add_rows, change_rows, member_of
from fieldsync.ledger.tables import ChangeRow, QuarantineRow
from fieldsync.registry.tables import RecordRow
from tests.office import new_id

NOON = datetime(2026, 3, 2, 5, 0, 0, 123456, tzinfo=UTC)
HARD_TEXTS = (
    "plain",
    "tab\there",
    "line\nfeed",
    "carriage\rreturn",
    "back\\slash",
    r"\N",
    r"\.",
    "\\",
    'quote\'s "double"',
    "semi; DROP TABLE van; --",
    "{curly}, [square], NULL",
    "  spaces  ",
    "Nyai Ratu Ayu — 你好 🙂 é",
    "%s ? :name $1",
    "a,b",
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=60)
VAN = ("id", "name", "created_at")
DEVICE = (
    "id",
    "van_id",
    "name",
    "app_version",
    "token_hash",
    "enrolled_at",
    "revoked_at",
    "wipe",
    "skew_s",
    "last_seq",
)
DEVICE += ("applied", "held", "rejected")


def vans(names):
    return [(new_id(), name, NOON) for name in names]


def test_hard_texts_come_back_as_they_went_in(store):
    rows = vans(HARD_TEXTS)
    store.transact(lambda connection: add_rows(connection, VanRow, VAN, rows))
    with store.reading() as connection:
        found = connection.execute(select(VanRow.id, VanRow.name, VanRow.created_at)).all()
    assert {tuple(row) for row in found} == set(rows)


def test_hard_texts_come_back_when_only_missing_rows_are_added_and_when_changed(store):
    rows = vans(HARD_TEXTS)
    store.transact(lambda connection: add_missing_rows(connection, VanRow, VAN, rows))
    changed = [(van_id, name + "!", NOON + timedelta(days=1)) for van_id, name, _ in rows]
    store.transact(lambda connection: change_rows(connection, VanRow, VAN, changed))
    with store.reading() as connection:
        found = connection.execute(select(VanRow.id, VanRow.name, VanRow.created_at)).all()
    assert {tuple(row) for row in found} == set(changed)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(names=st.lists(TEXTS, unique=True, max_size=8))
def test_any_texts_come_back_by_any_of_the_ways(store, names):
    rows = vans(names)
    half = len(rows) // 2

    def work(connection):
        connection.execute(delete(VanRow))
        add_rows(connection, VanRow, VAN, rows[:half])
        add_missing_rows(connection, VanRow, VAN, rows)
        change_rows(connection, VanRow, VAN, rows)
        found = {tuple(row) for row in connection.execute(select(VanRow.id, VanRow.name, VanRow.created_at))}
        named = connection.execute(select(VanRow.name).where(member_of(connection, VanRow.name, names))).scalars()
        return found, set(named)

    assert store.transact(work) == (set(rows), set(names))


def test_none_booleans_bytes_floats_large_numbers_and_instants(store):
    eastern = timezone(timedelta(hours=9))
    [van] = vans(["van"])
    rows = [
        (new_id(), van[0], "a", "", b"\x00\xff\\n" * 8, NOON, None, False, None, 0, 0, 0, 0),
        (
            *(new_id(), van[0], "b", "1.4.0", bytes(range(32)), NOON.astimezone(eastern), NOON, True),
            *(-0.1, 2**62, 2**40, 1, 2),
        ),
    ]

    def work(connection):
        add_rows(connection, VanRow, VAN, [van])
        add_rows(connection, DeviceRow, DEVICE, rows)
        return [tuple(row) for row in connection.execute(select(*(getattr(DeviceRow, name) for name in DEVICE)))]

    found = store.transact(work)
    assert {tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found} == set(rows)
    assert {type(row[7]) for row in found} == {bool}
    assert {row[5].tzinfo for row in found} == {UTC}


def test_nones_are_written_by_missing_rows_and_by_changes_too(store):
    [van] = vans(["van"])
    device = (new_id(), van[0], "a", None, b"x" * 32, NOON, None, False, None, 0, 0, 0, 0)
    columns = ("id", "app_version", "revoked_at", "wipe", "skew_s")

    def work(connection):
        add_rows(connection, VanRow, VAN, [van])
        add_missing_rows(connection, DeviceRow, DEVICE, [device])
        first = read(connection)
        change_rows(connection, DeviceRow, columns, [(device[0], "1.4.0", NOON, True, 2.5)])
        second = read(connection)
        change_rows(connection, DeviceRow, columns, [(device[0], None, None, False, None)])
        return first, second, read(connection)

    def read(connection):
        return tuple(connection.execute(select(*(getattr(DeviceRow, name) for name in columns))).one())

    nothing = (device[0], None, None, False, None)
    assert store.transact(work) == (nothing, (device[0], "1.4.0", NOON, True, 2.5), nothing)


def test_only_the_rows_with_these_keys_change(store):
    first, second, third = rows = vans("abc")

    def work(connection):
        add_rows(connection, VanRow, VAN, rows)
        change_rows(connection, VanRow, ("id", "name"), [(first[0], "A"), (third[0], "C"), (new_id(), "nobody")])
        return {row.id: row.name for row in connection.execute(select(VanRow.id, VanRow.name))}

    assert store.transact(work) == {first[0]: "A", second[0]: "b", third[0]: "C"}


def test_no_rows_are_no_statement(store):
    def work(connection):
        for write in (add_rows, add_missing_rows, change_rows):
            write(connection, VanRow, VAN, [])
        return connection.execute(select(VanRow.id)).all()

    assert store.transact(work) == []


def test_missing_rows_leave_those_that_are_there(store):
    first, second = rows = vans("ab")

    def work(connection):
        add_rows(connection, VanRow, VAN, [first])
        add_missing_rows(connection, VanRow, VAN, [(first[0], "other", NOON), second])
        return {tuple(row) for row in connection.execute(select(VanRow.id, VanRow.name, VanRow.created_at))}

    assert store.transact(work) == set(rows)


def test_a_key_that_is_there_is_an_integrity_error_that_names_its_constraint(store):
    [row] = vans("a")
    store.transact(lambda connection: add_rows(connection, VanRow, VAN, [row]))
    with pytest.raises(IntegrityError) as by_key:
        store.transact(lambda connection: add_rows(connection, VanRow, VAN, [(row[0], "other", NOON)]))
    with pytest.raises(IntegrityError) as by_name:
        store.transact(lambda connection: add_rows(connection, VanRow, VAN, [(new_id(), "a", NOON)]))
    expected = ("pk_van", "uq_van_name") if store.is_postgresql else ("van.id", "van.name")
    assert expected[0] in str(by_key.value.orig)
    assert expected[1] in str(by_name.value.orig)
    with store.reading() as connection:
        assert connection.execute(select(VanRow.name)).scalars().all() == ["a"]


def test_after_an_integrity_error_in_a_savepoint_the_transaction_goes_on(store):
    rows = vans("ab")

    def work(connection):
        add_rows(connection, VanRow, VAN, rows[:1])
        with pytest.raises(IntegrityError), connection.begin_nested():
            add_rows(connection, VanRow, VAN, [rows[1], rows[0]])
        add_rows(connection, VanRow, VAN, rows[1:])

    store.transact(work)
    with store.reading() as connection:
        assert {tuple(row) for row in connection.execute(select(VanRow.id, VanRow.name, VanRow.created_at))} == set(
            rows
        )


def test_a_missing_van_of_a_tablet_is_an_integrity_error(store):
    device = (new_id(), new_id(), "a", None, b"x" * 32, NOON, None, False, None, 0, 0, 0, 0)
    with pytest.raises(IntegrityError):
        store.transact(lambda connection: add_rows(connection, DeviceRow, DEVICE, [device]))


def test_a_null_where_none_may_be_is_an_integrity_error(store):
    with pytest.raises(IntegrityError):
        store.transact(lambda connection: add_rows(connection, VanRow, VAN, [(new_id(), None, NOON)]))


def test_what_is_no_json_is_refused_by_postgresql_as_an_error_of_the_database(store):
    columns = ("receipt", "position", "device_id", "content_hash", "errors", "received_at")
    row = (new_id(), 0, new_id(), b"", '{"a":', NOON)
    if store.is_postgresql:
        with pytest.raises(DBAPIError):
            store.transact(lambda connection: add_rows(connection, QuarantineRow, columns, [row]))
    else:
        store.transact(lambda connection: add_rows(connection, QuarantineRow, columns, [row]))


def test_a_naive_time_is_refused(store):
    naive = NOON.replace(tzinfo=None)
    with pytest.raises((ValueError, StatementError)):
        store.transact(
            lambda connection: connection.execute(
                VanRow.__table__.insert().values(id=new_id(), name="a", created_at=naive)
            )
        )


@pytest.mark.parametrize("many", [0, 1, 3, 2500])
def test_membership_takes_any_number_of_ids(store, many):
    rows = vans(str(n) for n in range(max(many, 5)))
    asked = [row[0] for row in rows[:many]]

    def work(connection):
        add_rows(connection, VanRow, VAN, rows)
        query = select(VanRow.id).where(member_of(connection, VanRow.id, [*asked, new_id()] if many else []))
        return set(connection.execute(query).scalars())

    assert store.transact(work) == set(asked)


def test_membership_of_texts_takes_hard_texts(store):
    def work(connection):
        add_rows(connection, VanRow, VAN, vans(HARD_TEXTS))
        query = select(VanRow.name).where(member_of(connection, VanRow.name, list(HARD_TEXTS[:9])))
        return set(connection.execute(query).scalars())

    assert store.transact(work) == set(HARD_TEXTS[:9])


def test_membership_of_numbers(store):
    rows = [("16.02.05", n, "record", new_id(), 1, "16.02.05.2011", "civil", None) for n in range(1, 9)]
    columns = ("district", "n", "entity", "id", "rev", "area", "program", "gone")

    def work(connection):
        add_rows(connection, ChangeRow, columns, rows)
        return set(
            connection.execute(select(ChangeRow.n).where(member_of(connection, ChangeRow.n, [2, 3, 99]))).scalars()
        )

    assert store.transact(work) == {2, 3}


def test_json_is_kept_as_the_very_text(store):
    text = '{ "b" :1.0,"a":"\\u00e9\\\\n", "b2":[ ]}'
    columns = ("id", "type", "area", "rev", "deleted", "stamp", "device_seq", "base_rev", "head", "data")
    row = (new_id(), "person", "16.02.05.2011", 1, False, 1, 1, 0, text, text)

    def work(connection):
        add_rows(connection, RecordRow, columns, [row])
        first = connection.execute(select(RecordRow.head)).scalar_one()
        change_rows(connection, RecordRow, ("id", "head"), [(row[0], text + " ")])
        return first, connection.execute(select(RecordRow.head)).scalar_one()

    assert store.transact(work) == (text, text + " ")
