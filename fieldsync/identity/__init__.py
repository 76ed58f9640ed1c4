"""Who a person record is about. For now exactly: the same valid NIK is the same person, any other record is a new one.

The seam: `resolve` takes all new person records of a batch and says for each which
person it is and how that was found (``new``, ``matched``, ``review``); `learn` tells
which known persons turned out to be one. A finer engine answers the same questions.
"""

from fieldsync.identity.exact import learn, resolve
from fieldsync.identity.normal.numbers import is_valid_nik

__all__ = ["is_valid_nik", "learn", "resolve"]
