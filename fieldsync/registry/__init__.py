"""What is known: records as they now stand, their history, and the persons they are about.

The public face takes whole batches: `look_up` what is there, `take_effect` of edits
that may, and read back for the feed. Who is the same person is decided above, in
`identity`; which records may take effect in which order, in `sync`.
"""

from fieldsync.registry.contested import Past, Standing, note_conflicts, settle_conflict, standing
from fieldsync.registry.dossiers import Held, PersonHeld, aliases_of, hold_persons, records_about, records_by_id
from fieldsync.registry.incoming import Incoming
from fieldsync.registry.merging import Conflict, Edit, Merged, merge
from fieldsync.registry.office import (
    PersonSeen,
    RecordSeen,
    Row,
    links_of,
    list_persons,
    person_within,
    persons_by_id,
    persons_near,
    see_person,
)
from fieldsync.registry.parting import Moved, own_persons, part_persons, share_persons
from fieldsync.registry.passing import loose_after, loose_seen_since, persons_after, persons_seen_since
from fieldsync.registry.persons import merge_persons, refresh_persons
from fieldsync.registry.reading import (
    Known,
    PersonNow,
    RecordNow,
    Stored,
    count_persons,
    fields_of_type,
    golden_records,
    look_up,
    merged_into,
    mothers_of,
    person_areas,
    persons_in,
    persons_now,
    records_in,
    records_now,
    spliced,
    tally,
)
from fieldsync.registry.records import await_records, lock_marks, mark, take_effect
from fieldsync.registry.walking import BEGIN, Place, place_of, records_beyond

__all__ = [
    "BEGIN",
    "Conflict",
    "Edit",
    "Held",
    "Incoming",
    "Known",
    "Merged",
    "Moved",
    "Past",
    "PersonHeld",
    "PersonNow",
    "PersonSeen",
    "Place",
    "RecordNow",
    "RecordSeen",
    "Row",
    "Standing",
    "Stored",
    "aliases_of",
    "await_records",
    "count_persons",
    "fields_of_type",
    "golden_records",
    "hold_persons",
    "links_of",
    "list_persons",
    "lock_marks",
    "look_up",
    "loose_after",
    "loose_seen_since",
    "mark",
    "merge",
    "merge_persons",
    "merged_into",
    "mothers_of",
    "note_conflicts",
    "own_persons",
    "part_persons",
    "person_areas",
    "person_within",
    "persons_after",
    "persons_by_id",
    "persons_in",
    "persons_near",
    "persons_now",
    "persons_seen_since",
    "place_of",
    "records_about",
    "records_beyond",
    "records_by_id",
    "records_in",
    "records_now",
    "refresh_persons",
    "see_person",
    "settle_conflict",
    "share_persons",
    "spliced",
    "standing",
    "take_effect",
    "tally",
]
