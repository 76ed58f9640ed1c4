"""The forms that every program uses: person, household, follow-up action.

They are declarations; nothing here reads or judges a record.
"""

from fieldsync.programs.common.follow_up import FOLLOW_UP_ACTION
from fieldsync.programs.common.household import HOUSEHOLD
from fieldsync.programs.common.person import PERSON
from fieldsync.programs.declare import RecordType

TYPES: tuple[RecordType, ...] = (PERSON, HOUSEHOLD, FOLLOW_UP_ACTION)
