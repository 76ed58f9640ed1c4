"""How numbers, days and ages are said, and how records are told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fieldsync.programs import TYPES
from fieldsync.web.pages.curves import curves
from fieldsync.web.pages.speech import Speech
from fieldsync.web.pages.timeline import day_of, timeline, value_text

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)  # past midnight in Jakarta
SAID = [
    ("number", (1234567,), "1.234.567", "1,234,567"),
    ("number", (1234.5,), "1.234,5", "1,234.5"),
    ("number", (-3,), "−3", "−3"),
    ("number", (None,), "–", "–"),
    ("day", ("2026-08-17",), "17 Agustus 2026", "17 August 2026"),
    ("day", (None,), "–", "–"),
    ("weekday", (date(2026, 3, 3),), "Selasa, 3 Maret 2026", "Tuesday, 3 March 2026"),
    ("moment", (NOW,), "hari ini 01.30", "today 01:30"),
    ("moment", ("2026-03-02T16:59:00+00:00",), "2 Mar 2026 23.59", "2 Mar 2026 23:59"),
    ("moment", (None,), "–", "–"),
    ("hour", (NOW,), "01.30", "01:30"),
    ("due", ("2026-03-03",), "hari ini", "today"),
    ("due", (date(2026, 3, 1),), "terlambat 2 hari", "2 days late"),
    ("due", ("2026-03-13",), "10 hari lagi", "in 10 days"),
    ("due", (None,), "–", "–"),
    ("since", (NOW - timedelta(minutes=59),), "59 menit", "59 min"),
    ("since", ((NOW - timedelta(hours=47)).isoformat(),), "47 jam", "47 h"),
    ("since", (NOW - timedelta(days=2),), "2 hari", "2 days"),
    ("since", (NOW + timedelta(hours=1),), "0 menit", "0 min"),
    ("since", (None,), "–", "–"),
    ("age", ("2026-02-01",), "30 hari", "30 days"),
    ("age", ("2026-03-04",), "0 hari", "0 days"),
    ("age", ("2025-03-04",), "11 bulan", "11 months"),
    ("age", ("2021-03-04",), "59 bulan", "59 months"),
    ("age", ("2021-03-03",), "5 tahun", "5 years"),
    ("age", (None,), "–", "–"),
    ("label", (None,), "–", "–"),
]


@pytest.mark.parametrize(("how", "given", "indonesian", "english"), SAID)
def test_it_is_said_in_both_languages(how, given, indonesian, english):
    assert getattr(Speech("id", NOW), how)(*given) == indonesian
    assert getattr(Speech("en", NOW), how)(*given) == english


def test_late_is_what_was_due_before_today():
    say = Speech("id", NOW)
    days = ("2026-03-02", date(2026, 3, 3), None)
    assert [say.is_late(one) for one in days] == [True, False, False]


def record(kind, data, **envelope):
    return {
        "id": "r",
        "type": kind,
        "area": "16.02.05.2012",
        "officer": "petugas-07",
        "recorded_at": "2026-03-01T23:30:00+00:00",
        "data": data,
        **envelope,
    }


def test_a_record_is_told_by_its_labels_units_and_codes():
    data = {
        "pregnancy_id": "x",
        "visit_date": "2026-02-20",
        "place": "van",
        "ultrasound_done": False,
        "danger_signs": [],
        "weight_kg": 55.5,
        "systolic_mmhg": 118,
        "referral": {"to": "RSUD", "at": "2026-02-21"},
    }
    [told] = timeline(Speech("id", NOW), [record("anc_visit", data)])
    assert (told.on, told.program, told.label) == (date(2026, 2, 20), "maternal", "Kunjungan antenatal")
    values = dict(told.values)
    assert "kehamilan" not in values
    assert values["tempat"] == "mobil pelayanan"
    assert values["USG"] == "tidak"
    assert values["tanda bahaya"] == "tidak ada"
    assert "55,5 kg" in values.values()
    assert values["rujukan"] == "dirujuk ke RSUD, tanggal rujukan 21 Februari 2026"


def test_every_type_and_field_can_be_told():
    """Whatever is declared: a text where a text may stand, and nothing raises."""
    samples = {
        "text": "a",
        "digits": "12",
        "int": 3,
        "number": 1.5,
        "date": "2026-01-02",
        "time": "10:00",
        "bool": True,
    }
    samples |= {"code": "no such", "codes": ["no such"], "id": "x", "ids": ["x"], "area": "16", "texts": ["a"]}

    def sample(field):
        if field.kind == "object":
            return {one.name: sample(one) for one in field.fields}
        return [{one.name: sample(one) for one in field.fields}] if field.kind == "objects" else samples[field.kind]

    say = Speech("en", NOW)
    for kind in TYPES.values():
        data = {one.name: sample(one) for one in kind.fields}
        for one in kind.fields:
            assert bool(value_text(say, one, data)) == (one.kind not in ("id", "ids")), (kind.name, one.name)
        assert timeline(say, [record(kind.name, data)])


def test_a_record_without_a_day_of_its_own_is_of_the_day_it_was_recorded():
    assert day_of(record("person", {"birth_date": "1998-05-12"})) == date(2026, 3, 2)
    corrected = record("person", {}, recorded_at_corrected="2026-02-01T10:00:00+07:00")
    assert day_of(corrected) == date(2026, 2, 1)


def visit(on, **data):
    return record("anc_visit", {"visit_date": on, **data}, id=on)


def test_curves_are_in_the_order_of_days_and_know_the_limit_of_the_flag():
    records = [visit("2026-02-20", systolic_mmhg=150), visit("2026-01-20", systolic_mmhg=120, diastolic_mmhg=80)]
    ground = {"fact": "systolic_mmhg", "op": "at_least", "limit": 140}
    others = [{**ground, "limit": 160}, {**ground, "op": "is"}, {**ground, "limit": ["a"]}]
    [curve] = curves(Speech("id", NOW), [*records, visit("2026-02-25")], {}, [{"values": [ground, *others]}])
    assert curve.rows == [["20 Januari 2026", "120", "80"], ["20 Februari 2026", "150", "–"]]
    assert [one["values"] for one in curve.plot["series"]] == [[120, 150], [80, None], [140, 140]]
    assert curve.plot["series"][2]["label"] == "batas 140"
    assert curve.plot["xs"] == sorted(curve.plot["xs"])


def child(on, **data):
    return record("child_visit", {"visit_date": on, **data}, id=on)


def test_a_childs_growth_is_told_between_the_lines_of_its_sex():
    born = {"birth_date": "2025-09-01", "sex": "female"}
    seen = [child("2026-03-01", weight_kg=7.0, length_height_cm=65, measured="standing"), child("2026-03-02")]
    weight, length = curves(Speech("en", NOW), seen, born, [])
    names = [one["label"] for one in weight.plot["series"]]
    assert names == ["−3 SD", "−2 SD", "median", "+2 SD", "+3 SD", "Weight"]
    at = weight.plot["series"][-1]["values"].index(7.0)
    assert weight.plot["xs"][at] == round(181 / 30.4375, 2)
    below, median = (weight.plot["series"][place]["values"][at] for place in (1, 2))
    assert below < 7.0 < median + 1
    assert all(len(one["values"]) == len(weight.plot["xs"]) for one in weight.plot["series"])
    assert length.rows == [["1 March 2026", "65.7"]]
    boys, _ = curves(Speech("en", NOW), seen, {**born, "sex": "male"}, [])
    assert boys.plot["series"][2]["values"] != weight.plot["series"][2]["values"]


@pytest.mark.parametrize("person", [{}, {"birth_date": "2025-09-01"}, {"birth_date": "2010-09-01", "sex": "male"}])
def test_who_is_no_child_of_the_standard_has_no_growth(person):
    assert curves(Speech("id", NOW), [child("2026-03-01", weight_kg=7.0)], person, []) == []
