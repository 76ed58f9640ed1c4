"""What is known of a child at one visit: what was measured and seen, age, z-scores, and what earlier visits told.

A z-score that can't be is left off, with a fact that says so, so that no rule rests on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fieldsync.programs.child.ages import Child, age_in_days, child_of
from fieldsync.programs.child.growth import Measures, lying_length, z_scores
from fieldsync.programs.child.newborn_facts import breaths
from fieldsync.programs.child.visit import CHILD_VISIT
from fieldsync.programs.declare import coded
from fieldsync.programs.facts import code_fact, context, days, fields_as_facts, flag, number, told
from fieldsync.programs.folder import Entry, Folder, Frame, day_of, visit_order
from fieldsync.programs.kin import is_dead
from fieldsync.rules import Fact, Sheet

_SEEN = (
    *fields_as_facts(CHILD_VISIT, "muac_cm", "oedema", "weight_gain_status", "danger_signs"),
    *fields_as_facts(CHILD_VISIT, "cough", "spo2_pct", "stridor_calm", "blood_in_stool"),
    number("diarrhoea_days", "lama diare", "days of diarrhoea", unit="days", limits=(0, 60)),
)
_MEASURED = fields_as_facts(CHILD_VISIT, "weight_kg", "length_height_cm", "measured")
_GAIN = next(one for one in _SEEN if one.name == "weight_gain_status")
_INDEXES = coded("""
waz | berat menurut umur (BB/U) | weight for age
haz | panjang/tinggi menurut umur (PB/U, TB/U) | length or height for age
whz | berat menurut panjang/tinggi (BB/PB, BB/TB) | weight for length or height
""").labels


def _z_fact(name: str) -> Fact:
    words = _INDEXES[name]
    return number(name, f"skor-z {words['id']}", f"z-score of {words['en']}", unit="SD", limits=(-6, 6))


CHILD_VISIT_CONTEXT = context(
    "child_visit",
    "kunjungan anak",
    "child visit",
    (
        *_SEEN,
        *map(_z_fact, _INDEXES),
        days("age_days", "umur saat kunjungan", "age at the visit", clock="none", least=0),
        flag("birth_date_exact", "tanggal lahir tepat sampai bulan", "date of birth exact to the month"),
        number("respiratory_rate_effective", "napas", "breaths", unit="/min", limits=(5, 150)),
        code_fact(
            "implausible_indexes",
            "skor-z yang tidak mungkin",
            "z-scores that can't be",
            _INDEXES,
            several=True,
        ),
        Fact(
            name="weight_gain_status_before",
            kind="code",
            label={"id": "KMS pada kunjungan sebelumnya", "en": "weight gain at the visit before"},
            codes=_GAIN.codes,
        ),
        number(
            "length_loss_cm",
            "panjang/tinggi kurang dari sebelumnya, setara berbaring",
            "shorter than before, as if lying",
            unit="cm",
            limits=(-105, 106),
        ),
    ),
    by_visit=True,
)


def child_visit_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every visit of every child, in the order of the visits; of the dead none counts now.

    Where visits were only added behind those of the last look, these alone have sheets.
    """
    limits = frame.tables.get("growth_limits", {})
    for person, visits in _by_child(folder).items():
        if not folder.wants(person):
            continue
        alive = not is_dead(folder, person)
        known = folder.known_before(visits)
        for visit, facts, origins in _each(visits, child_of(folder, person), limits, known):
            yield Sheet(
                about="child_visit",
                subject=person,
                episode=person,
                person=person,
                area=visit.area,
                on=day_of(visit.data, "visit_date"),
                record=visit.id,
                facts=facts,
                origins=origins,
                newest=alive and visit is visits[-1],
                continued=known > 0,
            )


def _by_child(folder: Folder) -> Mapping[str, Sequence[Entry]]:
    found: dict[str, list[Entry]] = {}
    for visit in sorted(folder.of_type("child_visit"), key=visit_order):
        if visit.person is not None:
            found.setdefault(visit.person, []).append(visit)
    return found


def _each(
    visits: Sequence[Entry], child: Child, limits: Mapping[str, Any], known: int
) -> Iterator[tuple[Entry, dict[str, Any], dict[str, str]]]:
    """Yield each visit behind the first `known` with its facts, and the records of those that come from another."""
    gain, longest = dict[str, Any](), None
    for at, visit in enumerate(visits):
        measured, origins = told(visit.data, _MEASURED), dict[str, str]()
        facts = told(visit.data, _SEEN) | breaths(visit.data)
        if gain:
            facts["weight_gain_status_before"] = gain["weight_gain_status"]
            origins["weight_gain_status_before"] = visits[at - 1].id
        gain = told(visit.data, (_GAIN,))
        age = age_in_days(child.born, day_of(visit.data, "visit_date"))
        if age is not None:
            facts |= {"age_days": age, "birth_date_exact": child.exact}
            if child.exact and at >= known:
                facts |= _growth(child.sex, age, measured, facts, limits)
        if (length := _lying(measured, age)) is not None:
            if longest is not None:
                facts["length_loss_cm"] = round(longest - length, 3)
            longest = length if longest is None else max(longest, length)
        if at >= known:
            yield visit, facts, origins


def _growth(
    sex: str | None, age: int, measured: Mapping[str, Any], seen: Mapping[str, Any], limits: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the z-scores that can be, and which ones can't; `limits` has the least and the greatest of each."""
    scores = z_scores(
        Measures(
            sex=sex,
            age_days=age,
            weight_kg=measured.get("weight_kg"),
            length_cm=measured.get("length_height_cm"),
            measured=measured.get("measured"),
            oedema=seen.get("oedema", False),
        )
    )
    beyond = frozenset(name for name, (low, high) in limits.items() if not low <= scores.get(name, low) <= high)
    found: dict[str, Any] = {name: scores[name] for name in limits if name in scores and name not in beyond}
    if beyond:
        found["implausible_indexes"] = beyond
    return found


def _lying(measured: Mapping[str, Any], age: int | None) -> float | None:
    length = measured.get("length_height_cm")
    return None if length is None else lying_length(length, measured.get("measured"), age or 0)
