"""Rules of civil registration, and those across sectors that end there: both sides of each limit."""

import random
from datetime import date
from typing import Any

import pytest
from flags import flags

from fieldsync.programs.folder import Frame
from fieldsync.programs.following import book_on, sheets_of
from fieldsync.programs.trying import folder_of

NOW = "2026-03-10"
BABY = {"person_id": "C1", "outcome": "live_birth", "sex": "male"}
STILL = {"outcome": "stillbirth", "sex": "male"}
PREGNANCY = {"type": "pregnancy", "id": "PG1", "woman_id": "W1", "lmp_date": "2025-05-01", "status": "delivered"}
PAPERS = ["birth_letter", "marriage_paper", "kk", "ktp_mother", "ktp_father", "witness_1", "witness_2"]
CIVIL = ("CR-", "XS-BIRTH", "XS-KK-02", "XS-DEATH")


def raised(*records: dict[str, Any], now: str = NOW, holidays: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    return {one for one in flags(records, now, holidays=holidays) if one[0].startswith(CIVIL)}


def rules(*records: dict[str, Any], now: str = NOW, holidays: tuple[str, ...] = ()) -> set[str]:
    return {rule for rule, _ in raised(*records, now=now, holidays=holidays)}


def delivery(born: str | None, *babies: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "type": "delivery",
        "id": "DL1",
        "pregnancy_id": "PG1",
        "delivered_on": born,
        "babies": list(babies or (BABY,)),
        **fields,
    }


def child(**fields: Any) -> dict[str, Any]:
    return {"type": "person", "id": "C1", "sex": "male", "full_name": "Budi Santoso", "mother_id": "W1", **fields}


def registration(**fields: Any) -> dict[str, Any]:
    return {"type": "birth_registration", "id": "BR1", "person_id": "C1", **fields}


def grown(**fields: Any) -> dict[str, Any]:
    given = {"civil_documents_checked": True, "nik": "1602051103090001", "sex": "male", "full_name": "Andi Wijaya"}
    return {"type": "person", "id": "Y1", **given, **fields}


# --- births


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-02-25", set()),
        ("2026-02-24", {"XS-BIRTH-01"}),
        ("2026-01-25", {"XS-BIRTH-01"}),
        ("2026-01-24", {"XS-BIRTH-02"}),
        ("2026-01-09", {"XS-BIRTH-02"}),
        ("2026-01-08", {"CR-BR-02"}),
        ("2020-01-08", {"CR-BR-02"}),
        ("2026-03-11", set()),
        (None, set()),
        ("no date", set()),
    ],
    ids=str,
)
def test_a_live_birth_nobody_registers(day, expected):
    assert raised(delivery(day), child()) == {(rule, "C1") for rule in expected}


@pytest.mark.parametrize(
    ("status", "day_20", "day_50", "day_61"),
    [
        ("draft", set(), set(), {"CR-BR-02"}),
        ("rejected", {"XS-BIRTH-01"}, {"XS-BIRTH-02"}, {"CR-BR-02"}),
        ("submitted", set(), set(), set()),
        ("verifying", set(), set(), set()),
        ("registered", set(), set(), set()),
        ("issued", set(), set(), set()),
    ],
)
def test_how_far_the_registration_must_have_come(status, day_20, day_50, day_61):
    for born, expected in (("2026-02-18", day_20), ("2026-01-19", day_50), ("2026-01-08", day_61)):
        assert rules(delivery(born), child(), registration(status=status)) == expected


def test_an_application_without_status_counts_by_its_date():
    assert rules(delivery("2026-01-08"), child(), registration(submitted_on="2026-01-20")) == set()
    assert rules(delivery("2026-01-08"), child(), registration()) == {"CR-BR-02"}


def test_another_application_after_a_rejected_one_counts():
    again = {"type": "birth_registration", "id": "BR2", "person_id": "C1", "status": "submitted"}
    for both in ((registration(status="rejected"), again), (again, registration(status="rejected"))):
        assert rules(delivery("2026-01-08"), child(), *both) == set()


