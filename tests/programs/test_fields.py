"""Each class of bad input that can be told from one record alone, and what must not be taken for bad."""

import pytest
from cases import found, sample, valid
from factory import TODAY
from sample import SAMPLE

from fieldsync.programs import TYPES, accepts, examine
from fieldsync.programs.messages import TEXTS

PERSON = TYPES["person"]


def person(**fields):
    return valid(PERSON, given=0) | fields


def person_faults(**fields):
    return found(PERSON, person(**fields))


@pytest.mark.parametrize(
    ("nik", "errors", "warnings"),
    [
        ("3271010101900001", {}, {}),
        ("3271014101900001", {}, {}),
        ("3271017101900001", {}, {}),
        ("3271010001900001", {}, {"/data/nik": "nik_suspect"}),
        ("3271013201900001", {}, {"/data/nik": "nik_suspect"}),
        ("3271014001900001", {}, {"/data/nik": "nik_suspect"}),
        ("3271017201900001", {}, {"/data/nik": "nik_suspect"}),
        ("3271010100900001", {}, {"/data/nik": "nik_suspect"}),
        ("3271010113900001", {}, {"/data/nik": "nik_suspect"}),
        ("327101010190000", {"/data/nik": "bad_format"}, {}),
        ("32710101019000011", {"/data/nik": "bad_format"}, {}),
        ("٣٢٧١٠١٠١٠١٩٠٠٠٠١", {"/data/nik": "bad_format"}, {}),
        (3271010101900001, {"/data/nik": "wrong_type"}, {}),
    ],
)
def test_a_nik(nik, errors, warnings):
    assert person_faults(nik=nik) == (errors, warnings)


@pytest.mark.parametrize(
    "name",
    [
        "Siti Aminah",
        "Sean O'Brien",
        "ꦱꦶꦠꦶ ꦄꦩꦶꦤꦃ",
        "NULL Saputra",
        "true false",
        "M. S.",
        "Ñoño Á",
        "a\u0301 e",
        "' OR 1=1 --",
    ],
)
def test_names_that_exist(name):
    assert person_faults(full_name=name) == ({}, {})


@pytest.mark.parametrize("name", ["Suharto", "S", "NULL", "true", "ꦱꦶꦠꦶ", "O'Brien", " Sukarno "])
def test_a_name_of_one_word_only_warns(name):
    assert person_faults(full_name=name) == ({}, {"/data/full_name": "unusual"})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u200b\u200c\u200d", "bad_text"),
        ("\u3164\u2800", "bad_text"),
        ("   ", "bad_text"),
        ("Siti\x00Aminah", "bad_text"),
        ("Siti\nAminah", "bad_text"),
        ("Siti \ud83d", "bad_text"),
        ("Siti \x1b[31mA", "bad_text"),
        ("a" * 10_000, "too_long"),
        ("", "too_short"),
        (None, "required"),
        (7, "wrong_type"),
        (["Siti"], "wrong_type"),
    ],
)
def test_names_that_cannot_be_kept(name, code):
    assert person_faults(full_name=name)[0] == {"/data/full_name": code}


@pytest.mark.parametrize(
    ("born", "errors", "warnings"),
    [
        (TODAY, {}, {}),
        ("2026-03-03", {"/data/birth_date": "in_future"}, {}),
        ("1916-03-02", {}, {}),
        ("1915-03-03", {}, {}),
        ("1915-03-02", {}, {"/data/birth_date": "unusual"}),
        ("1900-01-01", {}, {"/data/birth_date": "unusual"}),
        ("1899-12-31", {"/data/birth_date": "out_of_range"}, {}),
        ("2024-02-29", {}, {}),
        ("2025-02-29", {"/data/birth_date": "bad_date"}, {}),
    ],
)
def test_a_date_of_birth(born, errors, warnings):
    assert person_faults(birth_date=born) == (errors, warnings)


def test_death_before_birth():
    late = person_faults(birth_date="2000-01-02", death_date="2000-01-01")
    assert late == ({"/data/death_date": "inconsistent"}, {})
    assert person_faults(birth_date="2000-01-02", death_date="2000-01-02") == ({}, {})


@pytest.mark.parametrize(
    "phone", ["081234567890", "+6281234567890", "0812-3456-7890", "+62 812 3456 789", "0711.555.555"]
)
def test_phones_as_people_write_them(phone):
    assert person_faults(phone=phone) == ({}, {})


