"""Persons for the office: one with all that is known, a search, what was decided about one, and undoing a merge.

What is not in the user's areas is not there. Names and numbers are sealed: they are found by whole words only.
"""

import orjson
from flask import Response
from flask_smorest import Blueprint

from fieldsync import sync
from fieldsync.access import note_audit
from fieldsync.sync.messages import finding
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.loading import load_body
from fieldsync.web.office_schemas import HistorySchema, PersonSchema, PersonsSchema, SplitDoneSchema, SplitSchema
from fieldsync.web.person_query import LONGEST_Q, keys_for, note_search
from fieldsync.web.problems import Problem, language
from fieldsync.web.queries import area, day, line, read_cursor, single, whole, write_cursor

MOST_PERSONS = 100
USUAL_PERSONS = 50

blueprint = Blueprint("persons", __name__, url_prefix="/api/v1/persons", description="Persons")


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), content_type="application/json")


def _parameter(name: str, description: str, example: str) -> dict[str, object]:
    schema = {"type": "string", "example": example}
    return {"name": name, "in": "query", "schema": schema, "description": description}


@blueprint.get("")
@blueprint.doc(
    summary="Find persons",
    parameters=[
        _parameter("q", "Whole words of the name, in any order and spelling that folds to the same", "siti aminah"),
        _parameter("nik", "All 16 digits", "1602055205980001"),
        _parameter("area", "Only persons with a record in this area or below it", "16.02.05"),
        _parameter("born_after", "On this day or later", "1990-01-01"),
        _parameter("born_before", "On this day or earlier", "1999-12-31"),
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_PERSONS, "default": USUAL_PERSONS},
        },
    ],
)
@blueprint.alt_response(200, schema=PersonsSchema, description="A page of persons, by id")
@permission("persons.read")
def list_persons() -> Response:
    """Tell who has records in the user's areas and programs, and fits all that is asked for."""
    about = f"persons {user().id}"
    limit, after = whole("limit", 1, MOST_PERSONS, USUAL_PERSONS), read_cursor(about)
    born = (day("born_after"), day("born_before"))
    name, nik = line("q", LONGEST_Q), single("nik")
    keys = keys_for(name, nik)
    if keys is not None:
        note_search("persons", [word for word, given in (("name", name), ("nik", nik)) if given])
    wanted = sync.Wanted(keys, area(), born, None if after is None else after[0], limit)
    with house().store.reading() as connection:
        persons, more = sync.person_list(connection, house().store.sealer, user(), wanted)
    cursor = write_cursor(about, None if more is None else [more])
    return _json({"persons": persons, "cursor": cursor, "has_more": more is not None})


@blueprint.get("/<uuid:person_id>")
@blueprint.doc(summary="All that is known of a person")
@blueprint.alt_response(200, schema=PersonSchema, description="The person; an alias answers with whom it means now")
@permission("persons.read")
def one_person(person_id: object) -> Response:
    """Tell the golden record with the source of each value, records, episodes, household and family."""
    store, now = house().store, house().clock()
    with store.reading() as connection:
        page = sync.person_page(connection, store.sealer, user(), str(person_id))
    if page is None:
        raise Problem(404, "not-found")
    if sync.shows_restricted(page):
        store.transact(lambda connection: note_audit(connection, user(), "restricted.read", page["id"], now))
    return _json(page)


@blueprint.get("/<uuid:person_id>/history")
@blueprint.doc(summary="What was decided about who a person is")
@blueprint.alt_response(200, schema=HistorySchema, description="Links, merges, splits and answers, the earliest first")
@permission("persons.read")
def history(person_id: object) -> Response:
    """Tell every decision with who, when and why."""
    with house().store.reading() as connection:
        told = sync.person_history(connection, house().store.sealer, user(), str(person_id), language())
    if told is None:
        raise Problem(404, "not-found")
    return _json({"history": told})


@blueprint.post("/<uuid:person_id>/split")
@blueprint.doc(
    summary="Undo a merge",
    requestBody={"required": True, "content": {"application/json": {"schema": SplitSchema}}},
)
@blueprint.alt_response(200, schema=SplitDoneSchema, description="Parted; the two are never joined again by a machine")
@permission("identity.split")
def split(person_id: object) -> Response:
    """Part person records that are about somebody else; what came later by itself is placed anew."""
    given = load_body(SplitSchema())
    records = [str(one) for one in given["records"]]
    said = sync.Said(user().id, house().clock(), given.get("note"))
    try:
        done = sync.split_person(house().store, user(), str(person_id), records, said)
    except sync.NotTheirsError as error:
        faults = [finding(f"/records/{place}", "unknown_record", language()) for place in error.places]
        raise Problem(422, "invalid", errors=faults) from error
    except sync.PartError as error:
        raise Problem(422, "invalid", errors=[finding("/records", error.code, language())]) from error
    if done is None:
        raise Problem(404, "not-found")
    return _json({"person_id": done.person_id, "new_person_id": done.new_person_id, "records": done.homes})
