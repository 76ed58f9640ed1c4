"""Places in a record: what stands there, and another value put there without changing what was given."""

import pytest

from fieldsync.sync.pointing import ABSENT, put, value_at

GIVEN = {"a/b": 1, "list": [{"x": 1}, {"x": 2}], "text": "t", "nothing": None}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", GIVEN),
        ("/a~1b", 1),
        ("/list/1/x", 2),
        ("/list/2", ABSENT),
        ("/list/x", ABSENT),
        ("/list/²", ABSENT),
        ("/text/0", ABSENT),
        ("/nothing/x", ABSENT),
        ("/nothing", None),
    ],
)
def test_what_stands_at_a_pointer(pointer, value):
    assert value_at(GIVEN, pointer) == value


@pytest.mark.parametrize(
    ("pointer", "value", "changed"),
    [
        ("/a~1b", 2, {"a/b": 2}),
        ("/a~1b", ABSENT, {"a/b": ABSENT}),
        ("/list/0/x", 9, {"list": [{"x": 9}, {"x": 2}]}),
        ("/list/0", ABSENT, {"list": [{"x": 2}]}),
        ("/list/7", 9, {}),
        ("/text/x", 9, {}),
        ("/nothing/x", 9, {"nothing": {"x": 9}}),
        ("/new/x", 9, {"new": {"x": 9}}),
        ("/gone", ABSENT, {}),
    ],
)
def test_another_value_is_put_and_the_given_stays(pointer, value, changed):
    before = repr(GIVEN)
    wanted = {name: each for name, each in {**GIVEN, **changed}.items() if each is not ABSENT}
    assert put(GIVEN, pointer, value) == wanted
    assert repr(GIVEN) == before
