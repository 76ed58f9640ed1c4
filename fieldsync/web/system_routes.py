"""For machines and operators: alive, ready, metrics, the API's description, and a page that says what this is."""

import orjson
from flask import Response, current_app, render_template_string
from flask_smorest import Blueprint

from fieldsync import __version__
from fieldsync.db import readiness
from fieldsync.web.gate import permission
from fieldsync.web.house import house
from fieldsync.web.metrics import exposition
from fieldsync.web.problems import answer, language
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
    """Give counts and times of all workers."""
    body, kind = exposition()
    return Response(body, content_type=kind)


@blueprint.get("/api/v1/openapi.json")
@blueprint.doc(summary="This document", security=[])
@blueprint.alt_response(200, description="OpenAPI 3.1")
@permission("public")
def openapi() -> Response:
    """Describe the API."""
    return Response(current_app.extensions["fieldsync.openapi"](), content_type="application/json")


_PAGE = """<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>FieldSync</title><link rel="stylesheet" href="{{ url_for('static', filename='fieldsync.css') }}"></head>
<body><main><h1>FieldSync</h1>
{% if lang == "en" %}<p>The back end of the district's mobile service vans. Tablets sync here; there is nothing to fill
in on this page.</p><ul><li><a href="/readyz">Is it ready?</a></li>
<li><a href="/api/v1/openapi.json">The API, for programs</a></li></ul><p>Version {{ version }}</p>
{% else %}<p>Sistem belakang mobil layanan keliling kabupaten. Tablet menyinkronkan data di sini; tidak ada yang perlu
diisi di halaman ini.</p><ul><li><a href="/readyz">Apakah server siap?</a></li>
<li><a href="/api/v1/openapi.json">API, untuk program</a></li></ul><p>Versi {{ version }}</p>{% endif %}
</main></body></html>"""


@blueprint.get("/")
@blueprint.doc(summary="What this is", security=[])
@blueprint.alt_response(200, description="A page")
@permission("public")
def home() -> Response:
    """Say to who opens the address in a browser what is here."""
    return Response(
        render_template_string(_PAGE, lang=language(), version=__version__), content_type="text/html; charset=utf-8"
    )