def test_a_child_who_died_is_registered_all_the_same():
    death = {"type": "death_event", "id": "D1", "person_id": "C1", "date_of_death": "2026-03-09"}
    assert rules(delivery("2026-01-08"), child(), death) == {"CR-BR-02"}


def test_a_child_with_a_certificate_is_registered():
    assert rules(delivery("2026-01-08"), child(birth_certificate_no="AL-1")) == set()


def test_of_twins_the_one_not_registered_is_named():
    twins = (BABY, {"person_id": "C2", "outcome": "live_birth"})
    other = {"type": "person", "id": "C2", "full_name": "Bayu Santoso", "mother_id": "W1"}
    given = registration(status="submitted", documents=PAPERS)
    assert raised(delivery("2026-01-08", *twins), child(), other, given) == {("CR-BR-02", "C2")}


def test_a_live_birth_that_is_no_person_yet_is_named_by_the_delivery_once():
    nameless = {"outcome": "live_birth"}
    assert raised(delivery("2026-01-08", nameless, nameless)) == {("CR-BR-02", "DL1")}


def test_a_baby_whose_outcome_is_not_known_raises_nothing():
    assert raised(delivery("2026-01-08", {"person_id": "C1"}, {"outcome": "other"}), PREGNANCY, child()) == set()


@pytest.mark.parametrize(
    ("lmp", "born", "expected"),
    [
        ("2025-07-25", "2026-02-06", {("CR-SB-01", "DL1")}),  # 28w0d, day 32
        ("2025-07-26", "2026-02-07", {("CR-SB-01", "DL1")}),  # 28w0d, day 31
        ("2025-07-27", "2026-02-07", set()),  # 27w6d
        ("2025-07-01", "2026-02-08", set()),  # day 30
        (None, "2026-01-08", set()),
        ("2025-07-01", None, set()),
    ],
)
def test_a_stillbirth_nobody_reports(lmp, born, expected):
    assert raised({**PREGNANCY, "lmp_date": lmp}, delivery(born, STILL, STILL)) == expected


def test_a_reported_stillbirth_is_done():
    report = {"type": "stillbirth_report", "id": "SR1", "delivery_id": "DL1", "reported_on": "2026-03-01"}
    assert raised(PREGNANCY, delivery("2026-01-08", STILL), report) == set()


def test_of_a_live_and_a_stillborn_twin_each_has_its_own_rule():
    found = raised(PREGNANCY, delivery("2026-01-08", BABY, STILL), child())
    assert found == {("CR-BR-02", "C1"), ("CR-SB-01", "DL1")}


# --- papers of a registration


@pytest.mark.parametrize("status", ["submitted", "verifying"])
@pytest.mark.parametrize("paper", PAPERS)
def test_each_paper_of_a_birth_is_missed(status, paper):
    given = registration(status=status, documents=[one for one in PAPERS if one != paper])
    assert raised(given, child()) == {("CR-BR-01", "C1")}


@pytest.mark.parametrize("status", ["draft", "registered", "issued", "rejected", None])
def test_only_papers_of_an_application_on_its_way_are_missed(status):
    assert rules(registration(status=status, documents=[]), child()) == set()


@pytest.mark.parametrize(
    ("documents", "fields", "expected"),
    [
        (PAPERS, {}, False),
        ([], {}, True),
        (None, {}, False),
        (["sptjm_birth", "sptjm_marriage", *PAPERS[2:]], {}, False),
        ([one for one in PAPERS if one not in ("marriage_paper", "ktp_father")], {"child_of_mother_only": True}, False),
        ([one for one in PAPERS if one != "ktp_mother"], {"child_of_mother_only": True}, True),
        ([one for one in PAPERS if one != "marriage_paper"], {"child_of_mother_only": False}, True),
        (["police_report"], {"foundling": True}, False),
        (PAPERS, {"foundling": True}, True),
        ([*PAPERS, "informant_id"], {"foundling": False}, False),
    ],
)
def test_what_takes_the_place_of_papers(documents, fields, expected):
    given = registration(status="submitted", documents=documents, **fields)
    assert ("CR-BR-01" in rules(given, child())) is expected


