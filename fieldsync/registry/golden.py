"""The golden record: per field of a person the value that counts, and the record that it comes from.

What stands on papers is taken from the latest record that was written from papers, what changes in life from the
latest of all. A pure function of the person's records, whatever the order in which they arrived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldsync.programs import DOUBTS

# What an identity card, a family card or a birth certificate says; all else only the person knows best, and lately.
ON_PAPER = frozenset(
    {
        *("nik", "full_name", "sex", "birth_date", "birth_date_precision", "birth_place", "kk_number"),
        *("mother_name", "father_name", "birth_certificate_no", "religion"),
    }
)
# Said in one breath: how exact a date is means nothing beside another record's date.
_TOGETHER = {"birth_date_precision": "birth_date"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one record told: its fields, and `stamp`, which orders records by their time (microseconds)."""

    record_id: str
    stamp: int
    fields: Mapping[str, Any]


def from_papers(fields: Mapping[str, Any]) -> bool:
    """Tell whether a record was written from papers, not from what somebody said."""
    nik = fields.get("nik")
    carded = nik is not None and not DOUBTS["nik"](nik, "") and fields.get("birth_date_precision") == "day"
    return bool(carded or fields.get("civil_documents_checked") or fields.get("ktp_status") == "issued")


def golden(records: Sequence[Told]) -> dict[str, tuple[Any, str]]:
    """Return per field its value and the id of the record that it comes from; null values count as not said."""
    spoken = sorted(records, key=lambda one: (one.stamp, one.record_id))
    papers = sorted(spoken, key=lambda one: (from_papers(one.fields), one.stamp, one.record_id))
    found: dict[str, tuple[Any, str]] = {}
    for order, on_paper in ((spoken, False), (papers, True)):
        for one in order:
            for name, value in one.fields.items():
                if value is not None and (name in ON_PAPER) == on_paper:
                    found[name] = (value, one.record_id)
    by_id = {one.record_id: one.fields for one in records}
    for name, beside in _TOGETHER.items():
        if beside in found:
            source = found[beside][1]
            found[name] = (by_id[source].get(name), source)
            if found[name][0] is None:
                del found[name]
    return found
