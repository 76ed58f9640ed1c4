"""Who a person record is about: candidates by key, weights, decisions, merges and splits, the pairs for a human.

`resolve` takes all new person records of a batch and says for each which person it is and
how that was found (``new``, ``matched``, ``review``); `learn` tells which known persons
turned out to be one; `decide` and `part` take what humans say. Matching itself (`matching`,
`normal`) knows no database.
"""

from fieldsync.identity.deciding import DecideError, Decision, decide
from fieldsync.identity.explaining import explained, note_of
from fieldsync.identity.finding import (
    Key,
    find_persons,
    household_of,
    key_of_nik,
    key_of_phone,
    keys_of_name,
    persons_with,
)
from fieldsync.identity.history import Said
from fieldsync.identity.kinship import Kin, kin_of
from fieldsync.identity.model import prepare, use_weights, weights_in_use
from fieldsync.identity.online import Resolved, learn, resolve
from fieldsync.identity.parting import Parted, PartError, part
from fieldsync.identity.rehashing import rehash
from fieldsync.identity.reviews import Pair, Review, alike_after, still_alike
from fieldsync.identity.reviews import find as find_review
from fieldsync.identity.reviews import queue as review_queue
from fieldsync.identity.shelving import count_words
from fieldsync.identity.telling import history_of

__all__ = [
    "DecideError",
    "Decision",
    "Key",
    "Kin",
    "Pair",
    "PartError",
    "Parted",
    "Resolved",
    "Review",
    "Said",
    "alike_after",
    "count_words",
    "decide",
    "explained",
    "find_persons",
    "find_review",
    "history_of",
    "household_of",
    "key_of_nik",
    "key_of_phone",
    "keys_of_name",
    "kin_of",
    "learn",
    "note_of",
    "part",
    "persons_with",
    "prepare",
    "rehash",
    "resolve",
    "review_queue",
    "still_alike",
    "use_weights",
    "weights_in_use",
]
