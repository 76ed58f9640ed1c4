"""What a tablet holds of the server's state: the entities of its scope by id, as the last pull left them.

Of every entity the revision is kept; the content only of those that the script will edit
or look at, so that many tablets fit one machine. It promises the digest of the contract.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

ENTITIES = ("person", "record", "case", "reference")
DIGEST_BYTES = 8


@dataclass(slots=True)
class Held:
    """One tablet's copy.

    Attributes:
        keep: ids of records whose content is kept.
        revs: per entity id → revision.
        content: record id → its envelope as pulled, with `data` and `person_id`.
        gone: (entity, id) → the reason why it went.
        aliases: person id → the person that it was merged into.
    """

    keep: Collection[str] = ()
    revs: dict[str, dict[str, int]] = field(default_factory=lambda: {entity: {} for entity in ENTITIES})
    content: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: dict[tuple[str, str], str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def apply(self, change: dict[str, Any]) -> str | None:
        """Take over one change of a pull page; return what is wrong with it, if anything."""
        entity, one, rev = change["entity"], change["id"], change["rev"]
        revs = self.revs.setdefault(entity, {})
        backwards = entity == "record" and rev < revs.get(one, 0)
        if change["deleted"]:
            revs.pop(one, None)
            self.content.pop(one, None)
            self.gone[entity, one] = change.get("reason", "")
            if change.get("merged_into"):
                self.aliases[one] = change["merged_into"]
        else:
            revs[one] = rev
            self.gone.pop((entity, one), None)
            if entity == "record" and one in self.keep:
                self.content[one] = change["data"]
        return f"pull went back: record {one} from revision above {rev}" if backwards else None

    def clear(self) -> None:
        """Forget everything, as before a first sync."""
        for revs in self.revs.values():
            revs.clear()
        self.content.clear()
        self.gone.clear()

    def digest(self, entity: str) -> tuple[int, str]:
        """Return count and digest of an entity: the exclusive-or of the first 8 bytes of SHA-256 over `id:rev`."""
        mark = 0
        revs = self.revs.get(entity, {})
        for one, rev in revs.items():
            mark ^= int.from_bytes(hashlib.sha256(f"{one}:{rev}".encode()).digest()[:DIGEST_BYTES], "big")
        return len(revs), f"{mark:016x}"

    def person_of(self, record_id: str) -> str | None:
        """Return who a kept person record turned out to be about, merges followed."""
        person = self.content.get(record_id, {}).get("person_id")
        seen = set()
        while person in self.aliases and person not in seen:
            seen.add(person)
            person = self.aliases[person]
        return person
