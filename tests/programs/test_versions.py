"""Older form versions become the one of today without losing a value; newer and unknown ones are told apart."""

import pytest
from cases import found, sample, valid
from hypothesis import given
from hypothesis import strategies as st
from sample import SAMPLE

from fieldsync.programs import TYPES, NewerVersion, UnknownVersion, translate
from fieldsync.programs.older import Renamed

ANC = TYPES["anc_visit"]
MEASURES = ("systolic_mmhg", "diastolic_mmhg", "fundal_height_cm", "iron_tablets_given")


def old_anc(**fields):
    data = valid(ANC, given=0)
    return {name: value for name, value in data.items() if name not in MEASURES} | fields


def test_data_of_the_current_version_are_the_same_object():
    data = sample()
    assert translate(SAMPLE, SAMPLE.version, data) is data


def test_the_antenatal_form_of_2025_becomes_that_of_today():
    data = old_anc(tfu_cm=24.5, tensi="120/80", ttd=30)
    before = dict(data)
    translated = translate(ANC, "2025.2", data)
    assert data == before
    assert {name: translated[name] for name in MEASURES} == {
        "systolic_mmhg": 120,
        "diastolic_mmhg": 80,
        "fundal_height_cm": 24.5,
        "iron_tablets_given": 30,
    }
    assert not {"tfu_cm", "tensi", "ttd"} & translated.keys()
    assert found(ANC, translated) == ({}, {})


@pytest.mark.parametrize(
    "tensi",
    ["120-80", "120/80 mmHg", "１２０/80", "٠١٢/080", "1200/80", "120/", "/80", "", " 120/80", "120/80\n", 120, ["1"]],
)
def test_a_blood_pressure_that_cannot_be_read_is_pointed_at_and_kept(tensi):
    translated = translate(ANC, "2025.2", old_anc(tfu_cm=24, tensi=tensi, ttd=30))
    assert translated["tensi"] == tensi
    assert found(ANC, translated)[0]["/data/tensi"] == "bad_format"


def test_a_blood_pressure_that_was_read_meets_the_limits_of_today():
    translated = translate(ANC, "2025.2", old_anc(tensi="80/120", ttd=0))
    assert found(ANC, translated)[0] == {"/data/systolic_mmhg": "inconsistent"}
    assert found(ANC, translate(ANC, "2025.2", old_anc(tensi="900/80", ttd=0)))[0] == {
        "/data/systolic_mmhg": "out_of_range"
    }


def test_an_old_name_in_a_record_of_today_is_refused():
    data = valid(ANC, given=0)
    assert found(ANC, {**data, "tensi": "120/80"})[0] == {"/data/tensi": "bad_format"}
    assert found(ANC, {**data, "tensi": None}) == ({}, {})


@pytest.mark.parametrize(("old", "new"), [("tfu_cm", "fundal_height_cm"), ("ttd", "iron_tablets_given")])
def test_an_old_and_a_new_name_with_different_values_are_refused(old, new):
    data = old_anc(tensi="120/80", ttd=30) | {old: 21, new: 22}
    assert found(ANC, translate(ANC, "2025.2", data))[0][f"/data/{old}"] == "inconsistent"


def test_a_measured_pressure_is_not_overwritten_by_the_old_text():
    data = old_anc(tensi="120/80", ttd=30, systolic_mmhg=150, diastolic_mmhg=95)
    translated = translate(ANC, "2025.2", data)
    assert translated["systolic_mmhg"] == 150
    assert found(ANC, translated)[0] == {"/data/tensi": "bad_format"}


def test_versions_are_translated_one_after_the_other():
    assert translate(SAMPLE, "2025.1", sample(suhu=36.6))["temp_c"] == 36.6
    assert translate(SAMPLE, "2026.1", sample(temperatur=36.6))["temp_c"] == 36.6
    untouched = translate(SAMPLE, "2026.1", sample(suhu=36.6))
    assert "temp_c" not in untouched
    assert found(SAMPLE, untouched)[0] == {"/data/suhu": "inconsistent"}


@given(value=st.integers(0, 100) | st.none() | st.booleans() | st.text(max_size=3), taken=st.sampled_from([0, 1, None]))
def test_renaming_never_loses_a_value(value, taken):
    data = {"old": value, "new": taken}
    Renamed("old", "new").apply(data)
    left = [data.get("old"), data.get("new")]
    for given_value in (value, taken):
        assert given_value is None or any(type(one) is type(given_value) and one == given_value for one in left)


@pytest.mark.parametrize("version", ["2026.2", "2026.10", "2027.1", "9999.999"])
def test_a_newer_version_is_told_apart(version):
    with pytest.raises(NewerVersion):
        translate(ANC, version, {})


@pytest.mark.parametrize(
    "version",
    [
        *(None, 2026.1, 20261, True, [], {}, "", "2026", "2026.", ".1", "v2026.1", "2026.1 ", "2026.1\n", "-2026.1"),
        *(
            "2025.1",
            "2024.9",
            "0000.0",
            "2026.1.1",
            "٢٠٢٦.١",
            "２０２７.１",
            "9999999999999.1",
            "2026.0000000001",
            "2026-1",
        ),
    ],
)
def test_what_never_was_a_version_is_unknown(version):
    with pytest.raises(UnknownVersion):
        translate(ANC, version, {})


def test_a_version_is_compared_as_numbers():
    with pytest.raises(NewerVersion):
        translate(SAMPLE, "2026.10", {})
