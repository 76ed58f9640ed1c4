"""What the rules of the programs together look at: the kinds of subjects, and the readers that fill their sheets."""

from fieldsync.programs.common.pair_facts import PAIR_CONTEXT, pair_sheets
from fieldsync.programs.common.quality_facts import (
    RECORD_CONTEXT,
    SENDING_CONTEXT,
    record_sheets,
    sending_sheets,
)

CONTEXTS = (PAIR_CONTEXT, RECORD_CONTEXT, SENDING_CONTEXT)
READERS = (pair_sheets, record_sheets, sending_sheets)
