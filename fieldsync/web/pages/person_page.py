"""One person: each value with the record that it comes from, home and family, who they were taken for, cases, records.

Person records that turn out to be about somebody else are parted here. The same permissions, hiding and notes in the
audit trail as the API's.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import ValidationError

from fieldsync import sync
from fieldsync.access import note_audit, place_names
from fieldsync.programs import TYPES
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.office_schemas import LONGEST_NOTE, SplitSchema
from fieldsync.web.pages.shell import back_to, page_blueprint, render, speech
from fieldsync.web.pages.speech import Speech
from fieldsync.web.pages.timeline import Told, timeline, value_text
from fieldsync.web.problems import Problem

blueprint = page_blueprint("person_page")


@blueprint.get("/persons/<uuid:person_id>")
@permission("persons.read")
def show(person_id: UUID) -> Response:
    """Show the person; an id that was merged away shows whom it means now."""
    return _page(person_id)


def _page(person_id: UUID, status: int = 200, wrong: str | None = None) -> Response:
    store, now, say = house().store, house().clock(), speech()
    with store.reading() as connection:
        person = sync.person_page(connection, store.sealer, user(), str(person_id))
        history = sync.person_history(connection, store.sealer, user(), str(person_id), say.language)
        if person is None or history is None:
            raise Problem(404, "not-found")
        names = place_names(connection, _places(person))
    if sync.shows_restricted(person):
        store.transact(lambda c: note_audit(c, user(), "restricted.read", person["id"], now))
    told = timeline(say, person["records"])
    return render(
        "person.html",
        status,
        person=person,
        name=person["fields"].get("full_name", {}).get("value"),
        golden=_golden(say, person["fields"], names, told),
        told=told,
        names=names,
        history=history,
        apart=_apart(person["records"], told),
        wrong=wrong,
        longest_note=LONGEST_NOTE,
    )


def _apart(records: Sequence[Mapping[str, Any]], told: Sequence[Told]) -> list[tuple[Told, str]]:
    """Return the person records that may be parted, each with the name that it gives; none where there is but one."""
    names = {one["id"]: str(one["data"].get("full_name") or "–") for one in records if one["type"] == "person"}
    found = [(one, names[one.id]) for one in told if one.id in names]
    return found if len(found) > 1 and user().may("identity.split") else []


@blueprint.post("/persons/<uuid:person_id>/split")
@permission("identity.split")
def split(person_id: UUID) -> Response:
    """Part the ticked records from the person, and show who stays."""
    note = request.form.get("note", "").replace("\r\n", "\n").strip()
    records = request.form.getlist("record")
    try:
        given = SplitSchema().load({"records": records, **({"note": note} if note else {})})
        said = sync.Said(user().id, house().clock(), given.get("note"))
        done = sync.split_person(house().store, user(), str(person_id), [str(one) for one in given["records"]], said)
    except ValidationError:
        return _page(person_id, 422, "person.wrong_none")
    except (sync.NotTheirsError, sync.PartError) as error:
        key = "person.wrong_foreign" if isinstance(error, sync.NotTheirsError) else "person.wrong_all"
        return _page(person_id, 422, key)
    if done is None:
        raise Problem(404, "not-found")
    return back_to(f"/persons/{done.person_id}", "person.parted", n=len(given["records"]))


def _places(person: Mapping[str, Any]) -> set[str]:
    places = {one["area"] for one in person["records"]}
    home = person["fields"].get("village_code")
    places |= set() if home is None else {str(home["value"])}
    return places


def _golden(
    say: Speech, fields: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], told: Sequence[Told]
) -> list[tuple[str, str, Told | None]]:
    """Return (label, value, the record that it comes from; None if that is not for the user)."""
    values = {name: one["value"] for name, one in fields.items()}
    by_id = {one.id: one for one in told}
    rows = []
    for one in TYPES["person"].fields:
        text = value_text(say, one, values)
        if text:
            shown = names.get(text, text) if one.kind == "area" else text
            rows.append((say.label(one.label), shown, by_id.get(str(fields[one.name]["record"]))))
    return rows
