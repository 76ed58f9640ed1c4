"""Wiring: settings, database, application. The only place that puts the rooms together."""

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from fieldsync import cases, rulebook
from fieldsync.config import Settings, load
from fieldsync.db import open_store
from fieldsync.identity import prepare
from fieldsync.issuer import open_issuer
from fieldsync.web import log
from fieldsync.web.application import create_application
from fieldsync.web.house import House


def build(settings: Settings | None = None) -> Flask:
    """Make the WSGI application from the settings, or from the environment."""
    found = settings or load()
    open_issuer(found)  # what is missing is said now, and not at the first log-in
    log.configure(found.log_level)
    prepare(found)
    house = House(found, open_store(found))
    _warm(house)
    return create_application(house)


def _warm(house: House) -> None:
    """Compile the rules before the first push; a database that is away or not upgraded is told by `/readyz`."""
    today = cases.day_of(house.clock())
    rulebook.warm(today)
    try:
        with house.store.reading() as connection:
            rulebook.warm(today, connection)
    except SQLAlchemyError:
        return
