"""The tablets' routes: push, pull, digest, config."""

import orjson
from flask import Response, g
from flask_smorest import Blueprint

from fieldsync import sync
from fieldsync.access import note_pull
from fieldsync.programs import TYPES
from fieldsync.sync.batch import TooManyRecordsError
from fieldsync.web.bodies import FIRST_LEVEL, read_json
from fieldsync.web.gate import device, permission
from fieldsync.web.house import house, turns
from fieldsync.web.metrics import CHANGES, DROPPED_KEYS, RECORDS
from fieldsync.web.problems import Problem, language
from fieldsync.web.queries import single, whole
from fieldsync.web.schemas import ConfigSchema, DigestSchema, PageSchema, PushAnswerSchema, PushSchema

MOST_CHANGES = 1000
USUAL_CHANGES = 500

blueprint = Blueprint("sync", __name__, url_prefix="/api/v1/sync", description="Batches in, changes out")


def _json(body: bytes) -> Response:
    return Response(body, content_type="application/json")


@blueprint.post("/push")
@blueprint.doc(
    summary="Push a batch of records",
    requestBody={"required": True, "content": {"application/json": {"schema": PushSchema}}},
)
@blueprint.alt_response(200, schema=PushAnswerSchema, description="One result per record, in order")
@permission("device")
def push() -> Response:
    """Take a batch; everything in it is stored before this answers."""
    settings = house().settings
    document, body = read_json(settings.max_batch_bytes, settings.max_batch_bytes_decompressed)
    try:
        batch = sync.read_batch(document, body, settings.max_batch_records, language())
    except TooManyRecordsError as error:
        most = settings.max_batch_records
        raise Problem(
            413, "too-large", f"At most {most} records a batch.", limit_records=most, errors=error.errors
        ) from error
    except sync.BatchError as error:
        raise Problem(422, "invalid", errors=error.errors) from error
    with turns():
        answer = sync.push(house().store, house().areas, batch, device(), house().clock(), language())
    for outcome, number in answer.outcomes.items():
        RECORDS.labels(outcome).inc(number)
    DROPPED_KEYS.inc(answer.dropped_keys)
    g.log = {"records": dict(answer.outcomes)}
    return _json(orjson.dumps(answer.body))


@blueprint.get("/pull")
@blueprint.doc(
    summary="Pull the changes since a cursor",
    parameters=[
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES, "default": USUAL_CHANGES},
        },
    ],
)
@blueprint.alt_response(200, schema=PageSchema, description="A page of changes")
@permission("device")
def pull() -> Response:
    """Hand out the next page of changes in the tablet's areas and programs."""
    cursor = single("cursor")
    limit = whole("limit", 1, MOST_CHANGES, USUAL_CHANGES)
    secret = house().settings.secret_key
    try:
        page = sync.pull(house().store, secret, device(), cursor, limit)
    except sync.CursorError as error:
        raise Problem(400, "malformed", "This is no cursor of this server for this tablet.") from error
    except sync.CursorGone as error:
        raise Problem(410, "gone") from error
    if not page.has_more:
        now = house().clock()
        house().store.transact(lambda connection: note_pull(connection, device().id, now))
    if page.first:
        g.level = FIRST_LEVEL
    CHANGES.inc(page.count)
    g.log = {"changes": page.count}
    return _json(page.body)


@blueprint.get("/digest")
@blueprint.doc(summary="Prove that nothing is missing")
@blueprint.alt_response(200, schema=DigestSchema, description="Per entity what the tablet should hold")
@permission("device")
def digest() -> Response:
    """Tell, per entity, how much the tablet should hold at a cursor, and the digest of it."""
    entities = sync.digest(house().store, house().settings.secret_key, device())
    return _json(orjson.dumps({"entities": entities}))


@blueprint.get("/config")
@blueprint.doc(summary="Limits and accepted versions")
@blueprint.alt_response(200, schema=ConfigSchema, description="What this server takes")
@permission("device")
def config() -> Response:
    """Tell limits, form versions, the oldest app version that is still current, the scope, and the time."""
    settings, tablet = house().settings, device()
    answer = {
        "limits": {
            "records": settings.max_batch_records,
            "bytes": settings.max_batch_bytes,
            "bytes_decompressed": settings.max_batch_bytes_decompressed,
            "changes": MOST_CHANGES,
        },
        "form_versions": {
            name: {"current": kind.version, "accepted": [*(one.version for one in kind.translations), kind.version]}
            for name, kind in TYPES.items()
            if tablet.scope.covers_program(kind.program)
        },
        "oldest_app_version": settings.oldest_app_version,
        "areas": list(tablet.scope.areas),
        "programs": list(tablet.scope.programs),
        "server_time": house().clock().isoformat(timespec="milliseconds"),
    }
    return _json(orjson.dumps(answer))
