"""Outlines: thinned rings stay closed and near, keep only points that were given, and never vanish or grow too many."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fieldsync.access.outlines import STRETCH, label_of, on_grid, outline_of, simplify_ring, written

COORDINATE = st.integers(-400, 400)
POINTS = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=60, unique=True)


def surface(ring):
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise(ring)))


def distance(point, start, end):
    """From a point to a stretch of line."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length if length else 0
    along = min(1, max(0, along))
    return math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))


def coast(corners, radius=10_000, wobble=0.1):
    """A round island with bays."""
    ring = []
    for number in range(corners):
        angle = 2 * math.pi * number / corners
        far = radius * (1 + wobble * math.sin(17 * angle) + wobble / 20 * math.sin(389 * angle))
        ring.append((round(far * math.cos(angle)), round(far * math.sin(angle))))
    return [*ring, ring[0]]


def square(west, south, side):
    return [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]


@settings(deadline=None, max_examples=200)
@given(POINTS, st.integers(1, 200))
def test_a_thinned_ring_is_closed_near_and_of_the_given_points(points, tolerance):
    ring = [*points, points[0]]
    assume(surface(ring))
    thin = simplify_ring(ring, tolerance)
    assert thin[0] == thin[-1] == ring[0]
    assert len(set(thin)) >= 3
    places = [ring.index(one) for one in thin[:-1]]
    assert places == sorted(set(places))
    for one in ring:
        assert min(distance(one, *line) for line in pairwise(thin)) <= tolerance * (1 + 1e-9)


def test_a_long_coast_is_thinned_and_stays_near_beyond_the_stretches():
    ring = coast(6 * STRETCH)
    thin = simplify_ring(ring, 30)
    assert len(thin) < len(ring) / 3
    assert set(thin) <= set(ring)
    assert max(min(distance(one, *line) for line in pairwise(thin)) for one in ring[::7]) <= 30


def test_what_is_smaller_than_the_tolerance_goes_but_never_the_largest():
    islands = [[square(500, 500, 8)], [square(0, 0, 200), square(50, 50, 100), square(10, 10, 4)], [square(900, 0, 40)]]
    found = outline_of(islands, 10)
    assert [[surface(ring) // 2 for ring in polygon] for polygon in found.polygons] == [[40_000, 10_000], [1600]]
    assert (found.box, found.points, found.tolerance) == ((0, 0, 940, 200), 12, 10)
    assert outline_of([[square(0, 0, 3)]], 10).points >= 3


def test_too_many_points_make_the_tolerance_rougher():
    found = outline_of([[coast(4000)]], 1, most=100)
    assert found.points <= 100
    assert found.tolerance > 1
    assert outline_of([[coast(4000)]], 1, most=3).points == 3


@pytest.mark.parametrize("ring", [[(0, 0), (5, 5), (0, 0)], [(0, 0), (4, 4), (9, 9), (0, 0)], [(1, 1)]])
def test_a_line_is_no_area(ring):
    assert outline_of([[ring]], 10) is None


def test_a_number_stands_within_its_area_even_beside_a_hole():
    shapes = [
        [coast(500, wobble=0.4)],
        [square(0, 0, 100), square(20, 20, 75)],
        [[(0, 0), (100, 0), (100, 100), (90, 100), (90, 10), (10, 10), (10, 100), (0, 100), (0, 0)]],
    ]
    for polygon in shapes:
        x, y = label_of(polygon)
        crossed = sum(
            (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            for ring in polygon
            for (x0, y0), (x1, y1) in pairwise(ring)
        )
        assert crossed % 2 == 1


def test_positions_come_on_the_grid_once_and_are_written_as_steps():
    ring = on_grid([[104.5, -3.25, 12.0], [104.500001, -3.25], [104.51, -3.25], [104.51, -3.24], [104.5, -3.25]])
    assert ring == [(10450000, -325000), (10451000, -325000), (10451000, -324000), (10450000, -325000)]
    assert written([[ring]]) == [[[10450000, -325000, 1000, 0, 0, 1000]]]
