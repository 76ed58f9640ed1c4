"""Finding a person by name, NIK or telephone, in the user's own areas.

What is looked for is posted, so that no name and no NIK stands in an address, which browsers and servers keep. That
somebody looked is noted in the audit trail, never for whom.
"""

from typing import NamedTuple

from flask import Response, request

from fieldsync import sync
from fieldsync.access import place_names
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages.shell import page_blueprint, render
from fieldsync.web.person_query import LONGEST_Q, keys_for, note_search
from fieldsync.web.problems import Problem
from fieldsync.web.queries import read_cursor, write_cursor

A_PAGE = 50
# As people write a NIK down: in groups.
LONGEST_NIK = 24

blueprint = page_blueprint("person_search")


class Asked(NamedTuple):
    """What was typed: all of it must fit."""

    name: str
    nik: str
    phone: str

    @property
    def nik_digits(self) -> str:
        """The NIK without the spaces by which people group it."""
        return self.nik.replace(" ", "")


@blueprint.get("/persons")
@permission("persons.read")
def show() -> Response:
    """Show the form."""
    return _form(Asked("", "", ""))


@blueprint.post("/persons")
@permission("persons.read")
def find() -> Response:
    """Show a page of those who fit all that is asked for, by id."""
    given = Asked(*(" ".join(request.form.get(name, "").split()) for name in Asked._fields))
    wrong = _wrong(given)
    if wrong is not None:
        return _form(given, wrong, 422)
    note_search("persons", [name for name, value in given._asdict().items() if value])
    return _found(given, keys_for(given.name, given.nik_digits, given.phone))


def _wrong(given: Asked) -> str | None:
    """Return the key of what is wrong with what was typed."""
    if not any(given):
        return "persons.nothing_asked"
    if any(len(one) > LONGEST_Q or not one.isprintable() for one in given):
        return "persons.wrong_name"
    for name, asked in (("nik", ("", given.nik_digits, "")), ("phone", ("", "", given.phone))):
        try:
            keys_for(*asked)
        except Problem:
            return f"persons.wrong_{name}"
    return None


def _found(given: Asked, keys: list[tuple[int, ...]] | None) -> Response:
    about, store = f"person pages {user().id}", house().store
    after = read_cursor(about)
    wanted = sync.Wanted(keys, None, (None, None), None if after is None else after[0], A_PAGE)
    with store.reading() as connection:
        rows, more = sync.person_list(connection, store.sealer, user(), wanted)
        names = place_names(connection, {one["village_code"] for one in rows if one["village_code"]})
    cursor = write_cursor(about, None if more is None else [more])
    return render(
        "persons.html",
        given=given,
        wrong=None,
        rows=rows,
        names=names,
        next_cursor=cursor,
        first_page=after is None,
        longest=(LONGEST_Q, LONGEST_NIK),
    )


def _form(given: Asked, wrong: str | None = None, status: int = 200) -> Response:
    return render("persons.html", status, given=given, wrong=wrong, rows=None, longest=(LONGEST_Q, LONGEST_NIK))
