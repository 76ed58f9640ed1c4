"""Coverage on both sides of each limit: who is counted in which month and village, and who of them was reached."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from fieldsync.programs.coverage import basic_doses, coverage, indicators, last_day, months_before
from fieldsync.programs.folder import Folder, Frame
from fieldsync.programs.following import book_on
from fieldsync.programs.trying import folder_of

Record = dict[str, Any]
TODAY = date(2026, 11, 20)
BOOK = book_on(TODAY)
HOME, ELSEWHERE = "16.02.05.2012", "16.02.11.2001"
LMP, BORN = date(2025, 8, 1), date(2026, 5, 4)  # at 276 days
WOMAN: Record = {"type": "person", "id": "W1", "sex": "female", "birth_date": "1998-05-12", "village_code": HOME}
PREGNANCY: Record = {"type": "pregnancy", "id": "PG1", "woman_id": "W1", "lmp_date": LMP.isoformat()}


def counted(*records: Record, doses: frozenset[str] | None = None) -> dict[str, list[tuple[str, str, bool]]]:
    """What is counted, by indicator."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    known = basic_doses(BOOK) if doses is None else doses
    for one in coverage(folder_of(records), Frame(TODAY, BOOK.tables), known):
        found.setdefault(one.indicator, []).append((one.area, one.month, one.met))
    return found


def met(indicator: str, *records: Record) -> bool | None:
    """Whether the only one who is counted was reached; None when nobody is counted."""
    found = counted(*records).get(indicator)
    if found is None:
        return None
    assert len(found) == 1
    return found[0][2]


def baby(person: str | None = "C1", outcome: str = "live_birth") -> Record:
    return {"person_id": person, "outcome": outcome, "sex": "male"}


def delivery(*babies: Record, **fields: Any) -> Record:
    head = {"type": "delivery", "id": "DL1", "pregnancy_id": "PG1", "delivered_on": BORN.isoformat()}
    return {**head, "attendant": "midwife", "babies": list(babies or (baby(),)), **fields}


def child(**fields: Any) -> Record:
    head = {"type": "person", "id": "C1", "sex": "male", "birth_date": BORN.isoformat(), "village_code": HOME}
    return {**head, "birth_date_precision": "day", **fields}


def contacts(*ages: int) -> list[Record]:
    """Antenatal visits at these ages of the pregnancy, in days."""
    return [
        {
            "type": "anc_visit",
            "id": f"A{at}",
            "pregnancy_id": "PG1",
            "visit_date": (LMP + timedelta(age)).isoformat(),
        }
        for at, age in enumerate(ages)
    ]


@pytest.mark.parametrize(
    ("ages", "reached"),
    [
        ((), ()),
        ((-1,), ("k1_access",)),
        ((0,), ("k1_access", "k1")),
        ((90,), ("k1_access", "k1")),  # 12 weeks and 6 days
        ((91,), ("k1_access",)),
        ((276,), ("k1_access",)),  # on the day of the delivery
        ((277,), ()),  # behind it: no antenatal visit
        ((90, 91, 175, 176), ("k1_access", "k1", "k4")),
        ((90, 174, 175, 176), ("k1_access", "k1", "k4")),  # 24 weeks and 6 days are the second trimester
        ((90, 175, 176, 177), ("k1_access", "k1")),
        ((90, 91, 92, 175), ("k1_access", "k1")),
        ((91, 92, 175, 176), ("k1_access",)),
        ((90, 91, 175, 175), ("k1_access", "k1")),  # twice on one day is one contact
        ((90, 91, 174, 175, 176, 177), ("k1_access", "k1", "k4", "k6")),
        ((89, 90, 174, 175, 176, 177), ("k1_access", "k1", "k4")),
        ((90, 91, 173, 174, 175, 176), ("k1_access", "k1", "k4")),
    ],
)
def test_antenatal_contacts_count_by_trimester(ages, reached):
    found = counted(WOMAN, PREGNANCY, delivery(), *contacts(*ages))
    assert {name for name in ("k1_access", "k1", "k4", "k6") if found[name] == [(HOME, "2026-05", True)]} == {*reached}


