"""Record types of the service program: complaints and the satisfaction survey.

Each is a declaration; `TYPES` holds them all. No clock and no index is kept here.
"""

from fieldsync.programs.declare import RecordType
from fieldsync.programs.service.complaint import COMPLAINT
from fieldsync.programs.service.survey import SURVEY_RESPONSE

TYPES: tuple[RecordType, ...] = (COMPLAINT, SURVEY_RESPONSE)
