"""How Alembic runs here: on the connection it is given, one process at a time, with lock and statement limits."""

from alembic import context
from sqlalchemy import text

from fieldsync.access import tables as _access
from fieldsync.cases import tables as _cases
from fieldsync.clock import tables as _clock
from fieldsync.db import Base
from fieldsync.identity import tables as _identity
from fieldsync.ledger import tables as _ledger
from fieldsync.notices import tables as _notices
from fieldsync.registry import tables as _registry
from fieldsync.reporting import tables as _reporting

ROOMS = (
    _access,
    _cases,
    _clock,
    _identity,
    _ledger,
    _notices,
    _registry,
    _reporting,
)  # their tables are in the metadata by being imported
ADVISORY_LOCK = 0x6669656C64

connection = context.config.attributes["connection"]
postgresql = connection.dialect.name == "postgresql"
if postgresql:
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SET statement_timeout = '15min'"))
    connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
    connection.commit()
else:
    connection = connection.execution_options(writes=True)
try:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=not postgresql)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
finally:
    if postgresql:
        connection.rollback()
        connection.execute(text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
        connection.execute(text("RESET lock_timeout"))
        connection.execute(text("RESET statement_timeout"))
        connection.commit()
