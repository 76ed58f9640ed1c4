"""From the form version that a tablet sent to the one of today.

Translating is a pure function of the data. It never loses a value and never judges one:
what can't be carried over keeps its old name, and `examine` points at it.
"""

from typing import Any

from fieldsync.programs.declare import RecordType
from fieldsync.programs.older import since


def translate(kind: RecordType, form_version: object, data: dict[str, Any]) -> dict[str, Any]:
    """Return the data in the type's current form version; the same object when it is in that already.

    Args:
        kind: the record's type.
        form_version: as sent, ``YYYY.N``.
        data: the record's data; left as it is.

    Raises:
        NewerVersion: the form version is newer than this server knows.
        UnknownVersion: it is malformed, or never was one of this type.
    """
    if form_version == kind.version:
        return data
    translated = dict(data)
    for translation in since(kind.translations, kind.version, form_version):
        for step in translation.steps:
            if step.old in translated:
                step.apply(translated)
    return translated
