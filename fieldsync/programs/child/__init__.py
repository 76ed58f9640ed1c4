"""Record types of the child program: growth and sickness visits, immunisations.

Each is a declaration; `TYPES` holds them all. No growth standard and no schedule is kept here.
"""

from fieldsync.programs.child.immunisation import IMMUNISATION
from fieldsync.programs.child.visit import CHILD_VISIT
from fieldsync.programs.declare import RecordType

TYPES: tuple[RecordType, ...] = (CHILD_VISIT, IMMUNISATION)