def test_of_several_applications_the_furthest_counts():
    issued = {"type": "birth_registration", "id": "BR2", "person_id": "C1", "status": "issued"}
    assert rules(registration(status="submitted", documents=[]), issued, child()) == set()


DEATH_PAPERS = ["death_letter", "ktp_or_kk_deceased", "reporter_id", "witness_1", "witness_2"]


@pytest.mark.parametrize("paper", [*DEATH_PAPERS, None])
def test_each_paper_of_a_death_is_missed(paper):
    given = {
        "type": "death_registration",
        "id": "DR1",
        "person_id": "W1",
        "status": "submitted",
        "documents": [one for one in DEATH_PAPERS if one != paper],
    }
    assert raised(given) == ({("CR-DT-02", "W1")} if paper else set())
    assert raised({**given, "status": "draft"}) == set()
    assert raised({**given, "documents": None}) == set()


@pytest.mark.parametrize(
    ("registered", "fields", "expected"),
    [
        ("2026-02-07", {}, True),
        ("2026-02-08", {}, False),
        (None, {}, False),
        ("2026-02-07", {"kk_number": "1602050101150001"}, False),
        ("2026-02-07", {"death_date": "2026-03-01", "birth_date": "2025-12-01"}, False),
    ],
)
def test_a_registered_child_that_is_on_no_family_card(registered, fields, expected):
    given = registration(status="registered", registered_on=registered)
    assert ("XS-KK-02" in rules(given, child(**fields))) is expected
    assert ("XS-KK-02" in rules({**given, "status": "issued"}, child(**fields))) is expected
    assert "XS-KK-02" not in rules({**given, "status": "verifying"}, child(**fields))
    assert "XS-KK-02" not in rules(given)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kk_updated_on": "2026-01-08"}, False),
        ({"kk_updated_on": "2026-01-07"}, True),
        ({}, False),
        ({"kk_number": None, "kk_updated_on": "2026-02-01"}, True),
        ({"members": [{"person_id": "W1"}, {}]}, True),
    ],
)
def test_a_family_card_that_names_the_child_has_it_unless_older_than_the_birth(fields, expected):
    household = {"type": "household", "id": "H1", "kk_number": "1602050101150001", "members": [{"person_id": "C1"}]}
    given = registration(status="issued", registered_on="2026-02-01")
    born = child(birth_date="2026-01-08")
    assert ("XS-KK-02" in rules(given, born, {**household, **fields})) is expected
    assert ("XS-KK-02" in rules(given, child(), delivery("2026-01-08"), {**household, **fields})) is expected


# --- deaths


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-04", set()),
        ("2026-03-03", {"XS-DEATH-01"}),
        ("2026-02-08", {"XS-DEATH-01"}),
        ("2026-02-07", {"CR-DT-01"}),
        (None, set()),
    ],
)
def test_a_death_nobody_registers(day, expected):
    event = {"type": "death_event", "id": "D1", "person_id": "W1", "date_of_death": day, "recorded_by": "health"}
    assert raised(event) == {(rule, "W1") for rule in expected}
    by_others = {"type": "death_event", "id": "D2", "person_id": "W1", "date_of_death": day, "recorded_by": "village"}
    assert rules(by_others) == expected - {"XS-DEATH-01"}
    assert rules(by_others, event) == rules(event, by_others) == expected


