"""What makes pre-eclampsia likelier in a pregnancy: risks that were asked, that the records tell, that a visit shows.

Which count, and from which number on, is the table ``pre_eclampsia_risks``; how many are too many is for the rules. A
risk counts once, whoever tells it, and never when what it is told by is not known.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fieldsync.programs.declare import coded
from fieldsync.programs.facts import code_fact, number
from fieldsync.programs.folder import Entry, day_of
from fieldsync.programs.maternal.antenatal import DANGER_SIGNS, PE_SYMPTOMS
from fieldsync.programs.maternal.dating import Dating, full_years
from fieldsync.programs.maternal.pregnancy import PE_HIGH_RISKS, PE_MODERATE_RISKS, PREGNANCY
from fieldsync.programs.measured import codes_of, measure_of

Table = Mapping[str, Any]

# Symptoms are ticked in two lists of the form.
PRE_ECLAMPSIA_SIGNS = (DANGER_SIGNS | PE_SYMPTOMS).labels
_WORKED_OUT = coded("""
older_mother | usia ibu | age of the mother
long_interval | jarak dari persalinan terakhir | time since the last delivery
high_bmi | IMT sebelum hamil | BMI before pregnancy
high_mean_pressure | tekanan arteri rata-rata (MAP) | mean arterial pressure
proteinuria | protein urin | protein in urine
""")
PRE_ECLAMPSIA_FACTS = (
    code_fact(
        "pre_eclampsia_risks",
        "risiko preeklampsia",
        "risks of pre-eclampsia",
        (PE_HIGH_RISKS | PE_MODERATE_RISKS | _WORKED_OUT).labels,
        several=True,
    ),
    number("pre_eclampsia_high_risks", "jumlah risiko tinggi", "high risks", limits=(0, 20)),
    number("pre_eclampsia_moderate_risks", "jumlah risiko sedang", "moderate risks", limits=(0, 20)),
)

_measured = measure_of(PREGNANCY)
# Rounded far below what any instrument tells, so that a limit itself is met exactly.
_DIGITS = 6


class Risks(NamedTuple):
    """Risks of pre-eclampsia by their weight."""

    high: frozenset[str]
    moderate: frozenset[str]


def risks_at_registration(pregnancy: Entry, woman: Entry | None, dating: Dating | None, table: Table) -> Risks:
    """Return the risks that a pregnancy has from its beginning, as far as the records tell."""
    data = pregnancy.data
    ill = codes_of(data, "chronic_conditions")
    told = {name for illness, name in table["illnesses"].items() if illness in ill}
    moderate = {*codes_of(data, "pe_moderate_risks"), *_worked_out(data, woman, dating, table)}
    return Risks(
        (codes_of(data, "pe_high_risks") | told) & set(table["high"]), frozenset(moderate) & set(table["moderate"])
    )


def _worked_out(data: Mapping[str, Any], woman: Entry | None, dating: Dating | None, table: Table) -> Iterator[str]:
    if _measured(data, "parity") == 0:
        yield "nullipara"
    bmi = _bmi(_measured(data, "pre_pregnancy_weight_kg"), _measured(data, "height_cm"))
    if bmi is not None and bmi > table["bmi_over_kg_m2"]:
        yield "high_bmi"
    if dating is None:
        return
    born = day_of(woman.data, "birth_date") if woman is not None else None
    if born is not None and full_years(born, dating.lmp) >= table["age_at_least_years"]:
        yield "older_mother"
    last = day_of(data, "last_delivery_date")
    if last is not None and full_years(last, dating.lmp) >= table["interval_at_least_years"]:
        yield "long_interval"


def _bmi(weight_kg: float | None, height_cm: float | None) -> float | None:
    if weight_kg is None or height_cm is None:
        return None
    return round(weight_kg * 10_000 / (height_cm * height_cm), _DIGITS)


def add_risks(visit: dict[str, Any], risks: Risks, table: Table) -> None:
    """Add to the facts of a visit the risks from the beginning with those that it shows itself."""
    high, moderate = risks
    if visit.get("multiple_pregnancy") and "multiple_pregnancy" in table["high"]:
        high = high | {"multiple_pregnancy"}
    if shown := [risk for risk in _shown(visit, table) if risk in table["moderate"]]:
        moderate = moderate.union(shown)
    visit["pre_eclampsia_high_risks"], visit["pre_eclampsia_moderate_risks"] = len(high), len(moderate)
    if high or moderate:
        visit["pre_eclampsia_risks"] = high | moderate


def _shown(visit: Mapping[str, Any], table: Table) -> Iterator[str]:
    mean = _mean_pressure(visit.get("systolic_effective_mmhg"), visit.get("diastolic_effective_mmhg"))
    if mean is not None and mean > table["mean_pressure_over_mmhg"]:
        yield "high_mean_pressure"
    if visit.get("urine_protein") in table["proteinuria"]:
        yield "proteinuria"


def _mean_pressure(systolic: float | None, diastolic: float | None) -> float | None:
    return (systolic + 2 * diastolic) / 3 if systolic is not None and diastolic is not None else None
