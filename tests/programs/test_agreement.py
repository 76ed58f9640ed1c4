"""The fast path and the full look must never disagree, whatever a tablet sends."""

import math
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from cases import KINDS, name_of, valid
from factory import TODAY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldsync.programs import RecordType, accepts, examine

LETTERS = st.characters(exclude_categories=[])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(LETTERS, max_size=12)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner))
ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 36.6, 2**53, 2**53 + 1, 2**63, 10**30, math.nan, math.inf, -math.inf),
    *("", " ", "a", "\u200b\u200b", "a\x00b", "a\nb", "a\tb", "\x7f", "\ud800", "NULL", "true", "x" * 10_000),
    *("2026-02-30", "2026-W09-1", "2026-03-02", "2026-03-03", "1899-12-31", "2201-01-01", "0000-01-01", "20260301"),
    *("٣٢٧١٠١٠١٠١٩٠٠٠٠١", "3271010101900001", "3271017101900001", "3271013201900001", "3271010113900001", "24:00"),
    *("16.07.01.2001", "16.07.01", "08:30", "0190A5E4-0000-7000-8000-000000000001", "0812 3456 789", "mother"),
    *([], {}, [[]], [None], [{}], [1], [True], {"a": 1}, {"a b": 1}, [[[[[[[[[[1]]]]]]]]]], ["x", "x"]),
]
NAMES = st.sampled_from(["tensi", "extra", "a.b", "a b", "", "x" * 65, "_schema", "~/", "ünder", "ok_1"])
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
every_kind = pytest.mark.parametrize("kind", KINDS, ids=name_of)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every (container, key) inside a JSON value."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from places(value[key])


@st.composite
def spoilt(draw: st.DrawFn, kind: RecordType) -> dict[str, Any]:
    """Draw valid data with a few values, anywhere inside, replaced, removed or added."""
    data = valid(kind, draw(st.integers(0, 10_000)))
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from([*places(data), (data, draw(NAMES))]))
        if isinstance(container, dict) and draw(st.integers(0, 4)) == 0:
            container.pop(key, None)
        elif isinstance(container, dict) or key < len(container):
            there = container.get(key) if isinstance(container, dict) else container[key]
            container[key] = deepcopy(draw(near(there)))  # ODD is shared, and the next change may fall inside
    return data


def near(value: Any) -> st.SearchStrategy[Any]:
    """Return values of every sort, and such as lie close to a value."""
    close = st.sampled_from(ODD) | JSON
    if isinstance(value, int | float) and not isinstance(value, bool):
        moved = st.integers(-400, 400).map(lambda by: value + by)
        return close | moved | moved.map(lambda one: one + 0.5)
    if isinstance(value, list):
        return close | st.integers(0, 40).map(lambda times: (value * times)[:40])
    return close


def agree(kind: RecordType, data: dict[str, Any]) -> None:
    errors, warnings = examine(kind, data, TODAY)
    assert accepts(kind, data, TODAY) is (errors == [] and warnings == [])
    in_english = examine(kind, data, TODAY, "en")
    assert [[one.pointer for one in part] for part in in_english] == [
        [one.pointer for one in part] for part in (errors, warnings)
    ]


@every_kind
@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_valid_data_are_accepted_and_nothing_is_found(kind: RecordType, seed: int):
    data = valid(kind, seed)
    assert accepts(kind, data, TODAY)
    assert examine(kind, data, TODAY) == ([], [])


@every_kind
@given(data=st.data())
@MANY
def test_spoilt_data_are_judged_alike(kind: RecordType, data: st.DataObject):
    agree(kind, data.draw(spoilt(kind)))


@every_kind
@given(junk=st.dictionaries(NAMES | st.text(LETTERS, max_size=6), JSON | st.sampled_from(ODD), max_size=4))
@settings(max_examples=30, deadline=None)
def test_junk_is_judged_alike(kind: RecordType, junk: dict[str, Any]):
    agree(kind, junk)