def test_a_pregnancy_without_a_dated_delivery_is_counted_nowhere_yet():
    assert counted(WOMAN, PREGNANCY, *contacts(90)) == {}
    assert "k1" not in counted(WOMAN, PREGNANCY, delivery(delivered_on=None), *contacts(90))


def test_a_pregnancy_of_unknown_age_is_counted_and_its_contacts_in_no_trimester():
    undated = {**PREGNANCY, "lmp_date": None}
    assert met("k1_access", WOMAN, undated, delivery(), *contacts(90)) is True
    assert met("k1", WOMAN, undated, delivery(), *contacts(90)) is False


@pytest.mark.parametrize(
    ("attendant", "skilled"),
    [("doctor", True), ("midwife", True), ("nurse", True), ("traditional", False), ("family", False), ("alone", False)],
)
def test_who_attended_a_birth(attendant, skilled):
    assert met("skilled_birth", WOMAN, PREGNANCY, delivery(attendant=attendant)) is skilled


def test_a_birth_that_was_written_down_twice_is_one_birth():
    again = {**delivery(), "id": "DL2", "delivered_on": (BORN + timedelta(1)).isoformat(), "attendant": "alone"}
    found = counted(WOMAN, PREGNANCY, delivery(), again, child())
    assert {name: len(found[name]) for name in ("k1", "skilled_birth", "kn1", "birth_registered")} == {
        "k1": 1,
        "skilled_birth": 1,
        "kn1": 1,
        "birth_registered": 1,
    }
    unknown = {**delivery(), "id": "DL0", "pregnancy_id": None}
    assert len(counted(WOMAN, PREGNANCY, delivery(), unknown, child())["skilled_birth"]) == 1
    assert len(counted(unknown, {**unknown, "id": "DL9"}, child())["skilled_birth"]) == 1
    assert counted(unknown)["skilled_birth"] == [("", "2026-05", True)]


@pytest.mark.parametrize(("age", "reached"), [(0, True), (2, True), (3, False)])
def test_the_first_newborn_visit(age, reached):
    visit = {"type": "pnc_visit", "id": "N1", "subject": "newborn", "person_id": "C1", "delivery_id": "DL1"}
    on = (BORN + timedelta(age)).isoformat()
    assert met("kn1", WOMAN, PREGNANCY, delivery(), child(), {**visit, "visit_date": on}) is reached


def test_only_live_births_of_deliveries_are_newborns():
    assert met("kn1", WOMAN, PREGNANCY, delivery(baby(None, "stillbirth"))) is None
    assert met("kn1", WOMAN, PREGNANCY, delivery(baby(None))) is False
    assert met("kn1", child(enrolled_child_program=True)) is None
    twins = counted(WOMAN, PREGNANCY, delivery(baby("C1"), baby("C2")), child(), {**child(), "id": "C2"})
    assert twins["kn1"] == [(HOME, "2026-05", False)] * 2
    died = {"type": "death_event", "id": "D1", "person_id": "C1", "date_of_death": BORN.isoformat()}
    assert met("kn1", WOMAN, PREGNANCY, delivery(), child(), died) is False  # she is counted: she was born alive


@pytest.mark.parametrize(
    ("days", "status", "reached"),
    [
        (0, "registered", True),
        (60, "registered", True),
        (60, "issued", True),
        (61, "registered", False),
        (-1, "registered", False),
        (10, "verifying", False),
        (10, "rejected", False),
        (None, "issued", False),
    ],
)
def test_a_birth_is_registered_by_day_60(days, status, reached):
    on = None if days is None else (BORN + timedelta(days)).isoformat()
    asked = {"type": "birth_registration", "id": "B1", "person_id": "C1", "status": status, "registered_on": on}
    assert met("birth_registered", WOMAN, PREGNANCY, delivery(), child(), asked) is reached


