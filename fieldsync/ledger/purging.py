"""What the ledger lets go of after a time: changes that nobody needs any more, and the bodies of old batches.

Of the feed the latest change of whatever is in a place stays for ever, since a tablet whose scope widens is told by
it; what goes is older changes of the same thing, and departures. A cursor from before answers 410. The feed has no
times, so each run notes how far it reached. Numbers are given up (`advance`) a run before they are deleted, so that
no pull that is under way misses one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, and_, delete, func, select, update

from fieldsync.db import add_missing_rows, member_of
from fieldsync.ledger.receipts import first_id
from fieldsync.ledger.tables import BatchRow, ChangeRow, CounterRow, EpochRow, FeedMarkRow, HeldRow, QuarantineRow


def advance(connection: Connection, before: datetime, now: datetime) -> Mapping[str, int]:
    """Note how far the feed reaches now, and give up what it had reached before a moment.

    Returns:
        per district the number up to which changes were given up by an earlier run: these may be deleted.
    """
    mark, epoch = FeedMarkRow.__table__.c, EpochRow.__table__.c
    heads = {row.district: row.n for row in connection.execute(select(CounterRow.district, CounterRow.n))}
    add_missing_rows(connection, FeedMarkRow, ("at", "heads"), [(now, orjson.dumps(heads).decode())])
    given_up: dict[str, int] = orjson.loads(connection.execute(select(epoch.horizon).with_for_update()).scalar_one())
    newest = connection.execute(select(mark.at, mark.heads).where(mark.at < before).order_by(mark.at.desc()).limit(1))
    if (reached := newest.one_or_none()) is not None:
        horizon = {**given_up}
        for district, n in orjson.loads(reached.heads).items():
            horizon[district] = max(n, given_up.get(district, 0))
        connection.execute(update(EpochRow).values(horizon=orjson.dumps(horizon).decode()))
        connection.execute(delete(FeedMarkRow).where(mark.at < reached.at))
    return given_up


def purge_changes(connection: Connection, district: str, upto: int, limit: int) -> int:
    """Delete up to `limit` changes of a district that nobody needs any more, numbered up to `upto`; return how many."""
    row = ChangeRow.__table__.c
    place = func.row_number().over(partition_by=(row.entity, row.id, row.area, row.program), order_by=row.n.desc())
    ranked = select(row.n, row.gone, place.label("place")).where(row.district == district, row.n <= upto).subquery()
    needless = (ranked.c.place > 1) | ranked.c.gone.is_not(None)
    found = list(connection.execute(select(ranked.c.n).where(needless).order_by(ranked.c.n).limit(limit)).scalars())
    connection.execute(delete(ChangeRow).where(row.district == district, member_of(connection, row.n, found)))
    return len(found)


def old_bodies(connection: Connection, before: datetime, after: str, limit: int) -> Sequence[str]:
    """Return up to `limit` receipts with a body from before a moment, in order, behind one.

    The bodies of records that are refused or held still are not among them.
    """
    row = BatchRow.__table__.c
    refused = select(QuarantineRow.receipt).where(QuarantineRow.receipt == row.id, QuarantineRow.settled_at.is_(None))
    held = select(HeldRow.receipt).where(HeldRow.receipt == row.id)
    query = select(row.id).where(
        and_(row.id > after, row.id < first_id(before), row.body.is_not(None), ~refused.exists(), ~held.exists())
    )
    return list(connection.execute(query.order_by(row.id).limit(limit)).scalars())


def drop_bodies(connection: Connection, receipts: Iterable[str]) -> None:
    """Forget the bodies of these batches; what became of their records stays."""
    wanted = member_of(connection, BatchRow.id, sorted(receipts))
    connection.execute(update(BatchRow).where(wanted).values(body=None))
