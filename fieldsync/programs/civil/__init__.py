"""Record types of the civil program: births, deaths, identity papers, moves, marriages, divorces.

Each is a declaration; `TYPES` holds them all. No rule and no deadline is kept here.
"""

from fieldsync.programs.civil.birth import BIRTH_REGISTRATION
from fieldsync.programs.civil.death import DEATH_EVENT, DEATH_REGISTRATION, STILLBIRTH_REPORT
from fieldsync.programs.civil.events import DIVORCE_EVENT, MARRIAGE_EVENT, MOVE_EVENT
from fieldsync.programs.civil.request import SERVICE_REQUEST
from fieldsync.programs.declare import RecordType

TYPES: tuple[RecordType, ...] = (
    BIRTH_REGISTRATION,
    DEATH_EVENT,
    DEATH_REGISTRATION,
    STILLBIRTH_REPORT,
    SERVICE_REQUEST,
    MOVE_EVENT,
    MARRIAGE_EVENT,
    DIVORCE_EVENT,
)
