"""Grouping records, held against answers that a table gives."""

import math
from itertools import combinations
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldsync.identity.bulk.clustering import TOO_MANY, Bond, Clustering, Limits

LIMITS = Limits(accept=2.0, review=-1.0, most=20)


def bonds(odds, vetoes=()):
    """Average link over a table of pairs; what is not in it does not fit at all."""

    def fits(one, other):
        met = [(min(a, b), max(a, b)) for a in one for b in other]
        veto = next((veto for pair, veto in dict(vetoes).items() if pair in met), None)
        best = max(met, key=lambda pair: odds.get(pair, -9.0))
        return Bond(fmean(odds.get(pair, -9.0) for pair in met), veto, best)

    return fits


def cluster(size, odds, *, vetoes=(), together=(), apart=(), limits=LIMITS):
    pairs = sorted(((*pair, value) for pair, value in odds.items()), key=lambda one: (-one[2], one[:2]))
    return Clustering(size, bonds(odds, vetoes), limits, together, apart).run(pairs)


@pytest.mark.parametrize(
    ("odds", "groups"),
    [
        ({}, [(0,), (1,), (2,)]),
        ({(0, 1): 2.0}, [(0, 1), (2,)]),
        ({(0, 1): 1.9}, [(0,), (1,), (2,)]),
        ({(0, 1): 9.0, (1, 2): 9.0, (0, 2): 9.0}, [(0, 1, 2)]),
        # No chain: 2 fits 1, but not 0 and 1 together.
        ({(0, 1): 9.0, (1, 2): 3.0, (0, 2): -5.0}, [(0, 1), (2,)]),
        # What the first group tells brings in a record that fitted neither alone well enough.
        ({(0, 1): 9.0, (1, 2): 1.0, (0, 2): 5.0}, [(0, 1, 2)]),
    ],
)
def test_groups_are_joined_by_what_they_fit_on_average(odds, groups):
    assert cluster(3, odds).groups == groups


def test_a_veto_holds_whatever_the_odds_and_is_asked():
    found = cluster(2, {(0, 1): 30.0}, vetoes={(0, 1): "serial_slip"})
    assert found.groups == [(0,), (1,)]
    assert [(one.one, one.other, one.why) for one in found.doubts] == [((0,), (1,), "serial_slip")]


def test_what_is_not_sure_enough_is_asked_and_what_is_unlikely_is_not():
    found = cluster(4, {(0, 1): 1.0, (2, 3): -1.5})
    assert [(one.one, one.other, one.why) for one in found.doubts] == [((0,), (1,), "unsure")]


def test_no_group_grows_beyond_the_most_without_a_human():
    everyone = dict.fromkeys(combinations(range(8), 2), 9.0)
    found = cluster(8, everyone, limits=Limits(2.0, -1.0, 5))
    assert max(map(len, found.groups)) <= 5
    assert {one.why for one in found.doubts} == {TOO_MANY}


def test_what_humans_joined_stays_together_whatever_the_odds():
    found = cluster(4, {(0, 1): -9.0, (1, 2): -9.0}, together=[(0, 2), (2, 3)])
    assert found.groups == [(0, 2, 3), (1,)]


def test_what_humans_told_apart_never_meets_not_even_over_a_third():
    odds = {(0, 1): 30.0, (1, 2): 30.0, (0, 2): 30.0}
    found = cluster(3, odds, apart=[(2, 0)])
    assert not any({0, 2} <= set(group) for group in found.groups)
    assert found.doubts == []  # they were told apart: nobody is asked again


tables = st.dictionaries(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-4, 12).map(float),
    max_size=40,
)


@given(tables, st.lists(st.sampled_from(list(combinations(range(12), 2))), max_size=4))
@settings(max_examples=150)
def test_no_pair_told_apart_is_ever_together_and_every_record_is_in_one_group(odds, apart):
    found = cluster(12, odds, apart=apart)
    assert sorted(record for group in found.groups for record in group) == list(range(12))
    for one, other in apart:
        assert not any({one, other} <= set(group) for group in found.groups)


@given(tables)
@settings(max_examples=150)
def test_each_group_is_either_alone_or_fits_by_its_last_join(odds):
    """Some parting of every group in two is a bond that was good enough: nothing was glued without evidence."""
    for group in cluster(12, odds).groups:
        if len(group) > 1:
            best = -math.inf
            for size in range(1, len(group) // 2 + 1):
                for side in combinations(group, size):
                    rest = tuple(one for one in group if one not in side)
                    best = max(best, bonds(odds)(side, rest).odds)
            assert best >= LIMITS.accept
