"""The production server: gunicorn with threads, its sizes from the settings.

Threads, so that a tablet that sends a batch over a bad line for minutes holds a
thread and not a whole worker; few workers, since the work is the processor's.
"""

import gc
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication

from fieldsync.config import Settings
from fieldsync.web.house import take_turns
from fieldsync.web.problems import TYPES as PROBLEMS

HEADER_BYTES = 8190
PATIENCE_S = 120
GARBAGE_PACE = (200_000, 20, 20)
SWITCH_S = 0.0005


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    def __init__(self, settings: Settings, build: Callable[[Settings], Flask]) -> None:
        self.settings = settings
        self.build = build
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self.settings.bind}:{self.settings.port}",
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "worker_class": "gthread",
            "timeout": PATIENCE_S,
            "graceful_timeout": 30,
            "keepalive": 30,
            "limit_request_field_size": HEADER_BYTES,
            "limit_request_line": HEADER_BYTES,
            "limit_request_fields": 60,
            "forwarded_allow_ips": "",
            "logconfig_dict": {"version": 1, "disable_existing_loggers": False, "loggers": _quiet()},
            "child_exit": _forget,
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112 # only heartbeats
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        application = self.build(self.settings)
        take_turns(application)
        # A batch makes tens of thousands of objects, none of them in circles: looking for circles
        # at Python's usual pace costs a tenth of the processor's time.
        gc.freeze()
        gc.set_threshold(*GARBAGE_PACE)
        # A page gives the interpreter up at each question to the database; beside a batch it waits so long for it anew.
        sys.setswitchinterval(SWITCH_S)
        return application


def _quiet() -> dict[str, Any]:
    # gunicorn's own logger goes through the structured handler of the root.
    return {"gunicorn.error": {"level": "WARNING", "propagate": True, "handlers": []}}


def _forget(_server: Any, worker: Any) -> None:
    from fieldsync.web.metrics import forget_worker  # noqa: PLC0415 # after the folder of the metrics is set

    forget_worker(worker.pid)


def _write_problem(sock: Any, status: int, reason: str, _message: str) -> None:
    """Answer what gunicorn itself refuses in the form of all other errors."""
    body = json.dumps({"type": PROBLEMS + "malformed", "title": reason, "status": status, "detail": reason}).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode("latin1") + body)


def serve(settings: Settings, build: Callable[[Settings], Flask]) -> None:
    """Serve until stopped. `build` makes the application in each worker."""
    util.write_error = _write_problem
    _Server(settings, build).run()
