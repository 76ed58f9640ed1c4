"""How notices stand, as Prometheus reads it: what waits and since when, what is given up, who is not told any more."""

import re
from datetime import timedelta

from sqlalchemy import insert, update

from fieldsync.notices.tables import NoticeRow, TargetRow
from tests.notices.receivers import listen
from tests.office import new_id


def measured(office) -> dict[str, float]:
    found = re.findall(
        r"^(fieldsync_notice\w*\{.*\}) (\S+)$", office.app.test_client().get("/metrics").text, re.MULTILINE
    )
    return {name: float(number) for name, number in found}


def test_how_notices_stand_is_read_at_each_scrape(office):
    kinds, notices, targets = (
        ("email", "webhook", "apprise"),
        ("waiting", "stopped", "failed"),
        ("ok", "failing", "disabled"),
    )
    none = {
        **{f'fieldsync_notices{{kind="{kind}",state="{state}"}}': 0 for kind in kinds for state in notices},
        **{f'fieldsync_notice_targets{{kind="{kind}",state="{state}"}}': 0 for kind in kinds for state in targets},
        **{f'fieldsync_notice_oldest_waiting_seconds{{kind="{kind}"}}': 0 for kind in kinds},
    }
    assert measured(office) == none
    standing(office, "Kepala", "email", {"failing_since": office.clock()}, "queued", "queued", "failed", "sent")
    standing(
        office, "Lama", "email", {"disabled_at": office.clock(), "disabled_why": "gone"}, "queued", "queued", "queued"
    )
    standing(office, "SIK", "webhook", {})
    assert measured(office) == {
        **none,
        'fieldsync_notices{kind="email",state="waiting"}': 2,
        'fieldsync_notices{kind="email",state="stopped"}': 3,
        'fieldsync_notices{kind="email",state="failed"}': 1,
        'fieldsync_notice_oldest_waiting_seconds{kind="email"}': 60,
        'fieldsync_notice_targets{kind="email",state="failing"}': 1,
        'fieldsync_notice_targets{kind="email",state="disabled"}': 1,
        'fieldsync_notice_targets{kind="webhook",state="ok"}': 1,
    }
    assert "Kepala" not in office.app.test_client().get("/metrics").text


def standing(office, name, kind, target, *states) -> None:
    """Let there be a target with one notice of each state, queued a minute before the next."""
    made, _ = listen(office, "kepala@dinkes.example.go.id", name=name, kind=kind)
    now = office.clock()
    rest = {"target_id": made.id, "event": "head", "about": "", "detail": "{}", "next_at": now, "attempts": 0}
    rows = [
        {**rest, "id": new_id(), "step": str(minutes), "state": state, "queued_at": now - timedelta(minutes=minutes)}
        | {"ended_at": None if state == "queued" else now}
        for minutes, state in enumerate(states)
    ]

    def work(connection) -> None:
        connection.execute(update(TargetRow).where(TargetRow.id == made.id).values(name=name, **target))
        if rows:
            connection.execute(insert(NoticeRow), rows)

    office.store.transact(work)
