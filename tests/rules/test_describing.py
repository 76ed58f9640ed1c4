"""Conditions in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.rules import describe
from fieldsync.rules.tree import All, AnyOf, Leaf, Not, leaves
from tests.rules.strategies import UNHURRIED, catalogues, conditions, context
from tests.rules.test_explaining import CATALOGUE

HIGH = Leaf("systolic_mmhg", "at_least", 140)
LATE = Leaf("ga_at_visit_days", "at_least", 140)
FITS = Leaf("danger_signs", "has_any", frozenset({"fever", "fits"}))

ID_FITS, EN_FITS = "tanda bahaya: ada salah satu dari kejang, demam", "danger signs: any of convulsions, fever"
ID_EITHER = "tekanan sistolik ≥ 140 mmHg atau usia kehamilan ≥ 20 minggu 0 hari"
EN_EITHER = "systolic pressure ≥ 140 mmHg or gestational age ≥ 20w0d"


@pytest.mark.parametrize(
    ("condition", "indonesian", "english"),
    [
        (HIGH, "tekanan sistolik ≥ 140 mmHg", "systolic pressure ≥ 140 mmHg"),
        (Not(HIGH), "tekanan sistolik < 140 mmHg", "systolic pressure < 140 mmHg"),
        (LATE, "usia kehamilan ≥ 20 minggu 0 hari", "gestational age ≥ 20w0d"),
        (Leaf("hb_g_dl", "under", 10.5), "Hb < 10,5 g/dL", "Hb < 10.5 g/dL"),
        (FITS, "tanda bahaya: ada salah satu dari kejang, demam", "danger signs: any of convulsions, fever"),
        (Not(FITS), "tanda bahaya: tidak ada kejang, demam", "danger signs: none of convulsions, fever"),
        (Leaf("rhesus", "is", "negative"), "rhesus: negatif", "rhesus: negative"),
        (Leaf("rhesus", "is_not", "negative"), "rhesus: bukan negatif", "rhesus: not negative"),
        (Leaf("rhesus", "in", frozenset({"negative"})), "rhesus: salah satu dari negatif", "rhesus: one of negative"),
        (Leaf("fetal_heart_present", "is", operand=False), "denyut jantung janin: tidak", "fetal heart: no"),
        (Leaf("hb_g_dl", "known", operand=False), "Hb belum pernah dicatat", "Hb never recorded"),
        (Leaf("hb_g_dl", "known", operand=True), "Hb diketahui", "Hb known"),
        (Leaf("whz", "is", -2.5), "z-skor BB/TB = −2,5", "weight-for-height z-score = −2.5"),
        (
            All((AnyOf((HIGH, Leaf("pulse_bpm", "over", 100))), All((FITS,)), Not(AnyOf((HIGH, LATE))))),
            f"(tekanan sistolik ≥ 140 mmHg atau nadi > 100/menit) dan {ID_FITS} dan bukan ({ID_EITHER})",
            f"(systolic pressure ≥ 140 mmHg or pulse > 100/min) and {EN_FITS} and not ({EN_EITHER})",
        ),
    ],
)
def test_a_condition_in_words(condition, indonesian, english):
    assert describe(condition, context(CATALOGUE)) == {"id": indonesian, "en": english}


@UNHURRIED
@given(catalogues().flatmap(lambda one: st.tuples(st.just(one), conditions(one))))
def test_any_condition_can_be_said_and_names_every_fact(case):
    catalogue, condition = case
    for language, said in describe(condition, context(catalogue)).items():
        assert all(catalogue[leaf.fact].label[language] in said for leaf in leaves(condition))
        assert said.count("(") == said.count(")")
        assert "frozenset" not in said
