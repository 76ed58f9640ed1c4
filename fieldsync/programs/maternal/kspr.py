"""The Poedji Rochjati score of a pregnancy: which factors were ever found, and what they add up to.

It looks at every visit, not the newest alone: a factor counts once and for the whole pregnancy, also when the finding
is gone. Scores and limits are the table ``kspr``; what a score means is for the rules.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from fieldsync.programs.folder import Entry, day_of
from fieldsync.programs.kin import birth_date
from fieldsync.programs.maternal.antenatal import ANC_VISIT
from fieldsync.programs.maternal.dating import Dating, full_years
from fieldsync.programs.maternal.pregnancy import PREGNANCY
from fieldsync.programs.measured import codes_of, measure_of

Card = Mapping[str, Any]

_registered = measure_of(PREGNANCY)
_measured = measure_of(ANC_VISIT)
_FROM_RESTRICTED = frozenset({"sti", "lost_pregnancy"})
_PRESENTATIONS = (("breech", "breech_presentations"), ("transverse", "transverse_presentations"))
_GLUCOSE = ("glucose_fasting_mg_dl", "glucose_random_mg_dl", "ogtt_1h_mg_dl", "ogtt_2h_mg_dl")


class Score(NamedTuple):
    """What a pregnancy scores now: the factors, their sum, and since when and by which record it is that high.

    `private` are those factors that only a restricted field tells. `rose_on` is None when the registration alone made
    the score what it is. `moves_on` is the day on which time alone will raise it.
    """

    factors: frozenset[str]
    private: frozenset[str]
    total: int
    rose_on: date | None
    record: str
    moves_on: date | None = None


def score_of(
    pregnancy: Entry,
    woman: Entry | None,
    visits: Sequence[Entry],
    dating: Dating | None,
    card: Card,
    now: date,
) -> Score:
    """Return what a pregnancy scores on a day, by its registration and all its visits, the oldest first."""
    scores = card["scores"]
    found = {one for one in _at_registration(pregnancy.data, woman, dating, card) if one in scores}
    rose_on, record = None, pregnancy.id
    for visit in visits:
        new = [one for one in _at_visit(visit.data, dating, card, found) if one not in found]
        if new:
            found.update(new)
            rose_on, record = day_of(visit.data, "visit_date") or visit.seen_on, visit.id
    moves_on = None
    if dating is not None and "post_term" not in found:
        post_term_on = dating.lmp + timedelta(days=card["post_term_at_least_days"])
        if now < post_term_on:
            moves_on = post_term_on
        else:
            found.add("post_term")
            rose_on, record = post_term_on, pregnancy.id
    total = card["start"] + sum(scores[one] for one in found)
    return Score(frozenset(found), _private(pregnancy.data, found, card), total, rose_on, record, moves_on)


def _private(data: Mapping[str, Any], found: set[str], card: Card) -> frozenset[str]:
    """Return the factors that come from the syphilis test or from miscarriages and from nothing else."""
    private = (found & _FROM_RESTRICTED) - codes_of(data, "kspr_factors")
    if (_registered(data, "stillbirths") or 0) >= card["lost_pregnancy_at_least"]:
        private.discard("lost_pregnancy")
    return frozenset(private)


def _at_registration(data: Mapping[str, Any], woman: Entry | None, dating: Dating | None, card: Card) -> Iterator[str]:
    yield from codes_of(data, "kspr_factors")
    yield from _by_dates(data, woman, dating, card)
    for factor, field, least in (
        ("slow_first", "married_years_before_first", "slow_first_at_least_years"),
        ("too_many", "parity", "too_many_at_least_births"),
        ("caesarean", "caesarean_count", "caesarean_at_least"),
    ):
        if (value := _registered(data, field)) is not None and value >= card[least]:
            yield factor
    height = _registered(data, "height_cm")
    if height is not None and height <= card["short_at_most_cm"]:
        yield "short"
    lost = (_registered(data, "abortions") or 0) + (_registered(data, "stillbirths") or 0)
    if lost >= card["lost_pregnancy_at_least"]:
        yield "lost_pregnancy"


def _by_dates(data: Mapping[str, Any], woman: Entry | None, dating: Dating | None, card: Card) -> Iterator[str]:
    if dating is None:
        return
    born = birth_date(woman)
    if born is not None and born <= dating.lmp:
        age = full_years(born, dating.lmp)
        if age >= card["too_old_at_least_years"]:
            yield "too_old"
        if age <= card["too_young_at_most_years"] and _registered(data, "gravida") == 1:
            yield "too_young"
    last = day_of(data, "last_delivery_date")
    if last is not None and last <= dating.lmp:
        interval = full_years(last, dating.lmp)
        if interval < card["too_soon_under_years"]:
            yield "too_soon"
        if interval >= card["too_long_at_least_years"]:
            yield "too_long"


def _at_visit(data: Mapping[str, Any], dating: Dating | None, card: Card, known: Container[str]) -> list[str]:
    """Return the factors that a visit shows; of those that are known the laborious ones need not be among them."""
    shown: list[str] = []
    if "anaemia_malaria" not in known and "hb_g_dl" in data and _is_anaemic(data, dating, card):
        shown.append("anaemia_malaria")
    if "diabetes" not in known and _is_diabetic(data, card):
        shown.append("diabetes")
    if data.get("syphilis_result") in card["sti_syphilis_results"]:
        shown.append("sti")
    if "multiple" not in known and (_measured(data, "fetus_count") or 1) >= card["multiple_at_least"]:
        shown.append("multiple")
    if (presentation := data.get("presentation")) is not None:
        shown += [one for one, name in _PRESENTATIONS if presentation in card[name]]
    if data.get("danger_signs") or data.get("pe_symptoms"):
        shown += _by_signs(data, card)
    return shown


def _by_signs(data: Mapping[str, Any], card: Card) -> Iterator[str]:
    signs = codes_of(data, "danger_signs")
    if _any_of(card["bleeding_signs"], signs):
        yield "bleeding"
    symptoms = signs | codes_of(data, "pe_symptoms")
    if _any_of(card["severe_pe_signs"], signs) or (
        _any_of(card["severe_pe_symptoms_with_pressure"], symptoms) and _has_high_pressure(data, card)
    ):
        yield "severe_pe"


def _any_of(wanted: Iterable[str], found: frozenset[str]) -> bool:
    return bool(found) and not found.isdisjoint(wanted)


def _is_anaemic(data: Mapping[str, Any], dating: Dating | None, card: Card) -> bool:
    hb = _measured(data, "hb_g_dl")
    if hb is None:
        return False
    limit = hb_limit(data, dating, card)
    return hb < card["hb_under_g_dl_at_any_age"] or (limit is not None and hb < limit)


def hb_limit(data: Mapping[str, Any], dating: Dating | None, card: Card) -> float | None:
    """Return the haemoglobin, in g/dL, under which a woman is anaemic at a visit; None when her dates don't tell."""
    on = day_of(data, "visit_date")
    if dating is None or on is None:
        return None
    age = dating.age(on)
    for before, limit in card["hb_under_g_dl_by_age_days"]:
        if before is None or age < before:
            return float(limit)
    return None


def _is_diabetic(data: Mapping[str, Any], card: Card) -> bool:
    least = card["diabetes_at_least_mg_dl"]
    for name in _GLUCOSE:
        if name in data and (value := _measured(data, name)) is not None and value >= least[name]:
            return True
    return False


def _has_high_pressure(data: Mapping[str, Any], card: Card) -> bool:
    for name, least in card["high_pressure_at_least_mmhg"].items():
        value = _measured(data, f"{name}_repeat_mmhg")
        if value is None:
            value = _measured(data, f"{name}_mmhg")
        if value is not None and value >= least:
            return True
    return False
