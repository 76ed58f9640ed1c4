"""How far an application of civil registration has come, and which papers it lacks.

What is required stands in the table of papers. Whether papers are genuine is not asked here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fieldsync.programs.folder import Entry, Folder, day_of

# From the least: of several applications about one person the one that came furthest counts.
_STAGES = ("draft", "rejected", "submitted", "verifying", "registered", "issued")
_FILED = frozenset({"submitted", "verifying", "registered", "issued"})
CIVIL_PAPERS = "civil_papers"


def is_started(applications: Iterable[Entry]) -> bool:
    """Tell whether there is an application that was not rejected, be it a draft."""
    return any(one.data.get("status") != "rejected" for one in applications)


def is_filed(applications: Iterable[Entry]) -> bool:
    """Tell whether there is an application that was handed in and not rejected."""
    return any(one.data.get("status", _status_by_dates(one)) in _FILED for one in applications)


def _status_by_dates(application: Entry) -> str:
    return "submitted" if day_of(application.data, "submitted_on") is not None else "draft"


def furthest(applications: Sequence[Entry]) -> Entry:
    """Return the application that counts: the furthest, of those the newest."""
    return max(applications, key=_distance)


def by_subject(folder: Folder, kind: str) -> Iterator[tuple[str, Entry]]:
    """Yield per person who is asked for, the application of a kind that counts; one about nobody stands for itself."""
    found: dict[str, list[Entry]] = {}
    for one in folder.of_type(kind):
        found.setdefault(one.person or one.id, []).append(one)
    for subject, applications in found.items():
        one = furthest(applications)
        if folder.wants(one.person):
            yield subject, one


def _distance(application: Entry) -> tuple[int, str, str]:
    status, submitted = application.data.get("status"), day_of(application.data, "submitted_on")
    stage = _STAGES.index(status) if status in _STAGES else -1
    return stage, submitted.isoformat() if submitted is not None else "", application.id


def missing_papers(given: Iterable[Any], required: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the papers that are not there, nor any substitute.

    Args:
        given: the papers handed in.
        required: the papers, each with what is taken in its place, itself first.
    """
    there = frozenset(given)
    return frozenset(paper for paper, takes in required.items() if there.isdisjoint(takes))