@pytest.mark.parametrize(
    "phone", ["0812345", "08123456789012345", "0812 ABC 456", "++6281234567", "٠٨١٢٣٤٥٦٧٨٩", "62+81234567"]
)
def test_phones_that_are_none(phone):
    assert person_faults(phone=phone)[0].keys() == {"/data/phone"}


@pytest.mark.parametrize(
    ("village", "code"),
    [
        ("16.07.01.2001", None),
        ("1607012001", "bad_format"),
        ("16.07.01", "bad_format"),
        ("16.07.01.200١", "bad_format"),
    ],
)
def test_a_village(village, code):
    assert person_faults(village_code=village)[0] == ({"/data/village_code": code} if code else {})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("teks baru", None),
        ("dua\nbaris\tdan tab", None),
        ("", None),
        (None, None),
        (True, None),
        (2**53, None),
        (-(2**53), None),
        (0.5, None),
        ({"a": [1, {"b": None}]}, None),
        ([[[[[[[[1]]]]]]]], None),
        ([[[[[[[[[1]]]]]]]]], "bad_format"),
        (2**53 + 1, "out_of_range"),
        (10**30, "out_of_range"),
        (float("nan"), "out_of_range"),
        (float("inf"), "out_of_range"),
        ("a\x00", "bad_text"),
        ({"a": ["\ud800"]}, "bad_text"),
        ({"a\x00": 1}, "bad_text"),
    ],
)
def test_fields_of_a_newer_app_are_kept_when_harmless(value, code):
    expected = {"/data/new_field": code} if code else {}
    assert found(SAMPLE, sample(new_field=value)) == (expected, {})
    nested = sample(referral={"to": "RSUD", "new_field": value})
    assert found(SAMPLE, nested) == ({"/data/referral/new_field": code} if code else {}, {})


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("", "/data/"),
        ("a b", "/data/a b"),
        ("1a", "/data/1a"),
        ("a.b", "/data/a.b"),
        ("a/b~c", "/data/a~1b~0c"),
        ("größe", "/data/größe"),
        ("a\n", "/data/a\n"),
        ("\ud800", "/data/?"),
        ("x" * 65, "/data/" + "x" * 64),
        ("x" * 64, None),
        ("_ok_1", None),
    ],
)
def test_names_of_fields(name, pointer):
    expected = {pointer: "bad_field_name"} if pointer else {}
    assert found(SAMPLE, sample() | {name: 1}) == (expected, {})


def test_every_fault_is_found_at_its_place():
    data = sample(
        person_id="x",
        visit_date="2026-02-30",
        signs=["fever", "unheard_of"],
        babies=[{"sex": "male"}, {"sex": "x", "weight_g": 100}],
        referral={"reason": "tanpa tujuan"},
        systolic_mmhg=900,
        temp_c=41,
    )
    assert found(SAMPLE, data) == (
        {
            "/data/person_id": "bad_format",
            "/data/visit_date": "bad_date",
            "/data/signs/1": "unknown_code",
            "/data/babies/1/sex": "unknown_code",
            "/data/babies/1/weight_g": "out_of_range",
            "/data/referral/to": "required",
            "/data/systolic_mmhg": "out_of_range",
        },
        {"/data/temp_c": "soft_range"},
    )


