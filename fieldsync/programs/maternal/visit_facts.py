"""What is known at an antenatal visit: its fields, the age of the pregnancy that day, what the visits tell together.

A repeat, where there is one, counts for the first measurement. A visit knows those before it, none after it: each is
judged as it was. Whether a value is a danger is for the rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fieldsync.programs.facts import code_fact, context, days, fields_as_facts, flag, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import person_entry
from fieldsync.programs.maternal.antenatal import ANC_VISIT
from fieldsync.programs.maternal.course import is_active, visits_of
from fieldsync.programs.maternal.dating import WEEK, datings_of
from fieldsync.programs.maternal.pre_eclampsia import (
    PRE_ECLAMPSIA_FACTS,
    PRE_ECLAMPSIA_SIGNS,
    add_risks,
    risks_at_registration,
)
from fieldsync.programs.maternal.pregnancy import PREGNANCY
from fieldsync.programs.measured import codes_of, measure_of
from fieldsync.rules import Sheet

_registered = measure_of(PREGNANCY)
_measured = measure_of(ANC_VISIT)
# Fields that are facts as they are, with the types of a value that a form takes, and between which limits a number.
_TYPES: Mapping[str, tuple[type, ...]] = {"int": (int, float), "number": (int, float), "code": (str,), "bool": (bool,)}
_LISTS = ("danger_signs", "pe_symptoms")
_TAKEN = {one.name: _TYPES[one.kind] for one in ANC_VISIT.fields if one.kind in _TYPES} | dict.fromkeys(_LISTS, (list,))
_LIMITS = {one.name: one.hard for one in ANC_VISIT.fields if one.hard is not None}
_TAKEN_WITHIN = {name: (types, _LIMITS.get(name)) for name, types in _TAKEN.items()}
# What is measured again when it is out of the ordinary, with the name of what counts.
_REPEATED = (
    ("systolic_mmhg", "systolic_repeat_mmhg", "systolic_effective_mmhg"),
    ("diastolic_mmhg", "diastolic_repeat_mmhg", "diastolic_effective_mmhg"),
    ("temp_c", "temp_repeat_c", "temp_effective_c"),
    ("pulse_bpm", "pulse_repeat_bpm", "pulse_effective_bpm"),
    ("fetal_heart_rate_bpm", "fetal_heart_rate_repeat_bpm", "fetal_heart_rate_effective_bpm"),
)
_PRESSURES = (("systolic_mmhg", "diastolic_mmhg"), ("systolic_repeat_mmhg", "diastolic_repeat_mmhg"))
_NOTHING: frozenset[str] = frozenset()
_FROM_PREGNANCY = ("height_cm", "pre_eclampsia_risks", "pre_eclampsia_high_risks", "pre_eclampsia_moderate_risks")
# From so many fetuses a pregnancy is a multiple one: what the word means, no limit that anybody sets.
_SEVERAL = 2
# Sums of decimal fractions are rounded far below what any instrument tells, so that a limit itself is met exactly.
_DIGITS = 6

ANC_VISIT_CONTEXT = context(
    "anc_visit",
    "kunjungan antenatal",
    "antenatal visit",
    (
        days("ga_days", "usia kehamilan saat kunjungan", "age of the pregnancy at the visit", clock="none", least=0),
        *fields_as_facts(ANC_VISIT, *_TAKEN),
        flag("pressure_repeated", "tensi diukur ulang", "blood pressure measured again"),
        number("systolic_effective_mmhg", "tekanan sistolik", "systolic pressure", unit="mmHg", limits=(50, 260)),
        number("diastolic_effective_mmhg", "tekanan diastolik", "diastolic pressure", unit="mmHg", limits=(30, 160)),
        code_fact(
            "pre_eclampsia_signs",
            "gejala preeklampsia",
            "symptoms of pre-eclampsia",
            PRE_ECLAMPSIA_SIGNS,
            several=True,
        ),
        *PRE_ECLAMPSIA_FACTS,
        number("temp_effective_c", "suhu", "temperature", unit="°C", limits=(33, 43)),
        number("pulse_effective_bpm", "nadi", "pulse", unit="/min", limits=(30, 220)),
        number("fetal_heart_rate_effective_bpm", "DJJ", "fetal heart rate", unit="/min", limits=(50, 250)),
        number(
            "fetus_count_new",
            "jumlah janin yang baru diketahui",
            "number of fetuses newly found",
            limits=(1, 5),
        ),
        flag("multiple_pregnancy", "kehamilan multipel", "multiple pregnancy"),
        number(
            "fundal_difference_cm",
            "selisih TFU dengan usia kehamilan (minggu)",
            "difference between fundal height and weeks of pregnancy",
            unit="cm",
            limits=(0, 60),
        ),
        *fields_as_facts(PREGNANCY, "height_cm"),
        number(
            "weight_gain_kg_per_30_days",
            "kenaikan BB per 30 hari",
            "weight gain in 30 days",
            unit="kg",
            limits=(-200, 200),
        ),
    ),
    by_visit=True,
)


def visit_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every visit of every pregnancy in the folder, in the order of the visits.

    Of a pregnancy that is not followed any more an empty sheet comes last, on which nothing holds. Where visits were
    only added behind those of the last look, these alone have sheets.
    """
    for pregnancy in folder.of_type("pregnancy"):
        if folder.wants(pregnancy.person) and (visits := visits_of(folder, pregnancy)):
            over = not is_active(folder, pregnancy)
            history = _History(folder, frame, pregnancy)
            known = 0 if over else folder.known_before(visits)
            history.pass_by(visits[:known])
            for visit in visits[known:]:
                yield history.sheet_of(visit, newest=visit is visits[-1] and not over, continued=known > 0)
            if over:
                yield history.last_sheet()


