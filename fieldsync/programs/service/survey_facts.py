"""The satisfaction index (IKM) of each unit, over all answers in the folder: whoever fills it chooses the period.

Element means are exact; the index has two decimals, halves up. An element that nobody answered leaves no index.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from fieldsync.programs.declare import Field
from fieldsync.programs.facts import context, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.service.survey import SURVEY_RESPONSE
from fieldsync.rules import Fact, Sheet

_ELEMENTS: tuple[Field, ...] = tuple(
    one for one in SURVEY_RESPONSE.fields if one.name.startswith("u") and one.name[1:].isdigit()
)
# Four is the best mark: times 25 the index reaches 100.
_PER_MARK = 25
_MOST_ANSWERS = 1_000_000


def _mean_of(element: Field) -> Fact:
    words = element.label
    return number(f"{element.name}_mean", f"rata-rata {words['id']}", f"mean of {words['en']}", limits=(1, 4))


UNIT_CONTEXT = context(
    "unit",
    "unit layanan",
    "service unit",
    (
        number("satisfaction_index", "IKM", "satisfaction index (IKM)", limits=(_PER_MARK, 4 * _PER_MARK)),
        number("answers", "jumlah jawaban", "number of answers", limits=(1, _MOST_ANSWERS)),
        *(_mean_of(one) for one in _ELEMENTS),
    ),
)


def unit_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:  # noqa: ARG001 # each reader is called alike
    """Yield a sheet for every unit that people answered about; they are about no person."""
    by_unit: dict[str, list[Entry]] = {}
    for one in folder.of_type("survey_response"):
        if (unit := one.data.get("unit")) is not None:
            by_unit.setdefault(unit, []).append(one)
    for unit, answers in by_unit.items():
        newest = max(answers, key=lambda one: (day_of(one.data, "answered_on") or date.min, one.id))
        tally = Tally()
        for one in answers:
            tally.add(one.data)
        yield Sheet(
            about="unit",
            subject=unit,
            episode=unit,
            area=newest.area,
            on=day_of(newest.data, "answered_on"),
            record=newest.id,
            facts=tally.facts(),
        )


@dataclass(slots=True)
class Tally:
    """The answers about one unit, added up one by one: it stays as small however many there are."""

    answers: int = 0
    _sums: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    _marks: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, data: Mapping[str, Any]) -> None:
        """Add the fields of one `survey_response`."""
        self.answers += 1
        for element in _ELEMENTS:
            if (mark := data.get(element.name)) is not None:
                self._sums[element.name] += Fraction(mark)
                self._marks[element.name] += 1

    def facts(self) -> dict[str, Any]:
        """Return what the rules about a unit look at."""
        means = {name: self._sums[name] / number for name, number in self._marks.items()}
        facts: dict[str, Any] = {"answers": self.answers}
        facts |= {f"{name}_mean": float(mean) for name, mean in means.items()}
        if len(means) == len(_ELEMENTS):
            facts["satisfaction_index"] = _two_decimals(sum(means.values(), Fraction()) / len(means) * _PER_MARK)
        return facts


def _two_decimals(exact: Fraction) -> float:
    """Round to two decimals, halves up."""
    return ((exact * 200 + 1) // 2) / 100
