"""What the rules of the maternal program look at: the kinds of subjects, and the readers that fill their sheets."""

from fieldsync.programs.maternal.dated_facts import DATED_RECORD_CONTEXT, dated_sheets
from fieldsync.programs.maternal.death_facts import MATERNAL_DEATH_CONTEXT, maternal_death_sheets
from fieldsync.programs.maternal.postnatal_facts import (
    PNC_MOTHER_CONTEXT,
    POSTNATAL_CONTEXT,
    mother_sheets,
    postnatal_sheets,
)
from fieldsync.programs.maternal.pregnancy_facts import PREGNANCY_CONTEXT, pregnancy_sheets
from fieldsync.programs.maternal.visit_facts import ANC_VISIT_CONTEXT, visit_sheets

CONTEXTS = (
    DATED_RECORD_CONTEXT,
    MATERNAL_DEATH_CONTEXT,
    PNC_MOTHER_CONTEXT,
    POSTNATAL_CONTEXT,
    PREGNANCY_CONTEXT,
    ANC_VISIT_CONTEXT,
)
READERS = (
    dated_sheets,
    maternal_death_sheets,
    mother_sheets,
    postnatal_sheets,
    pregnancy_sheets,
    visit_sheets,
)
