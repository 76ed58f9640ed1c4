"""Where invented people live: villages of ten regencies, by their official codes.

The codes are read from the file that FieldSync ships; its code is not used.
"""

import csv
import io
import lzma
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.identity.customs import Custom
from bench.identity.names_east import BUGIS, SASAK, TIMORESE
from bench.identity.names_java import JAVANESE, MADURESE
from bench.identity.names_sunda import MALAY, SUNDANESE
from bench.identity.names_west import ACEHNESE, BALINESE, BATAK

CUSTOMS: tuple[Custom, ...] = (
    MALAY,
    JAVANESE,
    SUNDANESE,
    SASAK,
    BUGIS,
    BATAK,
    TIMORESE,
    BALINESE,
    ACEHNESE,
    MADURESE,
)
_FILE = Path(__file__).resolve().parents[2] / "fieldsync/access/kemendagri/indonesia.csv.xz"


@dataclass(frozen=True, slots=True)
class Village:
    """A village with its dotted code, and the code that it got on some day (ordinal), if it did."""

    code: str
    custom: Custom
    later_code: str = ""
    changed_on: int = 0

    @property
    def district(self) -> str:
        """Return the six digits of its district, as numbers of papers begin."""
        return self.code[:8].replace(".", "")

    def code_on(self, day: int) -> str:
        """Return the code in force on a day."""
        return self.later_code if self.changed_on and day >= self.changed_on else self.code


@cache
def villages_of(regency: str) -> tuple[str, ...]:
    """Return the codes of a regency's villages, in order."""
    return tuple(code for code in _villages() if code.startswith(regency + "."))


@cache
def _villages() -> tuple[str, ...]:
    text = lzma.decompress(_FILE.read_bytes()).decode()
    homes = tuple(one.regency + "." for one in CUSTOMS)
    rows = csv.reader(io.StringIO(text))
    return tuple(row[0] for row in rows if row[1] == "village" and row[0].startswith(homes))
