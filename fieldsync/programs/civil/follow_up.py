"""What the rules of the civil program look at: the kinds of subjects, and the readers that fill their sheets."""

from fieldsync.programs.civil.birth_facts import (
    BIRTH_CONTEXT,
    BIRTH_REGISTRATION_CONTEXT,
    birth_registration_sheets,
    birth_sheets,
)
from fieldsync.programs.civil.death_facts import (
    DEATH_CONTEXT,
    DEATH_REGISTRATION_CONTEXT,
    death_registration_sheets,
    death_sheets,
)
from fieldsync.programs.civil.event_facts import (
    DIVORCE_CONTEXT,
    MARRIAGE_CONTEXT,
    MOVE_CONTEXT,
    divorce_sheets,
    marriage_sheets,
    move_sheets,
)
from fieldsync.programs.civil.person_facts import PERSON_CONTEXT, person_sheets
from fieldsync.programs.civil.request_facts import REQUEST_CONTEXT, request_sheets

CONTEXTS = (
    BIRTH_CONTEXT,
    BIRTH_REGISTRATION_CONTEXT,
    DEATH_CONTEXT,
    DEATH_REGISTRATION_CONTEXT,
    DIVORCE_CONTEXT,
    MARRIAGE_CONTEXT,
    MOVE_CONTEXT,
    PERSON_CONTEXT,
    REQUEST_CONTEXT,
)
READERS = (
    birth_sheets,
    birth_registration_sheets,
    death_sheets,
    death_registration_sheets,
    divorce_sheets,
    marriage_sheets,
    move_sheets,
    person_sheets,
    request_sheets,
)
