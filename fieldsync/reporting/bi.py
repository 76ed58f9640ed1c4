"""Schema ``bi`` of PostgreSQL: views for people who make charts, and a role that can read nothing but these.

The views run with the rights of who made them, behind a security barrier: a reader's own functions never see a row
that a view leaves out. Their columns are stable: new ones come at the end.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from fieldsync.reporting.bi_cases import CASE_VIEWS
from fieldsync.reporting.bi_columns import View, record_views

SCHEMA = "bi"
ROLE = "fieldsync_bi"
_QUOTE = "'"
_ITEM_FROM = "CROSS JOIN LATERAL json_array_elements(r.data -> '{part}') WITH ORDINALITY AS item(value, position)"


class BiError(Exception):
    """That the views can not be made here; the message says what to do."""


@cache
def dictionary() -> tuple[View, ...]:
    """Return all views of the schema, those of cases first, then a view for each record type in their order."""
    return (*(view for view, _ in CASE_VIEWS), *record_views())


def make_views(connection: Connection, role: str = ROLE) -> list[str]:
    """Make the schema, its views and the role, or renew them; return the names of the views.

    Args:
        connection: a writing connection; its user must own the tables, and may need the right to make roles.
        role: who may read the views: a role without log-in, to be granted to the accounts of the chart makers.

    Raises:
        BiError: not PostgreSQL; no right to make the role; or other views rest on one that must be made anew.
    """
    if connection.dialect.name != "postgresql":
        raise BiError("schema bi needs PostgreSQL; with SQLite there are the exports")
    _make_role(connection, role)
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    return _make(connection, {role, *_readers(connection)})


def renew_views(connection: Connection) -> int:
    """Renew the views after an upgrade, for those who may read them already; return how many, 0 if there are none.

    Raises:
        BiError: other views rest on one that must be made anew.
    """
    if connection.dialect.name != "postgresql":
        return 0
    there = connection.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": SCHEMA})
    return len(_make(connection, _readers(connection))) if there.first() is not None else 0


def _readers(connection: Connection) -> set[str]:
    query = """SELECT g.rolname FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles g ON g.oid = a.grantee
               WHERE n.nspname = :name AND a.privilege_type = 'USAGE' AND a.grantee <> n.nspowner"""
    return set(connection.execute(text(query), {"name": SCHEMA}).scalars())


def _make(connection: Connection, roles: Iterable[str]) -> list[str]:
    for view, query in _queries():
        _renew(connection, view.name, query)
        _comment(connection, view)
    for role in sorted(roles):
        named = _quoted(connection, role)
        _run(connection, f"GRANT USAGE ON SCHEMA {SCHEMA} TO {named}")
        _run(connection, f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {named}")
    return [view.name for view in dictionary()]


def _make_role(connection: Connection, role: str) -> None:
    known = connection.execute(text("SELECT rolcanlogin FROM pg_roles WHERE rolname = :name"), {"name": role})
    if known.first() is not None:
        return
    named = _quoted(connection, role)
    try:
        with connection.begin_nested():
            connection.execute(text(f"CREATE ROLE {named} NOLOGIN NOINHERIT"))
    except ProgrammingError as error:
        said = f"this database user may not make roles; let an administrator run: CREATE ROLE {named} NOLOGIN;"
        raise BiError(said) from error


def _queries() -> Iterator[tuple[View, str]]:
    yield from CASE_VIEWS
    for view in record_views():
        yield view, _record_query(view)


def _record_query(view: View) -> str:
    """Return the SELECT of a record type's rows, or of the items of a list in them; the JSON is read once a row."""
    own = ", ".join(f'"{one.name}" {one.type}' for one in view.own())
    values = "".join(f', d."{one.name}"' for one in view.own())
    person = "coalesce(p.merged_into, r.person_id)"
    joined = "FROM public.record r LEFT JOIN public.person p ON p.id = r.person_id"
    which = f"WHERE r.type = '{view.kind}' AND r.rev > 0 AND NOT r.deleted"
    if view.part is not None:
        items = _ITEM_FROM.format(part=view.part)
        read = f"CROSS JOIN LATERAL json_to_record(item.value) AS d({own})"
        some = f"AND json_typeof(r.data -> '{view.part}') = 'array'"
        return (
            f"SELECT r.id AS record_id, {person} AS subject_id, item.position::integer AS position{values} "
            f"{joined} {items} {read} {which} {some}"
        )
    read = f"CROSS JOIN LATERAL json_to_record(r.data) AS d({own})" if own else ""
    return (
        f"SELECT r.id AS record_id, {person} AS person_id, r.area AS village_code, left(r.area, 8) AS district_code, "
        f"r.recorded_at, r.received_at, r.rev{values} {joined} {read} {which}"
    )


def _renew(connection: Connection, name: str, query: str) -> None:
    made = f"VIEW {SCHEMA}.{name} WITH (security_barrier) AS {query}"
    try:
        with connection.begin_nested():
            _run(connection, f"CREATE OR REPLACE {made}")
    except ProgrammingError:  # a column is gone, or of another type
        _make_anew(connection, name, made)


def _make_anew(connection: Connection, name: str, made: str) -> None:
    try:
        with connection.begin_nested():
            _run(connection, f"DROP VIEW {SCHEMA}.{name}")
            _run(connection, f"CREATE {made}")
    except DBAPIError as error:
        raise BiError(f"{SCHEMA}.{name} can not be made anew: drop first what rests on it") from error


def _comment(connection: Connection, view: View) -> None:
    """Say in the database what each view and column is: tools for charts show it."""
    told = [(f"VIEW {SCHEMA}.{view.name}", _said(view.label))]
    for one in view.columns:
        unit = f" [{one.unit}]" if one.unit else ""
        told.append((f'COLUMN {SCHEMA}.{view.name}."{one.name}"', _said(one.label) + unit))
    for what, words in told:
        _run(connection, f"COMMENT ON {what} IS '{words.replace(_QUOTE, _QUOTE * 2)}'")


def _said(words: Mapping[str, str]) -> str:
    return f"{words['id']} / {words['en']}"


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement.replace(":", r"\:")))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
