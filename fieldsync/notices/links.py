"""Where people see more, after a log-in: the case, the list of cases, or the part of it that a number counts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fieldsync.notices.targets import REMINDER, SUMMARY, TEST

DAY = timedelta(days=1)


def links_of(public_url: str | None, event: str, about: str, detail: Mapping[str, Any]) -> dict[str, str]:
    """Return the links of a notice by what they show; none where the operator did not say where FieldSync is opened.

    Args:
        public_url: where FieldSync is opened.
        event: of the notice.
        about: a case's id, or a day.
        detail: what the notice tells.

    Returns:
        ``all``: the case or the list; of a reminder ``due`` and ``late``, each where its number is not 0.
    """
    if not public_url or event == TEST:
        return {}
    if event == REMINDER:
        asked = _filters(date.fromisoformat(about), detail)
        return {name: f"{public_url}/cases?{urlencode(one)}" for name, one in asked.items() if detail[name]}
    return {"all": f"{public_url}/cases" if event == SUMMARY else f"{public_url}/cases/{about}"}


def _filters(day: date, detail: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the filters of the list that show what each number of a reminder counts."""
    where = {"program": detail["program"], "area": detail["district"]}
    late_from = detail.get("late_from", "")
    return {
        "due": {**where, "due_after": day.isoformat(), "due_before": (day + DAY).isoformat()},
        "late": {**where, "status": "open", "due_after": late_from, "due_before": (day - DAY).isoformat()},
    }