@pytest.mark.parametrize(
    ("status", "day_20", "day_31"),
    [
        ("draft", set(), {"CR-DT-01"}),
        ("rejected", {"XS-DEATH-01"}, {"CR-DT-01"}),
        ("submitted", set(), set()),
        ("registered", set(), set()),
        ("issued", set(), set()),
    ],
)
def test_how_far_the_registration_of_a_death_must_have_come(status, day_20, day_31):
    given = {"type": "death_registration", "id": "DR1", "person_id": "W1", "status": status}
    for day, expected in (("2026-02-18", day_20), ("2026-02-07", day_31)):
        event = {"type": "death_event", "id": "D1", "person_id": "W1", "date_of_death": day, "recorded_by": "health"}
        assert rules(event, given) == expected


def test_a_death_that_only_the_person_tells_counts_and_a_stillbirth_never():
    assert raised(child(birth_date="2025-01-01", death_date="2026-01-01")) == {("CR-DT-01", "C1")}
    event = {"type": "death_event", "id": "D1", "person_id": "C1", "date_of_death": "2026-01-08"}
    assert raised(delivery("2026-01-08", {**STILL, "person_id": "C1"}), event) == set()
    live = raised(delivery("2026-01-08", BABY), event, registration(status="issued"))
    assert live == {("CR-DT-01", "C1")}


# --- identity papers


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("2009-03-10", {"CR-KTP-01"}),
        ("2009-03-11", {"CR-KTP-02"}),
        ("2009-06-08", {"CR-KTP-02"}),
        ("2009-06-09", set()),
        ("1970-01-01", {"CR-KTP-01"}),
        (None, set()),
    ],
)
def test_who_needs_an_identity_card(born, expected):
    person = grown(birth_date=born, ktp_status="none", marital_status="single")
    assert raised(person) == {(rule, "Y1") for rule in expected}
    assert raised({**person, "marital_status": None}) == {(rule, "Y1") for rule in expected}
    assert rules({**person, "birth_date_precision": "month"}) == expected
    for fields in (
        {"ktp_status": "recorded"},
        {"ktp_status": None},
        {"civil_documents_checked": False},
        {"civil_documents_checked": None},
        {"birth_date_precision": "year"},
        {"birth_date_precision": "estimated"},
    ):
        assert rules({**person, **fields}) == set(), fields


@pytest.mark.parametrize("born", ["2010-01-01", "2009-04-01"])
def test_who_ever_married_needs_an_identity_card_at_any_age(born):
    person = grown(birth_date=born, ktp_status="none", kia_status="none", birth_certificate_no="AL-1")
    for status in ("married_recorded", "married_unrecorded", "divorced_alive", "widowed"):
        assert rules({**person, "marital_status": status}) == {"CR-KTP-01"}
    for spouse in ("husband_id", "wife_id"):
        event = {"type": "marriage_event", "id": "MR1", spouse: "Y1", "date": "2026-03-01"}
        assert rules(person, event) == {"CR-KTP-01"}


def test_the_dead_need_no_papers():
    person = grown(birth_date="2000-01-01", ktp_status="none", nik=None)
    assert rules(person) == {"CR-KTP-01", "CR-NIK-01"}
    dead = (
        {"type": "death_event", "id": "D1", "person_id": "Y1"},
        {"type": "delivery", "id": "DL1", "pregnancy_id": "PG1", "mother_outcome": "died"},
        {"type": "pregnancy", "id": "PG2", "woman_id": "Y1", "status": "died"},
    )
    pregnancy = {**PREGNANCY, "woman_id": "Y1"}
    for death in dead:
        assert rules(person, pregnancy, death) == set()
    assert rules({**person, "death_date": "2026-03-09"}) == set()


@pytest.mark.parametrize(
    ("born", "expected"),
    [("2009-03-10", False), ("2009-03-11", True), ("2025-01-01", True), (None, False)],
)
def test_which_child_gets_an_identity_card(born, expected):
    person = grown(birth_date=born, kia_status="none", birth_certificate_no="AL-1")
    assert ("CR-KIA-01" in rules(person)) is expected
    for fields in (
        {"birth_certificate_no": None},
        {"kia_status": "issued"},
        {"kia_status": None},
        {"civil_documents_checked": None},
        {"marital_status": "married_recorded"},
        {"death_date": "2026-03-09"},
    ):
        assert "CR-KIA-01" not in rules({**person, **fields}), fields


