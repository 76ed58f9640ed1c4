"""What is known of a pregnancy that is followed, as things stand now: its age, its risk score, its visits, her papers.

Ended, moved and lost pregnancies have no sheet, nor has one after its delivery or of a woman who died.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from fieldsync.programs.declare import label
from fieldsync.programs.facts import code_fact, context, date_fact, days, fields_as_facts, flag, number
from fieldsync.programs.folder import Entry, Folder, Frame
from fieldsync.programs.kin import person_entry
from fieldsync.programs.maternal.course import is_active, known_since, visits_of
from fieldsync.programs.maternal.dating import Dating, datings_of
from fieldsync.programs.maternal.kspr import score_of
from fieldsync.programs.maternal.pregnancy import KSPR_FACTORS, PREGNANCY
from fieldsync.programs.maternal.schedule_facts import SCHEDULE_FACTS, schedule_facts
from fieldsync.rules import Sheet

# Stands for factors that only restricted fields tell: the flag itself is seen by more people than those fields are.
_PRIVATE = "restricted"
_FACTORS = MappingProxyType(
    {**KSPR_FACTORS.labels, _PRIVATE: label("faktor lain (data terbatas)", "another factor (restricted data)")}
)

PREGNANCY_CONTEXT = context(
    "pregnancy",
    "kehamilan",
    "pregnancy",
    (
        date_fact("lmp", "awal kehamilan", "beginning of the pregnancy"),
        days("ga_days", "usia kehamilan", "age of the pregnancy"),
        number(
            "kspr_score",
            "skor Poedji Rochjati",
            "Poedji Rochjati score",
            unit="points",
            limits=(0, 200),
            clock="told",
        ),
        code_fact(
            "kspr_factors_found",
            "faktor risiko KSPR",
            "risk factors of the score",
            _FACTORS,
            several=True,
        ),
        date_fact("kspr_rose_on", "skor naik pada", "score rose on"),
        flag("nik_known", "NIK tercatat", "NIK known"),
        flag("kk_number_known", "nomor KK tercatat", "family card number known"),
        *fields_as_facts(PREGNANCY, "has_marriage_document", "child_of_mother_only"),
        *SCHEDULE_FACTS,
    ),
)


def pregnancy_sheets(folder: Folder, frame: Frame) -> Iterator[Sheet]:
    """Yield a sheet for every pregnancy of the folder that is followed."""
    for pregnancy in folder.of_type("pregnancy"):
        if folder.wants(pregnancy.person) and is_active(folder, pregnancy):
            yield _sheet(folder, frame, pregnancy)


def _sheet(folder: Folder, frame: Frame, pregnancy: Entry) -> Sheet:
    visits, dating = visits_of(folder, pregnancy), datings_of(folder).get(pregnancy.id)
    woman = person_entry(folder, pregnancy.person)
    score = score_of(pregnancy, woman, visits, dating, frame.tables["kspr"], frame.now)
    facts = schedule_facts(visits, dating, frame)
    shown = score.factors - score.private | {_PRIVATE} if score.private else score.factors
    facts |= {"kspr_score": score.total, "kspr_factors_found": shown}
    if score.rose_on is not None:
        facts["kspr_rose_on"] = score.rose_on
    facts |= _own(pregnancy, woman, dating, frame)
    origins = {"kspr_score": score.record}
    if visits:
        origins |= dict.fromkeys(("next_contact_on", "days_past_contact", "visits"), visits[-1].id)
    if woman is not None:
        origins |= dict.fromkeys(("nik_known", "kk_number_known"), woman.id)
    return Sheet(
        about="pregnancy",
        subject=pregnancy.person or pregnancy.id,
        episode=pregnancy.id,
        person=pregnancy.person,
        area=pregnancy.area,
        on=known_since(pregnancy),
        record=pregnancy.id,
        facts=facts,
        origins=origins,
        moves_on=score.moves_on,
    )


def _own(pregnancy: Entry, woman: Entry | None, dating: Dating | None, frame: Frame) -> dict[str, Any]:
    data = pregnancy.data
    facts = {name: data[name] for name in ("has_marriage_document", "child_of_mother_only") if name in data}
    if dating is not None:
        facts |= {"lmp": dating.lmp, "ga_days": dating.age(frame.now)}
    if woman is not None:
        facts |= {"nik_known": "nik" in woman.data, "kk_number_known": "kk_number" in woman.data}
    return facts
