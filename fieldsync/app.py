"""Wiring: settings, database, application. The only place that puts the rooms together."""

from flask import Flask

from fieldsync.config import Settings, load
from fieldsync.db import open_store
from fieldsync.identity import prepare
from fieldsync.web import log
from fieldsync.web.application import create_application
from fieldsync.web.house import House


def build(settings: Settings | None = None) -> Flask:
    """Make the WSGI application from the settings, or from the environment."""
    found = settings or load()
    log.configure(found.log_level)
    prepare(found)
    return create_application(House(found, open_store(found)))
