"""Structured logs: one JSON object a line, with no value from any record in it."""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from fieldsync.web.metrics import REQUESTS, SECONDS

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def configure(level: str) -> None:
    """Send all logs of this process, the libraries' too, as JSON lines to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_values,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _without_values(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Reduce exceptions to their kind and place: a database's message may quote a row."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    if isinstance(failure, BaseException):
        failure = (type(failure), failure, failure.__traceback__)
    if failure and failure[0] is not None:
        event["exception"] = failure[0].__name__
        event["where"] = _place(failure[2])
    return event


def _place(traceback: object) -> list[str]:
    places = []
    while traceback is not None:
        frame = traceback.tb_frame  # type: ignore[attr-defined]
        places.append(f"{frame.f_code.co_filename}:{traceback.tb_lineno} {frame.f_code.co_name}")  # type: ignore[attr-defined]
        traceback = traceback.tb_next  # type: ignore[attr-defined]
    return places[-12:]


def install(app: Flask) -> None:
    """Log and measure every request by its route, never by its path or query."""
    logger = structlog.get_logger("fieldsync.request")

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        REQUESTS.labels(route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(seconds)
        device, user = g.get("device"), g.get("user")
        logger.info(
            "request",
            method=request.method if request.method in METHODS else "other",
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            device=device.id if device else None,
            **({"user": user.id} if user else {}),
            **g.get("log", {}),
        )
        return response
