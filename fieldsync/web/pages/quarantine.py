"""Refused records that wait for somebody: who sent them, what was wrong; one of them repaired and sent again.

Values are told as they were sent, restricted ones only to who may see them, and then that is noted. What is repaired
takes the way of every push; what is still wrong stands in the form again, and the record stays where it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from fieldsync import reporting, sync
from fieldsync.access import place_names
from fieldsync.programs import TYPES, RecordType
from fieldsync.reporting import Refusal
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages import mending
from fieldsync.web.pages.shell import back_to, note_restricted, page_blueprint, render, speech
from fieldsync.web.problems import Problem
from fieldsync.web.queries import MOST_NUMBER, read_cursor, write_cursor

A_PAGE = 25
MOST_INPUTS = 100

blueprint = page_blueprint("quarantine")


@blueprint.get("/quarantine")
@permission("records.quarantine")
def show() -> Response:
    """Show a page of refused records, newest first."""
    about, store = f"quarantine {user().id}", house().store
    after = read_cursor(about)
    with store.reading() as connection:
        found = reporting.refusals(connection, user().scope, A_PAGE + 1, None if after is None else after[0])
        page = found[:A_PAGE]
        sent = sync.as_sent(connection, store.sealer, [(one.receipt, one.position) for one in page])
        total = reporting.open_refusals(connection, user().scope)
        names = place_names(connection, {_area(one, sent[one.receipt, one.position]) for one in page})
    rows = [_told(one, sent[one.receipt, one.position]) for one in page]
    note_restricted("quarantine", "entries", [str(one["id"]) for one in rows if _shows_restricted(one)])
    return render(
        "quarantine.html",
        rows=rows,
        total=total,
        names=names,
        next_cursor=write_cursor(about, [page[-1].id] if len(found) > A_PAGE else None),
        first_page=after is None,
    )


def _area(one: Refusal, raw: Any) -> str:
    told = raw.get("area") if isinstance(raw, dict) else None
    return told if isinstance(told, str) and user().scope.covers_area(told) else one.area


def _kind(raw: Any) -> RecordType | None:
    return TYPES.get(str(raw.get("type"))) if isinstance(raw, dict) else None


def _told(one: Refusal, raw: Any) -> dict[str, Any]:
    say, kind = speech(), _kind(raw)
    errors = one.errors if raw is None else sync.explained(raw, one.errors, one.received_at, say.language)
    officer = raw.get("officer") if isinstance(raw, dict) else None
    return {
        "id": one.id,
        "record_id": one.record_id,
        "at": one.received_at,
        "van": one.van,
        "tablet": one.tablet,
        "officer": mending.shown(officer) if isinstance(officer, str) else None,
        "area": _area(one, raw),
        "type": None if kind is None else say.label(kind.label),
        "program": None if kind is None else kind.program,
        "errors": [_error(kind, raw, each) for each in errors],
        "repairable": one.record_id is not None and isinstance(raw, dict),
    }


def _error(kind: RecordType | None, raw: Any, error: Mapping[str, str]) -> dict[str, Any]:
    pointer = error["pointer"]
    if not mending.may_see(kind, pointer, restricted=user().may("restricted.read")):
        return {"hidden": True}
    value = "" if raw is None or pointer in ("", "/data") else mending.shown(sync.value_at(raw, pointer))
    label = mending.label_of(speech(), kind, pointer)
    restricted = bool(value) and not mending.may_see(kind, pointer, restricted=False)
    return {**error, "hidden": False, "label": label, "value": value, "restricted": restricted}


def _shows_restricted(told: Mapping[str, Any]) -> bool:
    return any(each.get("restricted") for each in told["errors"])


@blueprint.get("/quarantine/<int:entry_id>")
@permission("records.quarantine")
def one(entry_id: int) -> Response:
    """Show a refused record with inputs for what is wrong in it."""
    entry, raw = _found(entry_id)
    return _form(entry, raw, entry.errors)


def _found(entry_id: int) -> tuple[Refusal, Any]:
    store = house().store
    with store.reading() as connection:
        entry = None if entry_id > MOST_NUMBER else reporting.refusal(connection, user().scope, entry_id)
        if entry is None:
            raise Problem(404, "not-found")
        place = (entry.receipt, entry.position)
        return entry, sync.as_sent(connection, store.sealer, [place])[place]


def _form(
    entry: Refusal,
    raw: Any,
    errors: Sequence[Mapping[str, str]],
    changes: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    say, restricted = speech(), user().may("restricted.read")
    told = _told(entry, raw)
    now = sync.changed(raw, changes or {}) if told["repairable"] else {}
    explained = sync.explained(now, errors, house().clock(), say.language, further=True) if now else []
    inputs = mending.inputs_for(say, now, explained, changes or (), restricted=restricted)
    placed = {one.pointer for one in inputs}
    if _shows_restricted(told) or not all(mending.may_see(_kind(raw), one, restricted=False) for one in placed):
        note_restricted("quarantine", "entries", [str(entry.id)])
    with house().store.reading() as connection:
        names = place_names(connection, [told["area"]])
    return render(
        "quarantine_one.html",
        status,
        one=told,
        inputs=inputs,
        elsewhere=[_error(_kind(raw), now, each) for each in explained if _place(raw, each) not in placed],
        tried=changes is not None,
        names=names,
        shown=mending.SHOWN,
    )


def _place(raw: Any, error: Mapping[str, str]) -> str:
    return mending.place_of(_kind(raw), error["pointer"])[0]


@blueprint.post("/quarantine/<int:entry_id>")
@permission("records.quarantine")
def repair(entry_id: int) -> Response:
    """Send the record again with what was typed."""
    entry, raw = _found(entry_id)
    shown = request.form.getlist(mending.SHOWN)
    may = {"restricted": user().may("restricted.read")}
    sound = len(shown) <= MOST_INPUTS and all(mending.may_change(_kind(raw), one, **may) for one in shown)
    if entry.record_id is None or not isinstance(raw, dict) or not sound:
        raise Problem(422, "invalid")
    changes = mending.typed(_kind(raw), raw, request.form)
    where = sync.Entry(entry.id, entry.record_id, entry.device_id, entry.receipt, entry.position)
    store, areas, now, spoken = house().store, house().areas, house().clock(), speech().language
    try:
        status = sync.repair(store, areas, user(), where, changes, now, spoken)
    except sync.StillRefused as error:
        return _form(entry, raw, error.errors, changes, 422)
    except sync.Overtaken:
        return back_to("/quarantine", "quarantine.overtaken")
    return back_to("/quarantine", "quarantine.done_held" if status == "held" else "quarantine.done")