@pytest.mark.parametrize(("born", "expected"), [("2026-01-08", True), ("2026-01-09", False), (None, False)])
def test_who_has_no_nik(born, expected):
    person = grown(birth_date=born, nik=None)
    assert ("CR-NIK-01" in rules(person)) is expected
    assert rules({**person, "nik": "1602050801260001"}) == set()
    assert rules({**person, "nik": "12"}) == set()
    assert rules({**person, "civil_documents_checked": None}) == set()


def test_who_is_pregnant_has_another_rule_for_the_nik():
    person = grown(birth_date="2000-01-01", nik=None)
    pregnancy = {"type": "pregnancy", "id": "PG1", "woman_id": "Y1", "status": "active"}
    assert rules(person, pregnancy) == set()
    assert rules(person, {**pregnancy, "status": "ended"}) == {"CR-NIK-01"}
    assert rules(person, pregnancy, delivery("2026-03-01", {"outcome": "stillbirth"})) == {"CR-NIK-01"}


def test_a_late_birth_registration_takes_the_place_of_the_missing_nik():
    person = child(birth_date="2026-01-08", civil_documents_checked=True)
    assert rules(person) == {"CR-NIK-01"}
    assert rules(person, delivery("2026-01-08")) == {"CR-BR-02"}
    assert rules(person, delivery("2026-01-08"), registration(status="submitted")) == {"CR-NIK-01"}


def test_who_was_born_on_29_february_is_17_on_the_28th():
    person = grown(birth_date="2012-02-29", ktp_status="none")
    assert rules(person, now="2029-02-27") == {"CR-KTP-02"}
    assert rules(person, now="2029-02-28") == {"CR-KTP-01"}


@pytest.mark.parametrize(
    ("person", "due"),
    [
        (grown(birth_date="2009-03-01", ktp_status="none"), "2026-03-31"),
        (grown(birth_date="2012-01-01", ktp_status="none", marital_status="married_unrecorded"), "2026-04-09"),
        (grown(birth_date="2009-06-01", ktp_status="none"), "2026-06-01"),
    ],
)
def test_an_identity_card_is_due_from_the_birthday_or_else_from_now(person, due):
    now = date.fromisoformat(NOW)
    book = book_on(now)
    found = book.judge(sheets_of(folder_of([person]), Frame(now, book.tables)), now)
    assert [one.due for one in found if one.rule.id.startswith("CR-KTP")] == [date.fromisoformat(due)]


def test_flags_are_the_same_in_any_order_of_arrival():
    records = [
        child(birth_date="2026-01-08", civil_documents_checked=True, ktp_status="none"),
        delivery("2026-01-08", BABY, STILL),
        {**delivery("2026-02-20"), "id": "DL2"},
        {**PREGNANCY, "woman_id": "W1"},
        registration(status="draft", documents=[]),
        registration(id="BR2", status="rejected", documents=[]),
        {"type": "death_event", "id": "D1", "person_id": "W1", "date_of_death": "2026-03-03", "recorded_by": "health"},
        {"type": "death_event", "id": "D2", "person_id": "W1", "date_of_death": "2026-03-09", "recorded_by": "village"},
    ]
    expected = {("CR-BR-02", "C1"), ("CR-SB-01", "DL1"), ("XS-DEATH-01", "W1")}
    for seed in range(20):
        assert raised(*random.Random(seed).sample(records, len(records))) == expected


# --- events and services


