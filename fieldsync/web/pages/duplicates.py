"""Pairs of records that may be one person, one pair at a time, where an answer gains most first.

Both persons stand beside each other with what each field weighs, in words. After an answer the next pair comes; that
two are one can be taken back at once, since a merge can be undone; that they are two is kept for ever.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from marshmallow import ValidationError

from fieldsync import reporting, sync
from fieldsync.access import place_names
from fieldsync.identity.reviews import OPEN, SAME, SETTLED, Place
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.office_schemas import LONGEST_NOTE, DecideSchema
from fieldsync.web.pages.shell import back_to, page_blueprint, render, speech
from fieldsync.web.problems import Problem
from fieldsync.web.queries import read_cursor, write_cursor

# What is shown of a person, by the feature that weighs it.
ROWS: Mapping[str, tuple[str, ...]] = {
    "name": ("full_name",),
    "nik": ("nik",),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "home": ("kk_number", "phone", "village_code"),
    "mother": ("mother_name",),
    "father": ("father_name",),
    "spouse": ("spouse_name",),
}
MOST_TAKEN_BACK = 20  # records of both persons: their ids travel in the address

blueprint = page_blueprint("duplicates")


@blueprint.get("/duplicates")
@permission("identity.review")
def show() -> Response:
    """Show the pair at this place of the queue."""
    return _page()


def _page(status: int = 200, wrong: str | None = None) -> Response:
    about, undo = f"duplicates {user().id}", _undo_given()
    after = read_cursor(about)
    asked = sync.QueueAsked(OPEN, None, None if after is None else Place(*after), 1)
    store = house().store
    with store.reading() as connection:
        found, more = sync.review_page(connection, store.sealer, user(), asked, speech().language)
        total = reporting.open_reviews(connection, user().scope)
        names = place_names(connection, _places(found))
    return render(
        "duplicates.html",
        status,
        pair=found[0] if found else None,
        weights={one["feature"]: one for one in found[0]["weights"] if one["text"]} if found else {},
        rows=ROWS,
        names=names,
        total=total,
        cursor=request.args.get("cursor"),
        next_cursor=write_cursor(about, None if more is None else [more.gain, more.id]),
        undo=None if undo is None else request.args["undo"],
        wrong=wrong,
        longest_note=LONGEST_NOTE,
    )


def _places(found: Sequence[Mapping[str, Any]]) -> set[str]:
    return {one[side]["fields"].get("village_code") for one in found for side in ("a", "b")} - {None}


@blueprint.post("/duplicates/<uuid:review_id>")
@permission("identity.review")
def decide(review_id: UUID) -> Response:
    """Take the answer, and show the next pair."""
    read_cursor(f"duplicates {user().id}")
    decision, note = _answer(request.form)
    store = house().store
    with store.reading() as connection:
        before = sync.review_told(connection, store.sealer, user(), str(review_id), speech().language)
    try:
        done = sync.decide_review(store, user(), str(review_id), decision, sync.Said(user().id, house().clock(), note))
    except sync.DecideError as error:
        return _page(409, f"duplicates.wrong_{error.code}")
    if done is None or before is None:
        raise Problem(404, "not-found")
    if done.status == SETTLED:
        return _page(409, "duplicates.wrong_decided")
    undo = _undo_of(before) if done.status == SAME else None
    return back_to(_address(undo=undo), f"duplicates.done_{done.status}")


def _answer(form: Mapping[str, str]) -> tuple[str, str | None]:
    given = {name: form[name].replace("\r\n", "\n").strip() for name in ("decision", "note") if name in form}
    try:
        loaded = DecideSchema().load({name: value for name, value in given.items() if value})
    except ValidationError as error:
        raise Problem(422, "invalid") from error
    return loaded["decision"], loaded.get("note")


def _address(undo: str | None = None) -> str:
    return url_for("duplicates.show", cursor=request.args.get("cursor"), undo=undo)


def _undo_of(pair: Mapping[str, Any]) -> str | None:
    """Return what takes a merge back: the records of both as they were before, None when nothing was merged."""
    sides = [list(pair[side]["records"]) for side in ("a", "b")]
    one_before = pair["a"]["person_id"] == pair["b"]["person_id"]
    if one_before or sum(map(len, sides)) > MOST_TAKEN_BACK or not user().may("identity.split"):
        return None
    return write_cursor(f"duplicates undo {user().id}", sides)


def _undo_given() -> list[Any] | None:
    return read_cursor(f"duplicates undo {user().id}", "undo")


@blueprint.post("/duplicates/undo")
@permission("identity.split")
def take_back() -> Response:
    """Part again what the last answer made one."""
    sides = _undo_given()
    if sides is None:
        raise Problem(404, "not-found")
    said = sync.Said(user().id, house().clock(), None)
    for records in reversed(sides):  # of a pair between two areas, only the own side may be parted
        try:
            done = sync.split_person(house().store, user(), records[0], records, said)
        except (sync.NotTheirsError, sync.PartError):
            continue
        if done is not None:
            return back_to(_address(), "duplicates.taken_back")
    return _page(409, "duplicates.wrong_undo")
