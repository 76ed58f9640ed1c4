"""For machines and operators: alive, ready, metrics, and the API's description."""

import orjson
from flask import Response, current_app
from flask_smorest import Blueprint
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.exc import SQLAlchemyError

from fieldsync import notices
from fieldsync.db import readiness
from fieldsync.web.gate import permission
from fieldsync.web.house import house
from fieldsync.web.metrics import exposition, notice_gauges
from fieldsync.web.problems import answer
from fieldsync.web.schemas import ReadySchema

blueprint = Blueprint("system", __name__, description="For operators")


@blueprint.get("/healthz")
@blueprint.doc(summary="Alive", security=[])
@blueprint.alt_response(200, description="The process answers")
@permission("public")
def alive() -> Response:
    """Tell that the process answers; asks nothing of the database."""
    return Response(b'{"alive":true}', content_type="application/json")


@blueprint.get("/readyz")
@blueprint.doc(summary="Ready", security=[])
@blueprint.alt_response(200, schema=ReadySchema, description="Database, migrations and durability are right")
@permission("public")
def ready() -> Response:
    """Tell whether traffic may come: database there, migrations run, and no durability setting switched off."""
    checks = readiness(house().store)
    if all(said == "ok" for said in checks.values()):
        return Response(orjson.dumps({"ready": True, "checks": checks}), content_type="application/json")
    return answer(503, "unavailable", "Not ready.", {"Retry-After": "5"}, ready=False, checks=checks)


@blueprint.get("/metrics")
@blueprint.doc(summary="Prometheus", security=[])
@blueprint.alt_response(200, description="Metrics as text")
@permission("public")
def metrics() -> Response:
    """Give counts and times of all workers, and how notices stand."""
    body, kind = exposition(_gauges())
    return Response(body, content_type=kind)


def _gauges() -> list[GaugeMetricFamily]:
    """Read what the database tells; when it is away, the metrics of the workers are told all the same."""
    try:
        with house().store.reading() as connection:
            waiting, targets = notices.count_notices(connection), notices.count_targets(connection)
    except SQLAlchemyError:
        return []
    return notice_gauges(waiting, targets, house().clock())


@blueprint.get("/api/v1/openapi.json")
@blueprint.doc(summary="This document", security=[])
@blueprint.alt_response(200, description="OpenAPI 3.1")
@permission("public")
def openapi() -> Response:
    """Describe the API."""
    return Response(current_app.extensions["fieldsync.openapi"](), content_type="application/json")
