"""Finding a person by name or NIK, in the user's own areas.

What is looked for is posted, so that no name and no NIK stands in an address, which browsers and servers keep. That
somebody looked is noted in the audit trail, never for whom.
"""

from flask import Response, request

from fieldsync import sync
from fieldsync.access import note_audit, region_names
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.shell import page_blueprint, render
from fieldsync.web.person_query import LONGEST_Q, keys_for
from fieldsync.web.problems import Problem
from fieldsync.web.queries import read_cursor, write_cursor

A_PAGE = 50
DISTRICT = 8
# As people write a NIK down: in groups.
LONGEST_NIK = 24

blueprint = page_blueprint("person_search")


@blueprint.get("/persons")
@permission("persons.read")
def show() -> Response:
    """Show the form."""
    return _form("", "")


@blueprint.post("/persons")
@permission("persons.read")
def find() -> Response:
    """Show a page of those who fit all that is asked for, by id."""
    name, nik = request.form.get("name", "").strip(), "".join(request.form.get("nik", "").split())
    if len(name) > LONGEST_Q or not name.isprintable():
        return _form("", nik, "persons.wrong_name", 422)
    if not name and not nik:
        return _form(name, nik, "persons.nothing_asked", 422)
    try:
        keys = keys_for(name, nik)
    except Problem:
        return _form(name, nik, "persons.wrong_nik", 422)
    return _found(name, nik, keys)


def _found(name: str, nik: str, keys: list[tuple[int, ...]] | None) -> Response:
    about, store, now = f"person pages {user().id}", house().store, house().clock()
    after = read_cursor(about)
    wanted = sync.Wanted(keys, None, (None, None), None if after is None else after[0], A_PAGE)
    with store.reading() as connection:
        rows, more = sync.person_list(connection, store.sealer, user(), wanted)
        villages = {one["village_code"] for one in rows if one["village_code"]}
        names = region_names(connection, {*villages, *(one[:DISTRICT] for one in villages)})
    by = [word for word, given in (("name", name), ("nik", nik)) if given]
    store.transact(lambda c: note_audit(c, user(), "persons.search", "persons", now, {"by": by, "found": len(rows)}))
    cursor = write_cursor(about, None if more is None else [more])
    return render(
        "persons.html",
        name=name,
        nik=nik,
        wrong=None,
        rows=rows,
        names=names,
        next_cursor=cursor,
        first_page=after is None,
        longest=(LONGEST_Q, LONGEST_NIK),
    )


def _form(name: str, nik: str, wrong: str | None = None, status: int = 200) -> Response:
    return render("persons.html", status, name=name, nik=nik, wrong=wrong, rows=None, longest=(LONGEST_Q, LONGEST_NIK))