def doses(given_on: str, *left_out: str) -> list[Record]:
    return [
        {"type": "immunisation", "id": f"I{dose}", "person_id": "C1", "dose": dose, "given_on": given_on}
        for dose in sorted(basic_doses(BOOK) - {*left_out})
    ]


@pytest.mark.parametrize(
    ("records", "reached"),
    [
        (doses("2027-05-03"), True),
        (doses("2027-05-04"), False),  # on the first birthday
        (doses("2026-12-01", "MR1"), False),
        ([], False),
    ],
)
def test_immunisation_is_complete_before_the_first_birthday(records, reached):
    assert met("idl", child(enrolled_child_program=True), *records) is reached


@pytest.mark.parametrize(
    ("fields", "died", "is_counted"),
    [
        ({"enrolled_child_program": True}, None, True),
        ({"enrolled_child_program": False}, None, False),
        ({}, None, False),
        ({"enrolled_child_program": True, "birth_date_precision": "month"}, None, True),
        ({"enrolled_child_program": True, "birth_date_precision": "year"}, None, False),
        ({"enrolled_child_program": True}, "2027-05-03", False),
        ({"enrolled_child_program": True}, "2027-05-04", True),
        ({"enrolled_child_program": True}, ..., False),  # dead, nobody knows since when
    ],
)
def test_children_of_the_program_who_lived_to_their_first_birthday(fields, died, is_counted):
    day = None if died is ... else died
    event = {"type": "death_event", "id": "D1", "person_id": "C1", "date_of_death": day}
    records = [] if died is None else [event]
    assert ("idl" in counted(child(**fields), *records)) is is_counted


def test_the_list_of_doses_is_that_of_the_rule():
    assert basic_doses(BOOK) == {"BCG", "OPV1", "OPV2", "OPV3", "OPV4", "DPT1", "DPT2", "DPT3", "IPV1", "MR1"}
    assert basic_doses(book_on(date(2019, 12, 31))) == frozenset()  # before any rule began
    assert "idl" not in counted(child(enrolled_child_program=True), doses=frozenset())


def test_everybody_is_counted_where_they_live_and_once_in_parts():
    away = delivery(area=ELSEWHERE)
    records = [WOMAN, PREGNANCY, away, child(village_code=ELSEWHERE, enrolled_child_program=True), *contacts(90)]
    whole = folder_of(records)
    found = counted(*records)
    assert {name: some[0][0] for name, some in found.items()} == {
        **dict.fromkeys(("k1_access", "k1", "k4", "k6", "skilled_birth"), HOME),
        **dict.fromkeys(("kn1", "birth_registered", "idl"), ELSEWHERE),
    }
    frame = Frame(TODAY, BOOK.tables)
    parts = [Folder(whole.entries, asked=frozenset({one})) for one in ("W1", "C1", None)]
    in_parts = Counter(one for part in parts for one in coverage(part, frame, basic_doses(BOOK)))
    assert in_parts == Counter(coverage(whole, frame, basic_doses(BOOK)))


@pytest.mark.parametrize(
    ("indicator", "last_open", "first_whole"),
    [
        ("k4", "2026-09-30", "2026-10-01"),
        ("kn1", "2026-10-02", "2026-10-03"),
        ("birth_registered", "2026-11-29", "2026-11-30"),
        ("idl", "2027-09-29", "2027-09-30"),
    ],
)
def test_a_month_is_whole_once_its_last_could_be_reached(indicator, last_open, first_whole):
    one = indicators()[indicator]
    assert not one.is_whole("2026-09", date.fromisoformat(last_open))
    assert one.is_whole("2026-09", date.fromisoformat(first_whole))


def test_months():
    assert (last_day("2028-02"), last_day("2026-12")) == (date(2028, 2, 29), date(2026, 12, 31))
    assert months_before("2026-02", 3) == "2025-11"
    assert months_before("2025-11", -2) == "2026-01"