class _History:
    """A pregnancy as its visits go by: what is known at one of them rests on those before."""

    def __init__(self, folder: Folder, frame: Frame, pregnancy: Entry) -> None:
        data = pregnancy.data
        self._pregnancy = pregnancy
        self._tables = frame.tables
        self._dating = datings_of(folder).get(pregnancy.id)
        self._height = _registered(data, "height_cm")
        self._fetuses: float | None = None
        self._multiple = _told_multiple(data)
        self._before: list[Entry] = []
        woman = person_entry(folder, pregnancy.person)
        self._risks = risks_at_registration(pregnancy, woman, self._dating, frame.tables["pre_eclampsia_risks"])
        self._origins = dict.fromkeys(_FROM_PREGNANCY, pregnancy.id)

    def pass_by(self, visits: Sequence[Entry]) -> None:
        """Go by the first visits, which need no sheets, but for what later ones rest on."""
        self._before += visits
        told = (_measured(visit.data, "fetus_count") for visit in reversed(visits))
        if (fetuses := next((one for one in told if one is not None), None)) is not None:
            self._fetuses, self._multiple = fetuses, fetuses >= _SEVERAL

    def sheet_of(self, visit: Entry, *, newest: bool, continued: bool = False) -> Sheet:
        """Return the sheet of the next visit."""
        on = day_of(visit.data, "visit_date")
        return Sheet(
            about="anc_visit",
            subject=self._pregnancy.person or self._pregnancy.id,
            episode=self._pregnancy.id,
            person=self._pregnancy.person,
            area=visit.area,
            on=on,
            record=visit.id,
            facts=self._facts_at(visit, on),
            origins=self._origins,
            newest=newest,
            continued=continued,
        )

    def last_sheet(self) -> Sheet:
        """Return the sheet that says that no visit counts any more."""
        return Sheet(
            about="anc_visit",
            subject=self._pregnancy.person or self._pregnancy.id,
            episode=self._pregnancy.id,
            person=self._pregnancy.person,
            area=self._pregnancy.area,
            record=self._pregnancy.id,
            facts={},
            over=True,
        )

    def _facts_at(self, visit: Entry, on: date | None) -> dict[str, Any]:
        facts = _known(visit.data)
        _weigh_up(facts)
        if self._height is not None:
            facts["height_cm"] = self._height
        self._date(facts, on)
        self._count(facts)
        add_risks(facts, self._risks, self._tables["pre_eclampsia_risks"])
        self._before.append(visit)
        return facts

    def _date(self, facts: dict[str, Any], on: date | None) -> None:
        """Note the age of the pregnancy, and what is held against it."""
        if on is not None and self._dating is not None and (age := self._dating.age(on)) >= 0:
            facts["ga_days"] = age
            self._weigh(facts, on)
            if (fundal_height := facts.get("fundal_height_cm")) is not None:
                facts["fundal_difference_cm"] = round(abs(fundal_height - age // WEEK), _DIGITS)

    def _weigh(self, facts: dict[str, Any], on: date) -> None:
        """Note the weight gained since the newest visit that is far enough back, both late enough to tell."""
        weight, table = facts.get("weight_kg"), self._tables["weight_gain"]
        if weight is None or facts["ga_days"] < table["ga_at_least_days"]:
            return
        for before, less in self._weights(table["ga_at_least_days"]):
            if (apart := (on - before).days) >= table["apart_at_least_days"]:
                facts["weight_gain_kg_per_30_days"] = round((weight - less) * 30 / apart, _DIGITS)
                break

    def _weights(self, least_age: int) -> Iterator[tuple[date, float]]:
        """Yield day and weight of the visits before from this age on, the newest first."""
        for visit in reversed(self._before):
            on, weight = day_of(visit.data, "visit_date"), _measured(visit.data, "weight_kg")
            if weight is not None and on is not None and self._dating and self._dating.age(on) >= max(0, least_age):
                yield on, weight

    def _count(self, facts: dict[str, Any]) -> None:
        """Note how many fetuses there are, and whether that is news."""
        fetuses = facts.get("fetus_count")
        if fetuses is not None:
            if fetuses != self._fetuses:
                facts["fetus_count_new"] = fetuses
            self._fetuses, self._multiple = fetuses, fetuses >= _SEVERAL
        if self._multiple is not None:
            facts["multiple_pregnancy"] = self._multiple


def _told_multiple(data: Mapping[str, Any]) -> bool | None:
    """Return true when twins were told at registration; None when not, since nobody may have looked."""
    told = "multiple" in codes_of(data, "kspr_factors") or "multiple_pregnancy" in codes_of(data, "pe_high_risks")
    return True if told else None


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a visit that a form would take, as facts."""
    known: dict[str, Any] = {}
    for name, value in data.items():
        if (taken := _TAKEN_WITHIN.get(name)) is not None:
            types, limits = taken
            if type(value) in types and (limits is None or limits[0] <= value <= limits[1]):
                known[name] = value
    for name in _LISTS:
        if name in known:
            known[name] = codes_of(data, name)
    for systolic, diastolic in _PRESSURES:
        if systolic in known and diastolic in known and known[systolic] <= known[diastolic]:
            del known[systolic], known[diastolic]
    return known


def _weigh_up(facts: dict[str, Any]) -> None:
    """Note what counts of what was measured twice, and of symptoms that are ticked in two lists."""
    for first, again, effective in _REPEATED:
        if again in facts:
            facts[effective] = facts[again]
        elif first in facts:
            facts[effective] = facts[first]
    if "systolic_effective_mmhg" in facts or "diastolic_effective_mmhg" in facts:
        facts["pressure_repeated"] = "systolic_repeat_mmhg" in facts or "diastolic_repeat_mmhg" in facts
    if "danger_signs" in facts or "pe_symptoms" in facts:
        facts["pre_eclampsia_signs"] = facts.get("danger_signs", _NOTHING) | facts.get("pe_symptoms", _NOTHING)
