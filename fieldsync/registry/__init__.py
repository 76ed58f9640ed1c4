"""What is known: records as they now stand, their history, and the persons they are about.

The public face takes whole batches: `look_up` what is there, `take_effect` of edits
that may, and read back for the feed. Who is the same person is decided above, in
`identity`; which records may take effect in which order, in `sync`.
"""

from fieldsync.registry.incoming import Incoming
from fieldsync.registry.merging import Conflict, Edit, Merged, merge
from fieldsync.registry.persons import merge_persons, refresh_persons
from fieldsync.registry.reading import (
    Known,
    PersonNow,
    RecordNow,
    count_persons,
    look_up,
    merged_into,
    mothers_of,
    person_areas,
    persons_in,
    persons_now,
    records_in,
    records_now,
    tally,
)
from fieldsync.registry.records import await_records, lock_marks, mark, take_effect

__all__ = [
    "Conflict",
    "Edit",
    "Incoming",
    "Known",
    "Merged",
    "PersonNow",
    "RecordNow",
    "await_records",
    "count_persons",
    "lock_marks",
    "look_up",
    "mark",
    "merge",
    "merge_persons",
    "merged_into",
    "mothers_of",
    "person_areas",
    "persons_in",
    "persons_now",
    "records_in",
    "records_now",
    "refresh_persons",
    "take_effect",
    "tally",
]
