"""One record as it arrives: its envelope is read and checked here, field by field, before anything is believed.

What passes is an `Arrival` with everything later stages ask for; what does not keeps
its place in the batch with the reasons. Nothing here knows the database.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from fieldsync.access import HOME
from fieldsync.programs import TYPES, RecordType
from fieldsync.registry import Conflict, Incoming
from fieldsync.sync.messages import finding

UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", re.ASCII)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
AREA = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}", re.ASCII)
UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
CONSENTS = ("given", "refused", "by_law")
SERVER_OWNED = frozenset(
    {
        "rev",
        "status",
        "person_id",
        "author",
        "device_id",
        "received_at",
        "identity",
        "flags",
        "areas",
        "programs",
        "scope",
    }
)
KNOWN = frozenset(
    {
        *("id", "type", "base_rev", "device_seq", "recorded_at", "officer", "area", "location", "form_version"),
        *("group", "consent", "deleted", "data"),
    }
)
MAX_COUNT = 2**63 - 1
MAX_REV = 2**31 - 1
MAX_OFFICER = 80
MAX_ACCURACY_M = 1_000_000
HOME_BOX = ((-4.265, -2.388), (104.640, 106.189))  # of HOME; source: HDX COD-AB, see docs/domain-sources.md
PLACE = frozenset({"lat", "lon", "accuracy_m"})
NUMBERS = frozenset((int, float))
FIRST_YEAR, LAST_YEAR = 1970, 2200
MAX_DEPTH = 8
EXACT = 2**53  # beyond, a number may have been rounded on its way


@dataclass(slots=True)
class Arrival:
    """A record at its position in the batch, and what becomes of it.

    `errors` refuse it; `warnings` go out with it. `edit` is set once it may take effect
    in the registry. `awaits` maps what it is held for to why. `status` is one of the
    contract's words in the end. `at` is the corrected time of recording (microseconds).
    `heard_of`: its id came before.
    """

    position: int
    raw: Any
    record_id: str | None = None
    content_hash: bytes = b""
    kind: RecordType | None = None
    recorded: datetime | None = None
    at: int = 0
    group: str | None = None
    errors: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)
    edit: Incoming | None = None
    awaits: dict[str, str] = field(default_factory=dict)
    twin: "Arrival | None" = None
    heard_of: bool = False
    status: str = ""
    rev: int | None = None
    person_id: str | None = None
    identity: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    flags: list[dict[str, Any]] = field(default_factory=list)


def canonical(raw: Any) -> bytes:
    """Return the bytes that stand for a record's content: how it was written, its base and its group do not count."""
    if isinstance(raw, dict) and ("base_rev" in raw or "group" in raw):
        raw = raw.copy()
        raw.pop("base_rev", None)
        raw.pop("group", None)
    try:
        return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    except (TypeError, orjson.JSONEncodeError):
        # Integers beyond 64 bits and lone surrogates: such a record is refused, but still recognised.
        return repr(raw).encode("utf-8", "surrogatepass")


def freeze(raw: Any) -> bytes:
    """Serialise a record for keeping, also one that holds what is refused: lone surrogates, integers of any size."""
    try:
        return orjson.dumps(raw)
    except (TypeError, orjson.JSONEncodeError):
        return json.dumps(raw).encode()


def thaw(kept: bytes) -> Any:
    """Read what `freeze` gave."""
    try:
        return orjson.loads(kept)
    except orjson.JSONDecodeError:
        return json.loads(kept)


