"""Record types of the maternal program: pregnancy, antenatal visits, delivery, the weeks after birth.

Each is a declaration; `TYPES` holds them all. No rule and no schedule is kept here.
"""

from fieldsync.programs.declare import RecordType
from fieldsync.programs.maternal.antenatal import ANC_VISIT
from fieldsync.programs.maternal.delivery import DELIVERY
from fieldsync.programs.maternal.postnatal import PNC_VISIT
from fieldsync.programs.maternal.pregnancy import PREGNANCY

TYPES: tuple[RecordType, ...] = (PREGNANCY, ANC_VISIT, DELIVERY, PNC_VISIT)