@pytest.mark.parametrize(
    ("day", "religion", "expected"),
    [
        ("2026-01-08", "kristen", {"CR-MR-01", "CR-MR-02"}),
        ("2026-01-09", "kristen", {"CR-MR-02"}),
        ("2026-01-08", "islam", {"CR-MR-02"}),
        ("2026-01-08", None, {"CR-MR-02"}),
        ("2026-02-07", "hindu", {"CR-MR-02"}),
        ("2026-02-08", "hindu", set()),
        (None, "hindu", set()),
    ],
)
def test_a_marriage_nobody_registers(day, religion, expected):
    event = {"type": "marriage_event", "id": "MR1", "date": day, "religion_recorded": religion}
    assert raised(event) == {(rule, "MR1") for rule in expected}
    assert rules({**event, "kk_updated": False}) == expected
    assert rules({**event, "kk_updated": True}) == expected - {"CR-MR-02"}
    for done in ({"registered_on": "2026-02-20"}, {"registration_no": "AK-1"}):
        assert rules({**event, **done}) == expected - {"CR-MR-01"}


@pytest.mark.parametrize(
    ("his", "hers", "expected"),
    [
        ("2026-01-08", "2026-02-01", set()),
        ("2026-01-07", "2026-02-01", {"CR-MR-02"}),
        ("2026-02-01", None, {"CR-MR-02"}),
    ],
)
def test_family_cards_of_both_must_be_newer_than_the_marriage(his, hers, expected):
    event = {"type": "marriage_event", "id": "MR1", "date": "2026-01-08", "husband_id": "H1", "wife_id": "W1"}
    cards = [
        {"type": "household", "id": f"HH{at}", "head_person_id": who, "kk_updated_on": day}
        for at, (who, day) in enumerate((("H1", his), ("W1", hers)))
    ]
    assert rules(event, *cards) == expected


@pytest.mark.parametrize(("day", "expected"), [("2026-01-08", True), ("2026-01-09", False), (None, False)])
def test_a_divorce_nobody_reports(day, expected):
    event = {"type": "divorce_event", "id": "DV1", "ruling_final_on": day}
    assert raised(event) == ({("CR-DV-01", "DV1")} if expected else set())
    assert raised({**event, "reported_on": "2026-02-01"}) == set()


@pytest.mark.parametrize(("day", "expected"), [("2026-02-07", True), ("2026-02-08", False), (None, False)])
def test_a_move_nobody_reports(day, expected):
    event = {"type": "move_event", "id": "MV1", "skp_issued_on": day, "person_ids": ["P1"]}
    assert raised(event) == ({("CR-MV-01", "MV1")} if expected else set())
    assert raised({**event, "arrival_registered_on": "2026-02-20"}) == set()
    assert raised({**event, "person_ids": []}) == ({("CR-MV-01", "MV1")} if expected else set())


@pytest.mark.parametrize(
    ("complete", "standard", "holidays", "expected"),
    [
        ("2026-03-06", 1, (), True),
        ("2026-03-06", 1, ("2026-03-09",), False),
        ("2026-03-06", 2, (), False),
        ("2026-03-10", 0, (), False),
        ("2026-03-09", 0, (), True),
        (None, 1, (), False),
        ("2026-03-06", None, (), False),
    ],
)
def test_a_service_over_its_standard(complete, standard, holidays, expected):
    request = {"type": "service_request", "id": "S1", "complete_on": complete, "standard_workdays": standard}
    for status in ("verifying", "incomplete", "complete", "in_process", None):
        found = raised({**request, "status": status}, holidays=holidays)
        assert found == ({("CR-SLA-01", "S1")} if expected else set())
    for done in (
        *({"status": status} for status in ("issued", "handed_over", "rejected", "cancelled")),
        {"issued_on": "2026-03-10"},
        {"handed_over_on": "2026-03-10"},
    ):
        assert raised({**request, **done}, holidays=holidays) == set()


@pytest.mark.parametrize(
    ("charged", "standard", "expected"),
    [(1, 0, True), (0, 0, False), (20_000, 10_000, False), (None, 0, False), (1, None, False)],
)
def test_money_for_a_free_service(charged, standard, expected):
    request = {"type": "service_request", "id": "S1", "standard_fee_idr": standard, "fee_charged_idr": charged}
    assert raised(request) == ({("CR-FEE-01", "S1")} if expected else set())
