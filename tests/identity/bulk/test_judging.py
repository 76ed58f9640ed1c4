"""By night, too, one stray record or number of a person keeps nobody out: what the day joined by it stays together."""

from itertools import combinations

import pytest

from fieldsync.identity.bulk.clustering import Clustering
from fieldsync.identity.bulk.judging import Judge
from fieldsync.identity.matching.weights import log_odds, probability, shipped
from tests.identity.people import BABY
from tests.identity.test_any_order import ONE_WOMAN, made, said


def groups(records):
    judge = Judge(records, shipped())
    pairs = [(one, other, 0.0) for one, other in combinations(range(len(records)), 2)]
    return Clustering(len(records), judge.fits, judge.limits).run(pairs).groups


@pytest.mark.parametrize("told", ONE_WOMAN.values(), ids=ONE_WOMAN)
def test_records_that_are_one_woman_by_day_are_one_by_night(told):
    assert groups(made(told)) == [(0, 1, 2)]


def test_a_number_that_strayed_is_outnumbered():
    strayed = said(1, {**BABY, "nik": "1602052011250001"})
    others = [said(2, BABY), said(3, BABY), said(4, {**BABY, "nik": "1602052011250002"})]
    assert groups([strayed, *others]) == [(0, 1, 2, 3)]


def test_a_sibling_stays_apart_though_one_record_has_no_number():
    own = [said(one, {**BABY, "nik": "1602052011250001"}) for one in (1, 2, 3)]
    records = [*own, said(4, BABY), said(5, {**BABY, "nik": "1602052011250002"})]
    assert groups(records) == [(0, 1, 2, 3), (4,)]


def test_the_night_accepts_a_little_less_than_the_day():
    weights = shipped()
    judge = Judge([said(1, BABY)], weights)
    assert judge.limits.review < judge.limits.accept < log_odds(weights.accept)
    assert probability(judge.limits.accept) == pytest.approx(0.890, abs=0.001)