def read_envelope(arrival: Arrival, language: str) -> None:
    """Check everything of the envelope that needs no look-up; add to `errors`, set id, kind, time and group."""
    raw = arrival.raw
    if not isinstance(raw, dict):
        arrival.errors.append(finding("", "wrong_type", language, "object"))
        return
    if _read_usual(arrival, raw):
        return
    check = _Check(raw, arrival.errors, language)
    arrival.record_id = check.uuid("id", required=True)
    arrival.group = check.uuid("group")
    check.code("consent", CONSENTS)
    check.count("base_rev", MAX_REV, default=0)
    check.count("device_seq", MAX_COUNT)
    check.boolean("deleted")
    check.text("officer", MAX_OFFICER)
    check.area()
    check.location()
    arrival.recorded = check.time("recorded_at")
    arrival.kind = check.kind()
    check.strangers()
    data = raw.get("data")
    if not isinstance(data, dict) and not (raw.get("deleted") is True and data is None):
        check.wrong("data", "required" if data is None else "wrong_type", "object")


def _read_usual(arrival: Arrival, raw: dict[str, Any]) -> bool:
    """Take an envelope that is right beyond doubt; if it is not, `_Check` looks and says what is wrong."""
    try:
        given, sequence, kind = raw["id"], raw["device_seq"], TYPES[raw["type"]]
        base, place = raw.get("base_rev", 0), raw.get("location")
        right = (
            KNOWN.issuperset(raw)
            and type(given) is str
            and (given == arrival.record_id or UUID.fullmatch(given) is not None)
            and "group" not in raw
            and raw["consent"] in CONSENTS
            and type(sequence) is int
            and 0 <= sequence <= MAX_COUNT
            and type(base) is int
            and 0 <= base <= MAX_REV
            and type(raw.get("deleted", False)) is bool
            and type(raw["data"]) is dict
            and _is_usual_text(raw["officer"], raw["area"])
            and (place is None or _is_usual_place(place))
        )
        recorded = parse_time(raw["recorded_at"]) if right else None
    except (KeyError, TypeError):  # something is missing, or of a type that can't be looked up
        return False
    if recorded is None:
        return False
    arrival.record_id, arrival.kind, arrival.recorded = given.lower(), kind, recorded
    return True


@lru_cache(maxsize=4096)
def _is_usual_text(officer: str, area: str) -> bool:
    fitting = 1 <= len(officer) <= MAX_OFFICER and UNFIT.search(officer) is None
    return fitting and AREA.fullmatch(area) is not None


def _is_usual_place(place: Any) -> bool:
    if type(place) is not dict or not PLACE.issuperset(place):
        return False
    lat: Any = place.get("lat")
    lon: Any = place.get("lon")
    accuracy: Any = place.get("accuracy_m", 0)
    return (
        type(lat) in NUMBERS
        and type(lon) in NUMBERS
        and type(accuracy) in NUMBERS
        and -90 <= lat <= 90  # noqa: PLR2004 # degrees
        and -180 <= lon <= 180  # noqa: PLR2004
        and 0 <= accuracy <= MAX_ACCURACY_M
    )


def doubt_place(raw: dict[str, Any]) -> str | None:
    """Return the code of what is odd about a right location: nowhere at sea, or outside the home regency."""
    place = raw.get("location")
    if not place:
        return None
    lat, lon = place["lat"], place["lon"]
    if lat == 0 and lon == 0:
        return "unusual"
    (south, north), (west, east) = HOME_BOX
    at_home = raw["area"].startswith(HOME + ".")
    return "soft_range" if at_home and not (south <= lat <= north and west <= lon <= east) else None


