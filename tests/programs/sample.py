"""A made-up record type that uses every kind of field, every check and every translation step.

The engine is tested on it, so that a change to a real form breaks no test of the engine.
It says nothing about any real form.
"""

import re

from fieldsync.programs.checks import AnyOf, CodesWhen, NeededWhen, Order, SoftWhen
from fieldsync.programs.declare import (
    Field,
    R,
    RecordType,
    area,
    choice,
    choices,
    clock,
    coded,
    day,
    digits,
    integer,
    label,
    link,
    links,
    note,
    number,
    part,
    rows,
    text,
    texts,
    yes_no,
)
from fieldsync.programs.older import Renamed, Split, Translation

SUBJECTS = coded("""
mother | ibu | mother
newborn | bayi | newborn
""")
SIGNS = coded("""
bleeding | perdarahan | bleeding
fever | demam | fever
lethargic | lemas | lethargic
""")
WHY = label("alasan contoh", "a sample reason")


def two(name: str) -> tuple[str, str, str]:
    """Return a name with labels made from it."""
    return name, f"isian {name}", f"field {name}"


def fields() -> tuple[Field, ...]:
    inner = (
        choice(*two("sex"), R, codes=coded("male | laki-laki | male\nfemale | perempuan | female")),
        integer(*two("weight_g"), hard=(300, 7000), soft=(800, 5500), unit="g"),
        link(*two("baby_id"), names="person"),
        day(*two("born_on")),
    )
    return (
        link(*two("person_id"), R, names="person"),
        link(*two("household_id"), names="household", awaited=False),
        links(*two("witness_ids"), names="person", length=(0, 3)),
        day(*two("visit_date"), R),
        day(*two("next_date"), future=True),
        day(*two("born_on"), doubt="age"),
        clock(*two("at_time")),
        choice(*two("subject"), R, codes=SUBJECTS),
        choices(*two("signs"), R, codes=SIGNS),
        integer(*two("systolic_mmhg"), hard=(50, 260), soft=(80, 200), unit="mmHg"),
        integer(*two("diastolic_mmhg"), hard=(30, 160), soft=(45, 120), unit="mmHg"),
        number(*two("temp_c"), hard=(30, 43), soft=(35, 40.5), unit="°C"),
        yes_no(*two("oedema")),
        digits(*two("nik"), count=16, doubt="nik", sealed=True),
        text(*two("full_name"), R, length=(1, 60), doubt="words", sealed=True),
        text(*two("unit"), length=(2, 20)),
        note(*two("remark")),
        texts(*two("evidence"), sealed=True),
        area(*two("village_code")),
        part(*two("referral"), fields=(text(*two("to"), R), note(*two("reason")))),
        rows(*two("babies"), fields=inner, length=(1, 5), soft=(1, 2)),
    )


SAMPLE = RecordType(
    name="sample_visit",
    program="maternal",
    label=label("Contoh", "Sample"),
    version="2026.2",
    subject="person_id",
    fields=fields(),
    checks=(
        Order("systolic_mmhg", ">", "diastolic_mmhg", WHY),
        Order("next_date", ">", "visit_date", WHY),
        Order("next_date", "<=", "visit_date", WHY, days=70),
        Order("born_on", "<=", "visit_date", WHY),
        Order("household_id", "!=", "person_id", WHY),
        Order("temp_c", "<=", "systolic_mmhg", WHY, grave=False),
        AnyOf(("unit", "village_code"), WHY),
        NeededWhen("oedema", "subject", "mother", WHY),
        CodesWhen("signs", "subject", "newborn", ("fever", "lethargic")),
        SoftWhen("temp_c", "subject", "newborn", 36, 38.5, "°C"),
    ),
    translations=(
        Translation("2025.1", (Renamed("suhu", "temperatur"),)),
        Translation(
            "2026.1",
            (
                Renamed("temperatur", "temp_c"),
                Split(
                    "tensi",
                    ("systolic_mmhg", "diastolic_mmhg"),
                    re.compile(r"(\d{2,3})/(\d{2,3})", re.ASCII),
                    label("seperti 120/80", "like 120/80"),
                ),
            ),
        ),
    ),
)
