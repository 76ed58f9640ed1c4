"""What the rules of the service program look at: the kinds of subjects, and the readers that fill their sheets."""

from fieldsync.programs.service.complaint_facts import COMPLAINT_CONTEXT, complaint_sheets
from fieldsync.programs.service.survey_facts import UNIT_CONTEXT, unit_sheets

CONTEXTS = (COMPLAINT_CONTEXT, UNIT_CONTEXT)
READERS = (complaint_sheets, unit_sheets)
