"""The keyed hashes of one unit of work: it keeps to the identity keys that were live when it began.

What is looked for goes by one hash, the first; the database is asked for the hashes under all live keys, and
written under all, so that whoever learns of a new key later finds the same. Whose key is due to rotate is `db`'s job.
"""

from collections import defaultdict
from collections.abc import Iterable

from fieldsync.db import Sealer


class LookUps:
    """Hashes values for looking up, and remembers each hash's others while two keys are live.

    Make one within the transaction it is used in: rotation waits for transactions that go by the keys of before.

    Args:
        sealer: has the keys; also opens and seals what is found.
    """

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer
        self._hashes = sealer.held64()
        self._all: dict[int, tuple[int, ...]] = {}
        self._made: dict[str, dict[str, int]] = defaultdict(dict)

    @property
    def rotating(self) -> bool:
        """Whether more than one key is live: rows may then be left over that a process dropped under one key only."""
        return bool(self._all)

    def hashed(self, kind: str, value: str) -> int:
        """Return the hash by which this value goes within the unit of work."""
        known = self._made[kind]
        made = known.get(value)
        if made is None:
            hashes = self._hashes(kind, value)
            made = known[value] = hashes[0]
            if len(hashes) > 1:
                self._all[made] = hashes
        return made

    def live(self, key: int) -> tuple[int, ...]:
        """Return the hashes under all live keys of what `hashed` gave this one for."""
        return self._all.get(key) or (key,)

    def spread(self, keys: Iterable[int]) -> dict[int, int]:
        """Return the hashes under all live keys, each with the one by which it goes here."""
        return {each: key for key in keys for each in self.live(key)} if self._all else {key: key for key in keys}

    def rows(self, keys: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
        """Return the rows, under all live keys, of pairs of a key and a person."""
        return {(each, person_id) for key, person_id in keys for each in self.live(key)} if self._all else set(keys)