class _Check:
    """Checks the members of one envelope; each method returns the value, or None with an error noted."""

    def __init__(self, raw: dict[str, Any], errors: list[dict[str, str]], language: str) -> None:
        self.raw = raw
        self.errors = errors
        self.language = language

    def wrong(self, name: str, code: str, takes: Any = "") -> None:
        pointer = "/" + name.replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()
        self.errors.append(finding(pointer, code, self.language, takes))

    def uuid(self, name: str, *, required: bool = False) -> str | None:
        value = self.raw.get(name)
        if value is None:
            if required:
                self.wrong(name, "required")
            return None
        if not isinstance(value, str):
            self.wrong(name, "wrong_type", "UUID")
        elif UUID.fullmatch(value) is None:
            self.wrong(name, "bad_format", "UUID")
        else:
            return value.lower()
        return None

    def code(self, name: str, codes: tuple[str, ...]) -> None:
        value = self.raw.get(name)
        if value is None:
            self.wrong(name, "required")
        elif value not in codes:
            self.wrong(name, "unknown_code", ", ".join(codes))

    def count(self, name: str, most: int, default: int | None = None) -> None:
        value = self.raw.get(name, default)
        if value is None:
            self.wrong(name, "required")
        elif type(value) is not int:
            self.wrong(name, "wrong_type", "integer")
        elif not 0 <= value <= most:
            self.wrong(name, "out_of_range", f"0..{most}")

    def boolean(self, name: str) -> None:
        if not isinstance(self.raw.get(name, False), bool):
            self.wrong(name, "wrong_type", "true, false")

    def text(self, name: str, longest: int) -> None:
        value = self.raw.get(name)
        if value is None:
            self.wrong(name, "required")
        elif not isinstance(value, str):
            self.wrong(name, "wrong_type", "text")
        elif not 1 <= len(value) <= longest:
            self.wrong(name, "out_of_range", f"1..{longest}")
        elif UNFIT.search(value):
            self.wrong(name, "bad_text")

    def area(self) -> None:
        value = self.raw.get("area")
        if value is None:
            self.wrong("area", "required")
        elif not isinstance(value, str) or AREA.fullmatch(value) is None:
            self.wrong("area", "bad_format", "nn.nn.nn.nnnn")

    def location(self) -> None:
        place = self.raw.get("location")
        if place is None:
            return
        if not isinstance(place, dict):
            self.wrong("location", "wrong_type", "object")
            return
        for name, low, high, required in (
            ("lat", -90, 90, True),
            ("lon", -180, 180, True),
            ("accuracy_m", 0, 1e6, False),
        ):
            value = place.get(name)
            if value is None:
                if required:
                    self.errors.append(finding(f"/location/{name}", "required", self.language))
            elif type(value) not in (int, float):
                self.errors.append(finding(f"/location/{name}", "wrong_type", self.language, "number"))
            elif not low <= value <= high:
                self.errors.append(finding(f"/location/{name}", "out_of_range", self.language, f"{low}..{high:g}"))
        if not place.keys() <= PLACE:
            self.strange("location", place)

    def time(self, name: str) -> datetime | None:
        value = self.raw.get(name)
        if value is None:
            self.wrong(name, "required")
            return None
        moment = parse_time(value)
        if moment is None:
            self.wrong(name, "bad_date")
        return moment

    def kind(self) -> RecordType | None:
        value = self.raw.get("type")
        if value is None:
            self.wrong("type", "required")
            return None
        found = TYPES.get(value) if isinstance(value, str) else None
        if found is None:
            self.wrong("type", "unknown_type")
        return found

    def strangers(self) -> None:
        """Members of a newer app are kept if harmless; those that only the server sets are refused."""
        for name in self.raw.keys() - KNOWN:
            if name in SERVER_OWNED:
                self.wrong(name, "server_owned")
            else:
                self.strange(name, self.raw[name])

    def strange(self, name: str, value: Any) -> None:
        if len(name) > 64 or UNFIT.search(name):  # noqa: PLR2004 # as for fields of the data
            self.wrong(name[:64], "bad_text")
        else:
            fault = unfit(value)
            if fault:
                self.wrong(name, fault)


def unfit(value: Any, depth: int = 0) -> str | None:
    """Return the code of what makes an undeclared value unfit to keep, or None."""
    if depth > MAX_DEPTH:
        return "too_deep"
    if isinstance(value, str):
        return "bad_text" if UNFIT.search(value) else None
    if type(value) in (int, float) and not -EXACT <= value <= EXACT:
        return "out_of_range"
    inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((fault for one in inner if (fault := unfit(one, depth + 1))), None)


def parse_time(value: object) -> datetime | None:
    """Read an RFC 3339 time with offset, strictly; None if it is not one."""
    if not isinstance(value, str) or TIME.fullmatch(value) is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
