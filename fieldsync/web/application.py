"""The WSGI application: routes, gate, errors, security headers, and the API's description."""

import re
from typing import Any

import orjson
from flask import Flask, Response
from flask_smorest import Api
from werkzeug.middleware.proxy_fix import ProxyFix

from fieldsync import __version__
from fieldsync.programs import TYPES, schema_for
from fieldsync.web import (
    auth_routes,
    case_routes,
    device_routes,
    gate,
    identity_routes,
    log,
    pages,
    person_routes,
    problems,
    rule_routes,
    sync_routes,
    system_routes,
)
from fieldsync.web.bodies import pack
from fieldsync.web.house import House
from fieldsync.web.schemas import ProblemSchema

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_PLACEHOLDER = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


class _Api(Api):  # type: ignore[misc] # flask-smorest has no types
    """flask-smorest's, with our own error answers."""

    def _register_error_handlers(self) -> None:
        """Leave errors to `problems`."""


def create_application(house: House) -> Flask:
    """Wire the application around an opened house."""
    app = Flask("fieldsync.web", static_folder=None)
    app.config.update(
        API_TITLE="FieldSync",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=None,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["fieldsync"] = house
    log.install(app)
    gate.install(app)
    problems.install(app)
    app.after_request(_secure)
    app.after_request(pack)
    api = _Api(app, spec_kwargs={"info": {"description": _about(), "version": __version__}})
    for routes in (
        *(auth_routes, case_routes, device_routes, identity_routes, person_routes, rule_routes),
        *(sync_routes, system_routes),
    ):
        api.register_blueprint(routes.blueprint)
    pages.install(app)
    _describe(app, api)
    app.extensions["fieldsync.openapi"] = lambda: _document(api)
    if house.settings.trusted_proxies:
        hops = house.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _secure(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.content_type and "json" in response.content_type:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _about() -> str:
    return (
        "Offline sync for mobile service vans. Errors are application/problem+json (RFC 9457); "
        "their messages come in Indonesian or English by Accept-Language, their codes do not change."
    )


def _describe(app: Flask, api: Any) -> None:
    """Add to the description what the routes do not say themselves: record types, problems, credentials."""
    spec = api.spec
    spec.components.security_scheme("tablet", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("office", {"type": "http", "scheme": "bearer"})
    cookie = {"type": "apiKey", "in": "cookie", "name": "fieldsync"}
    spec.components.security_scheme("office_cookie", {**cookie, "description": "Over https: __Host-fieldsync"})
    spec.options["security"] = [{"tablet": []}]
    spec.components.schema("Problem", schema=ProblemSchema)
    for name, kind in TYPES.items():
        spec.components.schema(f"record_{name}", schema=schema_for(kind))
    problem = {
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    spec.components.response("Problem", problem)
    needed = _permissions(app)
    for path, operations in spec._paths.items():  # noqa: SLF001 # apispec gives no other way to add to a registered path
        for method, operation in operations.items():
            if method == "parameters":
                continue  # of the path itself
            operation.setdefault("responses", {})["default"] = {"$ref": "#/components/responses/Problem"}
            word = needed[path, method]
            if word in gate.OFFICE:
                operation["security"] = [{"office": []}, {"office_cookie": []}]
                operation["x-permission"] = word


def _permissions(app: Flask) -> dict[tuple[str, str], str | None]:
    """Return what each path, as the description writes it, and method asks for."""
    return {
        (_PLACEHOLDER.sub(r"{\1}", rule.rule), method.lower()): gate.declared(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _document(api: Any) -> bytes:
    return orjson.dumps(api.spec.to_dict(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
