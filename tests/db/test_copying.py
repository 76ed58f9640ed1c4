"""COPY's lines mean the very values, whatever these are: written by us or by the driver, the same rows are there."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from fieldsync.access.tables import DeviceRow, VanRow
from fieldsync.db import add_rows
from fieldsync.db.bulk import ROWS_AT_ONCE, WORTH_A_COPY
from fieldsync.db.copying import lines_of
from fieldsync.ledger.tables import ChangeRow
from fieldsync.registry.tables import RecordRow
from tests.office import new_id

NOON = datetime(2026, 3, 2, 5, 0, 0, 123456, tzinfo=UTC)
VAN = new_id()
NAMES = ("id", "van_id", "name", "app_version", "token_hash", "enrolled_at", "revoked_at", "wipe", "skew_s", "last_seq")
COLUMNS = (*NAMES, "applied", "held", "rejected")
HOSTILE = st.sampled_from(
    ["\\", "\t", "\n", "\r", r"\N", r"\.", "\\\n", "\\t", "\x01\x7f", "\u2028", "🙂", "", " ", '"']
)
TEXTS = st.lists(
    HOSTILE | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=5), max_size=5
).map("".join)
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)).map(  # noqa: DTZ001 # made aware here
    lambda naive: naive.replace(tzinfo=timezone(timedelta(hours=9, minutes=30)))
)
DEVICES = st.tuples(
    *(TEXTS.map(lambda text: text[:80]), st.none() | TEXTS.map(lambda text: text[:40])),
    *(st.sampled_from([NOON]) | TIMES, st.none() | TIMES),
    *(st.none() | st.floats(allow_nan=False), st.integers(0, 2**63 - 1)),
)


def device(name, version, enrolled, revoked, skew, seq):
    number = new_id()
    token = bytes.fromhex(number.replace("-", "")) * 2
    return (number, VAN, name, version, token, enrolled, revoked, revoked is not None, skew, seq, 0, 0, 0)


def there(connection, rows):
    """Return what is stored of these rows, in their order."""
    query = select(*(getattr(DeviceRow, name) for name in COLUMNS))
    found = {
        row[0]: tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in connection.execute(query)
    }
    return [found[row[0]] for row in rows]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(given_values=st.lists(DEVICES, min_size=WORTH_A_COPY, max_size=WORTH_A_COPY + 8))
def test_any_values_come_back_as_they_went_in(store, given_values):
    rows = [device(*values) for values in given_values]

    def work(connection):
        connection.execute(delete(DeviceRow))
        connection.execute(delete(VanRow))
        add_rows(connection, VanRow, ("id", "name", "created_at"), [(VAN, "van", NOON)])
        add_rows(connection, DeviceRow, COLUMNS, rows)
        return there(connection, rows)

    assert store.transact(work) == rows


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(given_values=st.lists(DEVICES, min_size=1, max_size=12))
def test_the_driver_and_we_write_the_same_rows(store, given_values):
    rows = [device(*values) for values in given_values]
    statement = f"COPY device ({', '.join(COLUMNS)}) FROM STDIN"

    def work(connection):
        connection.execute(delete(DeviceRow))
        connection.execute(delete(VanRow))
        add_rows(connection, VanRow, ("id", "name", "created_at"), [(VAN, "van", NOON)])
        cursor = connection.connection.driver_connection.cursor()
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        by_driver = there(connection, rows)
        connection.execute(delete(DeviceRow))
        with cursor.copy(statement) as copy:
            copy.write(lines_of(DeviceRow.__table__, COLUMNS, rows))
        return by_driver, there(connection, rows)

    by_driver, by_us = store.transact(work)
    assert by_us == by_driver == rows


@pytest.mark.parametrize("number", [WORTH_A_COPY, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 3 * ROWS_AT_ONCE])
def test_every_row_of_every_block_arrives(store, number):
    columns = ("district", "n", "entity", "id", "rev", "area", "program", "gone")
    rows = [
        ("16.02.05", n, "record", new_id(), 1, "16.02.05.2011", "civil", None if n % 3 else "deleted")
        for n in range(number)
    ]

    def work(connection):
        add_rows(connection, ChangeRow, columns, rows)
        return [tuple(row) for row in connection.execute(select(ChangeRow.__table__).order_by(ChangeRow.n))]

    assert store.transact(work) == rows


def test_json_is_kept_as_the_very_text_with_its_escapes_and_line_ends(store):
    text = '{ "b" :1.0,\t"a":"\\u00e9\\\\n\\"",\r\n "c":["é🙂"] }'
    columns = ("id", "type", "area", "rev", "deleted", "stamp", "device_seq", "base_rev", "head", "data")
    rows = [(new_id(), "person", "16.02.05.2011", 1, False, 1, 1, 0, text, "{}") for _ in range(WORTH_A_COPY)]

    def work(connection):
        add_rows(connection, RecordRow, columns, rows)
        return set(connection.execute(select(RecordRow.head)).scalars())

    assert store.transact(work) == {text}


def test_a_lone_surrogate_is_an_error_and_nothing_is_stored(store):
    rows = [(new_id(), f"van {number}", NOON) for number in range(WORTH_A_COPY)] + [(new_id(), "\ud800", NOON)]
    with pytest.raises(UnicodeEncodeError):
        store.transact(lambda connection: add_rows(connection, VanRow, ("id", "name", "created_at"), rows))
    with store.reading() as connection:
        assert connection.execute(select(VanRow.id)).all() == []
