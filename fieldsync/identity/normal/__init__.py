"""What people and papers say of a person, brought to a form that can be compared, and compared field by field.

Pure: text in, steps of likeness out. What a step weighs, and who is the same person, is for
the rest of the identity room.
"""

from fieldsync.identity.normal.dates import DateLikeness, date_likeness, is_vague
from fieldsync.identity.normal.lexicon import TABLES_VERSION
from fieldsync.identity.normal.likeness import Likeness, likeness, shared_words
from fieldsync.identity.normal.names import Name, ReadName, name_of, read_name
from fieldsync.identity.normal.numbers import (
    Nik,
    NumberLikeness,
    date_in_nik,
    is_valid_nik,
    kk_likeness,
    nik_likeness,
    read_kk,
    read_nik,
)
from fieldsync.identity.normal.phones import national
from fieldsync.identity.normal.villages import VillageChanges, present_code, read_changes, use_changes

__all__ = [
    "TABLES_VERSION",
    "DateLikeness",
    "Likeness",
    "Name",
    "Nik",
    "NumberLikeness",
    "ReadName",
    "VillageChanges",
    "date_in_nik",
    "date_likeness",
    "is_vague",
    "is_valid_nik",
    "kk_likeness",
    "likeness",
    "name_of",
    "national",
    "nik_likeness",
    "present_code",
    "read_changes",
    "read_kk",
    "read_name",
    "read_nik",
    "shared_words",
    "use_changes",
]
