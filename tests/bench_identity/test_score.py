"""Scores on partitions small enough to count by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.identity.score import (
    Figures,
    bcubed_figures,
    calibration,
    difference,
    lines,
    moved,
    over_merges,
    pair_figures,
    reviewed,
    score,
)
from bench.identity.truth import Facts, Truth

TRUE = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 3}


def truth(**facts):
    people = {1: Facts("Siti", "f", 0, "v"), 2: Facts("Budi", "m", 0, "v"), 3: Facts("Ani", "f", 0, "v")}
    return Truth(dict(TRUE), people | {int(number[1:]): fact for number, fact in facts.items()})


def test_pairs_and_bcubed_by_hand():
    """Clusters {a, b}, {c, d}, {e}, {f}: of 2 claimed pairs 1 is true, of 4 true pairs 1 is found."""
    ours = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "z", "f": "w"}
    assert pair_figures(TRUE, ours) == Figures(0.5, 0.25)
    found = bcubed_figures(TRUE, ours)
    assert found.precision == pytest.approx((1 + 1 + 0.5 + 0.5 + 1 + 1) / 6)
    assert found.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 0.5 + 0.5 + 1) / 6)
    assert Figures(0.5, 0.25).f1 == pytest.approx(1 / 3)


def test_nothing_claimed_is_precise_and_finds_nothing():
    alone = {record: record for record in TRUE}
    assert pair_figures(TRUE, alone) == Figures(1.0, 0.0)
    assert pair_figures(TRUE, alone).f1 == 0


def test_over_merges_are_counted_in_people_and_told_by_kind():
    facts = {
        "p1": Facts("Siti", "f", 700, "v", birth=9, mother=8),
        "p2": Facts("Sita", "f", 700, "v", birth=9, mother=8),
    }
    found = over_merges(truth(**facts), {"a": 0, "b": 1, "c": 2, "d": 2, "e": 2, "f": 3})
    assert (found.people, found.over_merged, found.twin_pairs) == (3, 2, 1)
    assert found.by_kind["twins"] == 1
    assert sum(found.by_kind.values()) == 1
    assert found.per_thousand == pytest.approx(2000 / 3)


def test_two_people_in_two_clusters_together_are_one_pair():
    found = over_merges(truth(), {"a": 0, "d": 0, "b": 1, "e": 1, "c": 2, "f": 3})
    assert (found.over_merged, found.by_kind["other"]) == (2, 1)


def test_a_perfect_reviewer_joins_true_pairs_only():
    ours = {"a": "x", "b": "y", "c": "z", "d": "w", "e": "w", "f": "v"}
    assert reviewed(truth(), ours, [("a", "b"), ("c", "b"), ("a", "d")]) == {**ours, "a": "z", "b": "z", "c": "z"}


def test_review_load_and_gain_count_each_pair_once():
    ours = {record: record for record in TRUE}
    found = score(truth(), ours, [("a", "b"), ("b", "a"), ("a", "d")])
    assert (found.reviews.queued, found.reviews.same) == (2, 1)
    assert found.reviews.per_thousand == pytest.approx(2000 / 6)
    assert found.reviews.gain == 0.5
    assert found.assisted_pairs == Figures(1.0, 0.25)
    assert "review: 333.3 pairs per 1,000 records, 50% truly one person" in lines(found)


def test_calibration_by_tenths():
    rows = calibration([(0.05, False), (0.91, True), (0.95, False), (1.0, True)])
    assert (rows[0].count, rows[0].share) == (1, 0.0)
    assert (rows[9].count, rows[9].share) == (3, pytest.approx(2 / 3))
    assert rows[9].mean == pytest.approx(2.86 / 3)
    assert [row.count for row in rows[1:9]] == [0] * 8
    with pytest.raises(ValueError, match="no probability"):
        calibration([(1.2, True)])


def test_one_record_that_joins_four_makes_five_differ():
    one = dict.fromkeys("abcd", 1) | {"e": 2, "f": 3, "g": 3, "h": 4, "i": 5, "j": 6}
    assert difference(one, {**one, "e": 1}) == 0.5
    with pytest.raises(ValueError, match="different records"):
        difference(one, {})


PARTITIONS = st.dictionaries(st.text(max_size=3), st.integers(0, 6), max_size=30)


def test_one_record_that_joins_four_is_one_to_move():
    one = {"a": 1, "b": 1, "c": 1, "d": 1, "e": 2, "f": 3}
    assert moved(one, {**one, "e": 1}) == pytest.approx(1 / 6)
    assert moved({"a": 1, "b": 1, "c": 2, "d": 2}, {"a": 1, "b": 2, "c": 1, "d": 2}) == 0.5
    before, after = dict(zip("abcde", (1, 1, 1, 2, 2), strict=True)), dict(zip("abcde", (1, 2, 2, 2, 3), strict=True))
    assert moved(before, after) == pytest.approx(2 / 5)
    assert moved({}, {}) == 0
    with pytest.raises(ValueError, match="different records"):
        moved(one, {})


@given(PARTITIONS, st.randoms(use_true_random=False))
def test_names_of_clusters_do_not_matter(partition, rng):
    other = dict(enumerate(rng.sample(range(100, 107), 7)))
    renamed = {record: other[cluster] for record, cluster in partition.items()}
    assert difference(partition, renamed) == moved(partition, renamed) == 0
    assert pair_figures(partition, renamed) == Figures(1.0, 1.0)
    assert bcubed_figures(partition, renamed).f1 == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_pairs_are_what_counting_pairs_gives(both):
    true = {str(place): person for place, (person, _) in enumerate(both)}
    ours = {str(place): cluster for place, (_, cluster) in enumerate(both)}
    pairs = [(a, b) for a in true for b in true if a < b]
    claimed = [pair for pair in pairs if ours[pair[0]] == ours[pair[1]]]
    wanted = [pair for pair in pairs if true[pair[0]] == true[pair[1]]]
    hit = len(set(claimed) & set(wanted))
    found = pair_figures(true, ours)
    assert found.precision == (pytest.approx(hit / len(claimed)) if claimed else 1)
    assert found.recall == (pytest.approx(hit / len(wanted)) if wanted else 1)
    swapped = pair_figures(ours, true)
    assert (swapped.precision, swapped.recall) == (found.recall, found.precision)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)), max_size=12), st.randoms(use_true_random=False))
def test_a_perfect_reviewer_never_loses_recall_and_asked_all_finds_everything(both, rng):
    records = Truth({str(place): person for place, (person, _) in enumerate(both)})
    ours = {str(place): cluster for place, (_, cluster) in enumerate(both)}
    pairs = [(a, b) for a in ours for b in ours if a < b]
    some = rng.sample(pairs, len(pairs) // 2)
    before = pair_figures(records.person_of, ours).recall
    assert pair_figures(records.person_of, reviewed(records, ours, some)).recall >= before
    assert pair_figures(records.person_of, reviewed(records, ours, pairs)).recall == 1