@pytest.mark.parametrize(
    ("changed", "errors", "warnings"),
    [
        ({"systolic_mmhg": 100, "diastolic_mmhg": 99}, {}, {}),
        ({"systolic_mmhg": 100, "diastolic_mmhg": 100}, {"systolic_mmhg": "inconsistent"}, {}),
        ({"systolic_mmhg": 100}, {}, {}),
        ({"next_date": "2026-03-01"}, {"next_date": "inconsistent"}, {}),
        ({"next_date": "2026-03-02"}, {}, {}),
        ({"next_date": "2026-05-10"}, {}, {}),
        ({"next_date": "2026-05-11"}, {"next_date": "inconsistent"}, {}),
        ({"household_id": sample()["person_id"].upper()}, {"household_id": "inconsistent"}, {}),
        ({"village_code": None}, {"unit": "required"}, {}),
        ({"village_code": None, "unit": "Poli KIA"}, {}, {}),
        ({"oedema": None}, {"oedema": "required"}, {}),
        ({"oedema": None, "subject": "newborn"}, {}, {}),
        ({"signs": ["bleeding"]}, {}, {}),
        ({"signs": ["fever", "bleeding"], "subject": "newborn"}, {"signs/1": "unknown_code"}, {}),
        ({"temp_c": 39}, {}, {}),
        ({"temp_c": 39, "subject": "newborn"}, {}, {"temp_c": "soft_range"}),
        ({"temp_c": 36, "subject": "newborn"}, {}, {}),
        ({"babies": [{"sex": "male"}] * 2}, {}, {}),
        ({"babies": [{"sex": "male"}] * 3}, {}, {"babies": "soft_range"}),
    ],
)
def test_checks_between_fields(changed, errors, warnings):
    expected = tuple({f"/data/{at}": code for at, code in part.items()} for part in (errors, warnings))
    assert found(SAMPLE, sample(**changed)) == expected


def test_a_check_waits_until_its_fields_are_valid_by_themselves():
    data = sample(visit_date="2026-02-30", next_date="2026-02-01")
    assert found(SAMPLE, data)[0] == {"/data/visit_date": "bad_date"}


def test_accepting_depends_on_the_day():
    data = sample(visit_date="2026-03-02")
    assert accepts(SAMPLE, data, "2026-03-02")
    assert not accepts(SAMPLE, data, "2026-03-01")
    assert accepts(SAMPLE, data, "2026-03-02")


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
def test_nothing_at_all_lacks_what_is_required(kind):
    errors, warnings = found(kind, {})
    assert set(errors.values()) == {"required"}
    assert {f"/data/{one.name}" for one in kind.fields if one.required} <= errors.keys()
    assert warnings == {}


SECRET = "Rahasia-3271"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", [one.name for one in SAMPLE.fields])
def test_messages_never_show_the_value(name, language):
    for value in (SECRET, [SECRET], {SECRET: SECRET}, f"{SECRET}\x00", SECRET * 500):
        errors, warnings = examine(SAMPLE, sample(**{name: value}), TODAY, language)
        assert not any(SECRET in one.message for one in (*errors, *warnings))


@pytest.mark.parametrize(
    ("language", "message"), [("id", "di luar batas 30 sampai 43 °C"), ("en", "outside the limits 30 to 43 °C")]
)
def test_a_message_names_limits_and_unit(language, message):
    errors, _ = examine(SAMPLE, sample(temp_c=50), TODAY, language)
    assert [one.message for one in errors] == [message]


def test_a_message_writes_decimals_as_its_language_does():
    said = [examine(SAMPLE, sample(temp_c=41), TODAY, language)[1][0].message for language in ("id", "en")]
    assert "40,5" in said[0]
    assert "40.5" in said[1]


def test_indonesian_is_the_first_language():
    data = sample(temp_c=50)
    assert examine(SAMPLE, data, TODAY) == examine(SAMPLE, data, TODAY, "id") == examine(SAMPLE, data, TODAY, "xx")
    assert examine(SAMPLE, data, TODAY) != examine(SAMPLE, data, TODAY, "en")


def test_every_agreed_code_has_its_texts():
    errors = "required wrong_type out_of_range bad_format bad_date in_future too_long too_short unknown_code too_many"
    others = "bad_text inconsistent bad_field_name soft_range unusual nik_suspect"
    assert TEXTS.keys() == {*errors.split(), *others.split()}
    assert all(indonesian != english for indonesian, english in TEXTS.values())


@pytest.mark.parametrize(
    "data",
    [
        {"signs": ["x"] * 50_000},
        {"babies": [{}] * 50_000},
        {"evidence": [""] * 50_000},
        {f"not a name {at}": 1 for at in range(50_000)},
        {f"name_{at}": "\x00" for at in range(50_000)},
        {"referral": {f"name_{at}": "\x00" for at in range(50_000)}},
    ],
    ids=lambda data: next(iter(data)),
)
def test_a_flood_of_faults_gets_a_short_answer(data):
    errors, warnings = examine(SAMPLE, sample() | data, TODAY)
    assert 1 <= len(errors) <= 110
    assert warnings == []
    assert not accepts(SAMPLE, sample() | data, TODAY)
