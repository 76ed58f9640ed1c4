"""What the rules of the child program look at: the kinds of subjects, and the readers that fill their sheets."""

from fieldsync.programs.child.immunisation_facts import CHILD_CONTEXT, child_sheets
from fieldsync.programs.child.newborn_facts import (
    BABY_CONTEXT,
    NEWBORN_VISIT_CONTEXT,
    baby_sheets,
    newborn_visit_sheets,
)
from fieldsync.programs.child.visit_facts import CHILD_VISIT_CONTEXT, child_visit_sheets

CONTEXTS = (CHILD_CONTEXT, BABY_CONTEXT, NEWBORN_VISIT_CONTEXT, CHILD_VISIT_CONTEXT)
READERS = (child_sheets, baby_sheets, newborn_visit_sheets, child_visit_sheets)
