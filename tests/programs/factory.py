"""Builds plausible valid data for any record type from its declaration, for every test that needs a record.

Promises data in which neither errors nor warnings are found. The same random generator
state gives the same data. Not for edge cases: tests change single values themselves.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from fieldsync.programs import RecordType, accepts
from fieldsync.programs.checks import AnyOf, Check, NeededWhen
from fieldsync.programs.declare import Field
from fieldsync.programs.values import is_day

TODAY = "2026-03-02"
GIVEN = 0.7
TRIES = 2000
FIRST = ("Siti", "Muhammad", "Dewi", "Ahmad", "Nur", "Sri", "Rizky", "Yanti", "O'Brien", "ꦱꦶꦠꦶ")
SECOND = ("Aminah", "Saputra", "Lestari", "Hidayat", "Wulandari", "Pratama", "Handayani", "Siregar")

# Texts of a declared shape can't be guessed from a regular expression: one that fits is chosen from here.
SHAPED = ("0812-3456-7890", "+62 812 3456 789", "16.07.01.2001", "16.07.01", "16.07", "081234567890", "T2", "12", "A-1")

NewId = Callable[[str], str]


def valid_data(
    kind: RecordType, rng: Random, new_id: NewId, *, today: str = TODAY, given: float = GIVEN
) -> dict[str, Any]:
    """Return data of a record that is accepted without a doubt.

    Args:
        kind: its type.
        rng: where chance comes from.
        new_id: returns an id for a field that names a record of the type it is called with.
        today: no earlier record is meant; dates lie before it.
        given: the share of the fields that are not required which is filled.
    """
    maker = _Maker(rng, new_id, date.fromisoformat(today))
    for attempt in range(TRIES):
        share = given * (1 - attempt / TRIES)
        data = {one.name: maker.value(one) for one in kind.fields if one.required or rng.random() < share}
        for check in kind.checks:
            maker.settle(kind, check, data)
        if accepts(kind, data, today):
            return data
    raise AssertionError(f"{kind.name}: no valid data found, last tried {data}")


class _Maker:
    def __init__(self, rng: Random, new_id: NewId, today: date) -> None:
        self.rng = rng
        self.new_id = new_id
        self.today = today

    def value(self, field: Field) -> Any:
        return getattr(self, f"_{field.kind}")(field)

    def settle(self, kind: RecordType, check: Check, data: dict[str, Any]) -> None:
        """Make a check hold: draw its fields anew, at last leave out those that may be."""
        declared = {one.name: one for one in kind.fields}
        needed = check.among[:1] if isinstance(check, AnyOf) else ()
        needed = (check.field,) if isinstance(check, NeededWhen) else needed
        for _ in range(60):
            if not check.faults(data):
                return
            for name in needed or check.fields:
                if name in needed or name in data:
                    data[name] = self.value(declared[name])
        for name in check.fields:
            if not declared[name].required and check.faults(data):
                data.pop(name, None)

    def _text(self, field: Field) -> str:
        if field.shape:
            fits = [one for one in SHAPED if field.shape.regex.fullmatch(one) and _fits(field, one)]
            assert fits, f"{field.name}: add a text of its shape to SHAPED"
            return self.rng.choice(fits)
        low, high = field.length
        words = f"{self.rng.choice(FIRST)} {self.rng.choice(SECOND)}"
        return words[:high].strip().ljust(low, "a")

    def _digits(self, field: Field) -> str:
        drawn = "".join(self.rng.choice("0123456789") for _ in range(field.length[0]))
        if field.doubt != "nik":
            return drawn
        at = self.rng.randint(1, 31) + self.rng.choice((0, 40))
        return f"{drawn[:6]}{at:02}{self.rng.randint(1, 12):02}{drawn[10:]}"

    def _int(self, field: Field) -> int:
        low, high = usual(field)
        return self.rng.randint(int(low), int(high))

    def _number(self, field: Field) -> float:
        low, high = usual(field)
        drawn = round(self.rng.uniform(low, high), 1)
        return min(max(drawn, low), high)

    def _date(self, field: Field) -> str:
        back = self.rng.choice((30, 200, 300, 9000))
        ahead = 0 if field.not_future else 90
        drawn = (self.today + timedelta(self.rng.randint(-back, ahead))).isoformat()
        assert is_day(drawn)  # checks count days only of dates that were looked at
        return drawn

    def _time(self, _: Field) -> str:
        clock = f"{self.rng.randrange(24):02}:{self.rng.randrange(60):02}"
        return self.rng.choice((clock, f"{clock}:{self.rng.randrange(60):02}"))

    def _bool(self, _: Field) -> bool:
        return self.rng.random() < 1 / 2

    def _code(self, field: Field) -> str:
        assert field.codes
        return self.rng.choice(list(field.codes.labels))

    def _codes(self, field: Field) -> list[str]:
        assert field.codes
        known = list(field.codes.labels)
        return self.rng.sample(known, self.rng.randint(0, min(2, len(known))))

    def _id(self, field: Field) -> str:
        return self.new_id(field.names[0])

    def _ids(self, field: Field) -> list[str]:
        return [self._id(field) for _ in range(self._count(field))]

    def _area(self, field: Field) -> str:
        return (
            self._text(field) if field.shape else f"16.07.{self.rng.randint(1, 40):02}.{2000 + self.rng.randrange(30)}"
        )

    def _texts(self, field: Field) -> list[str]:
        return [self._text(field) for _ in range(self._count(field))]

    def _object(self, field: Field) -> dict[str, Any]:
        return {one.name: self.value(one) for one in field.fields if one.required or self._bool(one)}

    def _objects(self, field: Field) -> list[dict[str, Any]]:
        return [self._object(field) for _ in range(self._count(field))]

    def _count(self, field: Field) -> int:
        low, high = field.length
        if field.soft:
            low, high = max(low, int(field.soft[0])), min(high, int(field.soft[1]))
        return self.rng.randint(low, min(high, low + 2))


def usual(field: Field) -> tuple[float, float]:
    """Return the inclusive limits between which a number is neither refused nor doubted."""
    assert field.hard
    low, high = field.hard
    if field.soft:
        low, high = max(low, field.soft[0]), min(high, field.soft[1])
    return low, high


def _fits(field: Field, text: str) -> bool:
    return field.kind == "area" or field.length[0] <= len(text) <= field.length[1]
