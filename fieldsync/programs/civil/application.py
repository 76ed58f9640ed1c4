"""Fields that applications of civil registration have in common: their way through the office, who told.

Steps out of order only warn: papers are dated by hand, and the office must hear of the
application all the same.
"""

from itertools import pairwise

from fieldsync.programs import codes
from fieldsync.programs.checks import Order
from fieldsync.programs.declare import (
    C,
    CodeList,
    Field,
    R,
    choice,
    choices,
    day,
    digits,
    integer,
    label,
    note,
    part,
    text,
)

WORKDAYS = (0, 365)


def steps_in_office(documents: CodeList) -> tuple[Field, ...]:
    """Return the fields of an application: status, dates, documents handed in, what was answered."""
    return (
        choice("status", "status", "status", R, codes=codes.APPLICATION_STATUS),
        day("submitted_on", "tanggal pengajuan", "submitted on", C),
        day("complete_on", "berkas lengkap tanggal", "all documents there on", C),
        day("registered_on", "tanggal pencatatan", "registered on", C),
        text("certificate_no", "nomor akta", "certificate number", C, length=(1, 60), sealed=True),
        note("rejection_reason", "alasan penolakan", "why it was rejected", C),
        choices("documents", "berkas yang ada", "documents handed in", C, codes=documents, source="S11"),
        integer("standard_workdays", "baku mutu (hari kerja)", "standard time in working days", hard=WORKDAYS),
    )


def informant() -> Field:
    """Return the part that tells who reported the event."""
    return part(
        "informant",
        "pelapor",
        "informant",
        C,
        fields=(
            text("name", "nama pelapor", "informant's name", length=(1, 60), sealed=True),
            digits("nik", "NIK pelapor", "informant's NIK", count=16, doubt="nik", sealed=True),
            choice("relation", "hubungan", "relation", codes=codes.INFORMANT),
        ),
    )


def in_order(*names: str) -> tuple[Order, ...]:
    """Return warnings for dates of steps that come before the step before them."""
    why = label("urutan tanggal langkah terbalik", "the dates of the steps are out of order")
    return tuple(Order(later, ">=", earlier, why, grave=False) for earlier, later in pairwise(names))
