"""Person records as columns, the form in which Splink compares many at once.

Names are folded and numbers parsed already; the keys are those by which online candidates are found, numbered, so
that both find the same pairs. A key that very many records share is dropped, as online.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from fieldsync.identity.matching.keys import keys_of
from fieldsync.identity.matching.traits import Traits
from fieldsync.identity.normal.names import Name

HOT_RECORDS = 100  # records on one key, of two to three records a person; online it is 50 persons
_SHORT = 3


def columns_of(said: Sequence[Traits]) -> pa.Table:
    """Return one row per record, `unique_id` being its place in `said`."""
    texts, numbers = pa.string(), pa.list_(pa.int64())
    columns = {
        "unique_id": pa.array(range(len(said)), pa.int64()),
        "keys": pa.array(_keys(said), numbers),
        "name": pa.array([_joined(one.names) for one in said], texts),
        "words": pa.array([_words(one.names) for one in said], pa.list_(texts)),
        "mother": pa.array([_joined(one.mothers) for one in said], texts),
        "spouse": pa.array([_joined(one.spouses) for one in said], texts),
        "born": pa.array([_day(one.born) for one in said], texts),
        "nik": pa.array([None if one.nik is None else one.nik.digits for one in said], texts),
        "kk": pa.array([one.kk for one in said], texts),
        "phone": pa.array([one.phone for one in said], texts),
        "village": pa.array([one.village for one in said], texts),
        "sex": pa.array([one.sex for one in said], texts),
    }
    return pa.table(columns)


def _keys(said: Sequence[Traits]) -> list[list[int]]:
    """Return per record the numbers of its keys that another record has too, but not too many."""
    numbers: dict[tuple[str, str], int] = {}
    counts: Counter[int] = Counter()

    def numbered(kind: str, value: str) -> int:
        return numbers.setdefault((kind, value), len(numbers))

    keys = [list(keys_of(one, numbered)) for one in said]
    for record in keys:
        counts.update(record)
    return [[key for key in record if 1 < counts[key] <= HOT_RECORDS] for record in keys]


def _joined(names: Sequence[Name]) -> str | None:
    return " ".join(sorted(names[0].folded)) if names else None


def _words(names: Sequence[Name]) -> list[str]:
    return sorted({word for name in names for word in name.folded if len(word) >= _SHORT})


def _day(born: date | None) -> str | None:
    return None if born is None else born.isoformat()
