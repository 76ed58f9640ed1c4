"""What is known at an antenatal visit: its fields, the age of the pregnancy that day, what the visits tell together.

A repeat, where there is one, counts for the first measurement. A visit knows those before it, none after it: each is
judged as it was. Whether a value is a danger is for the rules.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from fieldsync.programs.facts import code_fact, context, days, fields_as_facts, flag, number
from fieldsync.programs.folder import Entry, Folder, Frame, day_of
from fieldsync.programs.kin import person_entry
from fieldsync.programs.maternal.antenatal import ANC_VISIT
from fieldsync.programs.maternal.course import is_active, visits_of
from fieldsync.programs.maternal.dating import WEEK, dating_of
from fieldsync.programs.maternal.pre_eclampsia import (
    PRE_ECLAMPSIA_FACTS,
    PRE_ECLAMPSIA_SIGNS,
    Risks,
    pre_eclampsia_facts,
    risks_at_registration,
)
from fieldsync.programs.maternal.pregnancy import PREGNANCY
from fieldsync.programs.measured import codes_of, copied, measure_of
from fieldsync.rules import Sheet

_registered = measure_of(PREGNANCY)
_measured = measure_of(ANC_VISIT)
_MEASURED = (
    *("spo2_pct", "fetus_count", "muac_cm", "hb_g_dl"),
    *("glucose_fasting_mg_dl", "glucose_random_mg_dl", "ogtt_1h_mg_dl", "ogtt_2h_mg_dl"),
)
_FOUND = ("urine_protein", "presentation", "rhesus", "hiv_result", "syphilis_result", "hbsag_result")
# What is measured again when it is out of the ordinary, with the name of what counts.
_REPEATED = (
    ("temp_c", "temp_repeat_c", "temp_effective_c"),
    ("pulse_bpm", "pulse_repeat_bpm", "pulse_effective_bpm"),
    ("fetal_heart_rate_bpm", "fetal_heart_rate_repeat_bpm", "fetal_heart_rate_effective_bpm"),
)
_PRESSURES = ("systolic", "diastolic")
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
        *fields_as_facts(ANC_VISIT, "danger_signs", "systolic_mmhg", "diastolic_mmhg"),
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
        *fields_as_facts(ANC_VISIT, "pulse_bpm", "fetal_heart_present", *_MEASURED, *_FOUND),
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
            "selisih TFU dengan usia kehamilan dalam minggu",
            "fundal height off the age of the pregnancy in weeks by",
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

    Of a pregnancy that is not followed any more an empty sheet comes last, on which nothing holds.
    """
    for pregnancy in folder.of_type("pregnancy"):
        if folder.wants(pregnancy.person) and (visits := visits_of(folder, pregnancy)):
            over = not is_active(folder, pregnancy)
            history = _History(folder, frame, pregnancy)
            for visit in visits:
                yield _sheet(pregnancy, visit, history.facts_at(visit), newest=visit is visits[-1] and not over)
            if over:
                yield _sheet(pregnancy, None, {}, newest=True)


def _sheet(pregnancy: Entry, visit: Entry | None, facts: dict[str, Any], *, newest: bool) -> Sheet:
    return Sheet(
        about="anc_visit",
        subject=pregnancy.person or pregnancy.id,
        episode=pregnancy.id,
        person=pregnancy.person,
        area=visit.area if visit is not None else pregnancy.area,
        on=day_of(visit.data, "visit_date") if visit is not None else None,
        record=visit.id if visit is not None else pregnancy.id,
        facts=facts,
        origins=dict.fromkeys(_FROM_PREGNANCY, pregnancy.id),
        newest=newest,
        over=visit is None,
    )


class _History:
    """A pregnancy as its visits go by: what is known at one of them rests on those before."""

    def __init__(self, folder: Folder, frame: Frame, pregnancy: Entry) -> None:
        data = pregnancy.data
        self._tables = frame.tables
        self._dating = dating_of(pregnancy)
        self._height = _registered(data, "height_cm")
        self._fetuses: float | None = None
        self._multiple = _told_multiple(data)
        self._weights: list[tuple[date, float]] = []
        woman = person_entry(folder, pregnancy.person)
        self._risks: Risks = risks_at_registration(pregnancy, woman, self._dating, frame.tables["pre_eclampsia_risks"])

    def facts_at(self, visit: Entry) -> dict[str, Any]:
        """Return what is known at the next visit."""
        data = visit.data
        facts = _at_visit(data)
        if self._height is not None:
            facts["height_cm"] = self._height
        on = day_of(data, "visit_date")
        if on is not None and self._dating is not None and (age := self._dating.age(on)) >= 0:
            facts["ga_days"] = age
            self._weigh(data, on, facts)
            if (fundal_height := _measured(data, "fundal_height_cm")) is not None:
                facts["fundal_difference_cm"] = round(abs(fundal_height - age // WEEK), _DIGITS)
        self._count(facts)
        return facts | pre_eclampsia_facts(self._risks, facts, self._tables["pre_eclampsia_risks"])

    def _weigh(self, data: Mapping[str, Any], on: date, facts: dict[str, Any]) -> None:
        """Note the weight gained since the newest visit that is far enough back, both late enough to tell."""
        weight, table = _measured(data, "weight_kg"), self._tables["weight_gain"]
        if weight is None or facts["ga_days"] < table["ga_at_least_days"]:
            return
        for before, less in reversed(self._weights):
            if (apart := (on - before).days) >= table["apart_at_least_days"]:
                facts["weight_gain_kg_per_30_days"] = round((weight - less) * 30 / apart, _DIGITS)
                break
        self._weights.append((on, weight))

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


def _at_visit(data: Mapping[str, Any]) -> dict[str, Any]:
    facts = copied(data, _MEASURED, _measured)
    facts |= {name: value for name in _FOUND if isinstance(value := data.get(name), str)}
    if isinstance(heart := data.get("fetal_heart_present"), bool):
        facts["fetal_heart_present"] = heart
    if "danger_signs" in data:
        facts["danger_signs"] = codes_of(data, "danger_signs")
    if "danger_signs" in data or "pe_symptoms" in data:
        facts["pre_eclampsia_signs"] = codes_of(data, "danger_signs") | codes_of(data, "pe_symptoms")
    for first, again, effective in _REPEATED:
        if (value := _measured(data, again)) is not None or (value := _measured(data, first)) is not None:
            facts[effective] = value
    if (pulse := _measured(data, "pulse_bpm")) is not None:
        facts["pulse_bpm"] = pulse
    return facts | _pressure(data)


def _pressure(data: Mapping[str, Any]) -> dict[str, Any]:
    first, again = _pair(data, ""), _pair(data, "_repeat")
    facts = {f"{name}_mmhg": value for name, value in first.items()}
    facts |= {f"{name}_effective_mmhg": value for name, value in {**first, **again}.items()}
    if facts:
        facts["pressure_repeated"] = bool(again)
    return facts


def _pair(data: Mapping[str, Any], which: str) -> dict[str, float]:
    """Return a blood pressure, as far as it is known; one that can't be (systolic not above diastolic) is not."""
    found = {name: value for name in _PRESSURES if (value := _measured(data, f"{name}{which}_mmhg")) is not None}
    return {} if len(found) == len(_PRESSURES) and found["systolic"] <= found["diastolic"] else found
