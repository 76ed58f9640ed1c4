"""Why a flag is there, in both languages and as data."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.rules import (
    Basis,
    Book,
    Due,
    Fact,
    Finding,
    Ground,
    RuleFile,
    Sheet,
    basis_of,
    evidence,
    explain,
    pack,
    unpack,
)
from fieldsync.rules.tree import All, AnyOf, Leaf, Not, holds
from tests.rules.strategies import NOW, UNHURRIED, catalogues, conditions, context, known, rule


def words(indonesian, english):
    return {"id": indonesian, "en": english}


def number(name, indonesian, english, unit, limits=(0, 100_000)):
    return Fact(name=name, kind="number", label=words(indonesian, english), unit=unit, limits=limits)


SIGNS = {
    "fits": words("kejang", "convulsions"),
    "fever": words("demam", "fever"),
    "bleeding": words("perdarahan", "bleeding"),
}
CATALOGUE = {
    one.name: one
    for one in (
        number("systolic_mmhg", "tekanan sistolik", "systolic pressure", "mmHg"),
        number("hb_g_dl", "Hb", "Hb", "g/dL"),
        number("birth_weight_g", "berat lahir", "birth weight", "g"),
        number("pulse_bpm", "nadi", "pulse", "/min"),
        number("spo2_pct", "saturasi oksigen", "oxygen saturation", "%"),
        number("whz", "z-skor BB/TB", "weight-for-height z-score", ""),
        number("ga_at_visit_days", "usia kehamilan", "gestational age", "days", (-100, 400)),
        number("days_since_birth", "usia", "age", "days"),
        Fact(name="danger_signs", kind="codes", label=words("tanda bahaya", "danger signs"), codes=SIGNS),
        Fact(name="missing_papers", kind="texts", label=words("berkas kurang", "missing papers")),
        Fact(name="fetal_heart_present", kind="bool", label=words("denyut jantung janin", "fetal heart")),
        Fact(
            name="rhesus",
            kind="code",
            label=words("rhesus", "rhesus"),
            codes={"negative": words("negatif", "negative")},
        ),
        Fact(name="born_on", kind="date", label=words("tanggal lahir", "date of birth")),
        Fact(name="unit", kind="text", label=words("unit", "unit")),
    )
}


def finding(condition, facts, *, on=date(2026, 3, 10), by_visit=False, **changes):
    about = context(CATALOGUE, by_visit=by_visit)
    sheet = Sheet(about="subject", subject="W1", episode="P1", facts=facts, on=on, record="V1", **changes)
    (one,) = Book.of(RuleFile([rule(condition)], []), {"subject": about}, NOW).judge([sheet], NOW)
    return one


CASES = [
    (
        Leaf("systolic_mmhg", "at_least", 160),
        {"systolic_mmhg": 162},
        "tekanan sistolik 162 ≥ 160 mmHg",
        "systolic pressure 162 ≥ 160 mmHg",
    ),
    (
        All((Leaf("systolic_mmhg", "at_least", 140), Leaf("systolic_mmhg", "under", 160))),
        {"systolic_mmhg": 150},
        "tekanan sistolik 150 ≥ 140 dan < 160 mmHg",
        "systolic pressure 150 ≥ 140 and < 160 mmHg",
    ),
    (Leaf("hb_g_dl", "under", 11.0), {"hb_g_dl": 10.9}, "Hb 10,9 < 11,0 g/dL", "Hb 10.9 < 11.0 g/dL"),
    (Leaf("hb_g_dl", "under", 11.0), {"hb_g_dl": 10.9999}, "Hb 10,9999 < 11,0 g/dL", "Hb 10.9999 < 11.0 g/dL"),
    (
        Leaf("whz", "under", -2.0),
        {"whz": -2.154},
        "z-skor BB/TB −2,15 < −2,0",
        "weight-for-height z-score −2.15 < −2.0",
    ),
    (
        Leaf("birth_weight_g", "under", 2500),
        {"birth_weight_g": 1450},
        "berat lahir 1.450 < 2.500 g",
        "birth weight 1,450 < 2,500 g",
    ),
    (Leaf("pulse_bpm", "over", 100), {"pulse_bpm": 120}, "nadi 120 > 100/menit", "pulse 120 > 100/min"),
    (Leaf("spo2_pct", "under", 92), {"spo2_pct": 91}, "saturasi oksigen 91 < 92%", "oxygen saturation 91 < 92%"),
    (
        Leaf("ga_at_visit_days", "at_least", 196),
        {"ga_at_visit_days": 212},
        "usia kehamilan 30 minggu 2 hari ≥ 28 minggu 0 hari",
        "gestational age 30w2d ≥ 28w0d",
    ),
    (
        Leaf("ga_at_visit_days", "under", 140),
        {"ga_at_visit_days": -3},
        "usia kehamilan −3 hari < 20 minggu 0 hari",
        "gestational age −3 days < 20w0d",
    ),
    (Leaf("days_since_birth", "over", 60), {"days_since_birth": 61}, "usia 61 > 60 hari", "age 61 > 60 days"),
    (
        Leaf("danger_signs", "has_any", frozenset({"fits", "bleeding"})),
        {"danger_signs": ["bleeding", "fever", "fits"]},
        "tanda bahaya: kejang, perdarahan",
        "danger signs: convulsions, bleeding",
    ),
    (
        Leaf("danger_signs", "has_none", frozenset({"fits", "fever"})),
        {"danger_signs": ["bleeding"]},
        "tanda bahaya: tidak ada kejang, demam",
        "danger signs: none of convulsions, fever",
    ),
    (Leaf("danger_signs", "known", True), {"danger_signs": []}, "tanda bahaya: tidak ada", "danger signs: none"),
    (
        Leaf("missing_papers", "known", True),
        {"missing_papers": ("KK", "surat lahir")},
        "berkas kurang: KK, surat lahir",
        "missing papers: KK, surat lahir",
    ),
    (
        Leaf("fetal_heart_present", "is", False),
        {"fetal_heart_present": False},
        "denyut jantung janin: tidak",
        "fetal heart: no",
    ),
    (
        Leaf("fetal_heart_present", "is_not", False),
        {"fetal_heart_present": True},
        "denyut jantung janin: ya",
        "fetal heart: yes",
    ),
    (Leaf("rhesus", "is", "negative"), {"rhesus": "negative"}, "rhesus: negatif", "rhesus: negative"),
    (Leaf("rhesus", "is_not", "negative"), {"rhesus": "odd"}, "rhesus: odd", "rhesus: odd"),
    (Leaf("hb_g_dl", "known", False), {}, "Hb belum pernah dicatat", "Hb never recorded"),
    (Not(Leaf("hb_g_dl", "known", True)), {}, "Hb belum pernah dicatat", "Hb never recorded"),
    (Leaf("hb_g_dl", "known", True), {"hb_g_dl": 7}, "Hb 7 g/dL", "Hb 7 g/dL"),
    (Not(Leaf("hb_g_dl", "under", 11)), {"hb_g_dl": 12.5}, "Hb 12,5 ≥ 11 g/dL", "Hb 12.5 ≥ 11 g/dL"),
    (
        Leaf("born_on", "known", True),
        {"born_on": date(2026, 5, 1)},
        "tanggal lahir: 1 Mei 2026",
        "date of birth: 1 May 2026",
    ),
    (Leaf("unit", "is", "Loket"), {"unit": "Loket"}, "unit: Loket", "unit: Loket"),
    (
        AnyOf((Leaf("pulse_bpm", "over", 100), Leaf("rhesus", "is", "negative"), Leaf("hb_g_dl", "under", 7))),
        {"pulse_bpm": 101, "rhesus": "negative", "hb_g_dl": 8},
        "nadi 101 > 100/menit; rhesus: negatif",
        "pulse 101 > 100/min; rhesus: negative",
    ),
]


@pytest.mark.parametrize(("condition", "facts", "indonesian", "english"), CASES)
def test_why_a_flag_is_there(condition, facts, indonesian, english):
    assert explain(basis_of(finding(condition, facts))) == {"id": indonesian, "en": english}


def test_what_was_seen_at_a_visit_is_told_with_its_day():
    said = explain(basis_of(finding(Leaf("systolic_mmhg", "at_least", 160), {"systolic_mmhg": 162}, by_visit=True)))
    assert said["id"] == "tekanan sistolik 162 ≥ 160 mmHg, kunjungan 10 Maret 2026"
    assert said["en"] == "systolic pressure 162 ≥ 160 mmHg, visit of 10 March 2026"
    undated = explain(basis_of(finding(Leaf("hb_g_dl", "known", False), {}, by_visit=True, on=None)))
    assert undated == {"id": "Hb tidak dicatat", "en": "Hb not recorded"}


def test_evidence_names_the_record_of_each_value():
    condition = All(
        (
            Leaf("danger_signs", "has_any", frozenset({"fits", "fever"})),
            Leaf("born_on", "known", True),
            Leaf("hb_g_dl", "known", False),
        )
    )
    facts = {"danger_signs": frozenset({"fits", "bleeding"}), "born_on": date(2026, 3, 1)}
    found = evidence(basis_of(finding(condition, facts, origins={"born_on": "D1"})))
    assert found == [
        {
            "fact": "danger_signs",
            "label": words("tanda bahaya", "danger signs"),
            "value": ["bleeding", "fits"],
            "unit": "",
            "op": "has_any",
            "limit": ["fever", "fits"],
            "record": "V1",
        },
        {
            "fact": "born_on",
            "label": words("tanggal lahir", "date of birth"),
            "value": "2026-03-01",
            "unit": "",
            "op": "known",
            "limit": True,
            "record": "D1",
        },
        {
            "fact": "hb_g_dl",
            "label": words("Hb", "Hb"),
            "value": None,
            "unit": "g/dL",
            "op": "known",
            "limit": False,
            "record": "V1",
        },
    ]


@st.composite
def holding(draw):
    catalogue = draw(catalogues())
    condition, facts = draw(conditions(catalogue)), draw(known(catalogue))
    by_visit, on = draw(st.booleans()), draw(st.none() | st.just(NOW))
    sheet = Sheet(about="subject", subject="W1", episode="P1", facts=facts, on=on)
    return catalogue, condition, sheet, by_visit


@UNHURRIED
@given(holding())
def test_whatever_holds_has_a_sentence_and_evidence(case):
    catalogue, condition, sheet, by_visit = case
    if not holds(condition)(sheet.facts):
        return
    one = Finding(rule(condition, due=Due(1)), sheet, NOW, context(catalogue, by_visit=by_visit))
    named = {ground.fact for ground in one.grounds}
    for language, said in explain(basis_of(one)).items():
        assert all(catalogue[name].label[language] in said for name in named)
        assert "None" not in said
        assert "frozenset" not in said
    told = evidence(basis_of(one))
    assert {each["fact"] for each in told} == named
    assert json.loads(json.dumps(told)) == told


@UNHURRIED
@given(holding())
def test_what_was_packed_is_told_as_it_would_have_been(case):
    catalogue, condition, sheet, by_visit = case
    if not holds(condition)(sheet.facts):
        return
    about = context(catalogue, by_visit=by_visit)
    one = Finding(rule(condition, due=Due(1)), sheet, NOW, about)
    again = Basis(*unpack(pack(sheet.about, one.grounds, sheet.on), {sheet.about: about}))
    assert explain(again) == explain(basis_of(one))
    assert evidence(again) == evidence(basis_of(one))


def test_of_what_is_not_declared_any_more_nothing_is_told():
    kept = pack("subject", [Ground("gone", 3, "at_least", 2, "V1")], NOW)
    assert unpack(kept, {}) == (None, [], None)
    assert unpack("[]", {}) == (None, [], None)
    assert unpack(kept, {"subject": context({}, by_visit=True)})[1:] == ([], NOW)
