"""What chart makers may read: every column is told, nothing personal or restricted is there, nothing else can be read."""

import secrets

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from fieldsync.reporting import BiError, dictionary, make_views, renew_views
from tests.field import nik_of, pregnancy, visit, woman

POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SEVERE = {"systolic_mmhg": 172, "diastolic_mmhg": 112}


@pytest.fixture
def role(store):
    """A role of this test's own, since roles belong to all databases of a server; gone at the end, as the views are."""
    name = f"bi_{secrets.token_hex(4)}"
    yield name
    with store.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS bi CASCADE"))
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))


@pytest.fixture
def reader(store, role):
    """A function that reads rows as a chart maker does."""
    store.transact(lambda connection: make_views(connection, role))

    def read(query):
        with store.engine.connect() as connection:
            connection.execute(text(f"SET ROLE {role}"))
            try:
                return [dict(row) for row in connection.execute(text(query)).mappings()]
            finally:
                connection.rollback()
                connection.execute(text("RESET ROLE"))
                connection.commit()

    return read


@pytest.fixture
def women(tablet):
    """Two with severe blood pressure; the HIV test of the second was reactive as well, and that of the third alone."""
    made = []
    for number, found in enumerate((SEVERE, {**SEVERE, "hiv_result": "reactive"}, {"hiv_result": "reactive"})):
        she = woman(tablet, ("Siti Aminah", "Nyayu Kartini", "Mutiara Dewi")[number])
        she["data"]["nik"] = nik_of(she, f"000{number + 1}")
        hers = pregnancy(tablet, she["id"])
        answers = tablet.push(she, hers, visit(tablet, hers["id"], **found))
        assert [one["status"] for one in answers] == ["applied"] * 3
        made.append(she)
    return made


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_there_are_none_with_sqlite(store):
    with pytest.raises(BiError, match="needs PostgreSQL"):
        store.transact(make_views)
    assert store.transact(renew_views) == 0


@POSTGRESQL
def test_every_column_of_every_view_is_in_the_dictionary_with_its_type(reader):
    query = """SELECT table_name, column_name, data_type FROM information_schema.columns
               WHERE table_schema = 'bi' ORDER BY table_name, ordinal_position"""
    spelled = {"timestamp with time zone": "timestamptz", "ARRAY": "text[]", "character varying": "text"}
    found = {}
    for row in reader(query):
        found.setdefault(row["table_name"], []).append(
            (row["column_name"], spelled.get(row["data_type"], row["data_type"]))
        )
    assert found == {view.name: [(one.name, one.type) for one in view.columns] for view in dictionary()}


@POSTGRESQL
def test_nothing_personal_and_nothing_restricted_can_be_read(women, reader):
    everything = {view.name: reader(f"SELECT * FROM bi.{view.name}") for view in dictionary()}
    assert [len(everything[name]) for name in ("person", "pregnancy", "anc_visit")] == [3, 3, 3]
    told = str(everything)
    for she in women:
        for name in ("full_name", "nik", "phone", "mother_name"):
            value = str(she["data"].get(name) or "Siti Aminah")
            assert value not in told, name
    names = {one.name for view in dictionary() for one in view.columns}
    assert not names & {"full_name", "nik", "kk_number", "phone", "address", "hiv_result", "epds_total", "reporter"}
    assert "ANC-HIV" not in told
    assert {row["systolic_mmhg"] for row in everything["anc_visit"]} >= {172}


@POSTGRESQL
def test_the_cases_are_those_that_a_viewer_sees(office, women, reader):
    listed = office.clerk("viewer").get("/api/v1/cases", limit=100).json["cases"]
    query = "SELECT id::text, severity, status, program, due, rules FROM bi.cases WHERE severity IS NOT NULL"
    seen = {
        row["id"]: (row["severity"], row["status"], row["program"], row["due"].isoformat(), row["rules"].split())
        for row in reader(query)
    }
    assert listed
    assert seen == {
        one["id"]: (
            *(one["severity"], one["status"], one["program"], one["due"]),
            [flag["rule"] for flag in one["flags"]],
        )
        for one in listed
    }


@POSTGRESQL
def test_tables_and_values_that_a_view_leaves_out_stay_closed(store, role, women, reader):
    for table in ("person", "record", "flag", "follow_up_case", "office_user", "batch"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            reader(f"SELECT * FROM public.{table}")
    for change in ("DELETE FROM bi.areas", "UPDATE bi.flags SET state = 'resolved'"):
        with pytest.raises(DBAPIError):
            reader(change)
    # A function of the reader's own is run on rows that the view shows, never on those that it hides.
    shown = reader("SELECT count(*) AS n FROM bi.flags")[0]["n"]
    with store.engine.connect() as connection:
        connection.execute(text(f"SET ROLE {role}"))
        connection.execute(
            text("""CREATE FUNCTION pg_temp.peek(rule text) RETURNS boolean LANGUAGE plpgsql COST 0.0001
                    AS $$ BEGIN IF rule LIKE 'ANC-HIV%' THEN RAISE 'seen %', rule; END IF; RETURN true; END $$""")
        )
        assert connection.execute(text("SELECT count(*) FROM bi.flags WHERE pg_temp.peek(rule)")).scalar() == shown
        connection.rollback()


@POSTGRESQL
def test_an_upgrade_renews_the_views_for_those_who_read_them(store, reader):
    with store.engine.begin() as connection:
        connection.execute(text("DROP VIEW bi.areas"))
        connection.execute(text("CREATE VIEW bi.areas AS SELECT 1 AS older"))
    assert store.transact(renew_views) == len(dictionary())
    assert {row["level"] for row in reader("SELECT level FROM bi.areas LIMIT 1")} <= {"province"}
    with store.engine.begin() as connection:
        connection.execute(text("DROP VIEW bi.areas"))
        connection.execute(text("CREATE VIEW bi.areas AS SELECT 1 AS older"))
        connection.execute(text("CREATE VIEW bi.ours AS SELECT * FROM bi.areas"))
    with pytest.raises(BiError, match=r"bi\.areas can not be made anew"):
        store.transact(renew_views)
