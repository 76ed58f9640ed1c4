"""One outreach record as the exam has it, with no hint of whom it is truly about."""

from typing import NamedTuple


class Visit(NamedTuple):
    """A record; dates are ISO 8601, sex is ``m`` or ``f``, None is what was not written down."""

    record_id: str
    nik: str | None
    kk: str | None
    name: str
    sex: str
    dob: str | None
    phone: str | None
    village_code: str
    mother_name: str | None
    husband_name: str | None
    event_type: str
    event_date: str
    van_id: str
    synced_on: str
    father_name: str | None = None  # not of the exam: only where the generator is asked for it
