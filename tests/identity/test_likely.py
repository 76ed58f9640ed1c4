"""Whom the keys of a record bring to the desk, and whom they keep from it."""

from datetime import date

import pytest

from fieldsync.identity.matching.keys import FEW, HOT, TOLD, keys_of, likely
from fieldsync.identity.matching.shelf import Shelf
from fieldsync.identity.matching.traits import traits_of

NUMBERS = {kind: at for at, kind in enumerate(TOLD)}
SAID = {
    "full_name": "Rahmawati Lestari",
    "birth_date": "1994-03-05",
    "sex": "female",
    "village_code": "16.02.05.2011",
    "kk_number": "1602050101060004",
    "phone": "081234567890",
}


def sharing(**people):
    """Return one key of each kind, and who shares it."""
    keys = {NUMBERS[kind.replace("_", "-")]: kind.replace("_", "-") for kind in people}
    return keys, {NUMBERS[kind.replace("_", "-")]: list(those) for kind, those in people.items()}


def crowd(count):
    return [f"stranger {at}" for at in range(count)]


def test_who_shares_most_comes_first():
    assert likely(*sharing(nik=["her"], kk=["son", "her"])).persons == ["her", "son"]


@pytest.mark.parametrize(("people", "found"), [(1, 1), (HOT, 0)])
def test_a_key_promises_less_the_more_people_share_it(people, found):
    assert len(likely(*sharing(nik=(), phone=(), born_district=(), kk=(), word=crowd(people))).persons) == found


def test_too_many_on_a_key_tell_nothing_and_are_counted():
    keys, by_key = sharing(name=["her", *crowd(HOT)], phone=["her"])
    assert likely(keys, by_key) == (["her"], 1)
    assert likely(*sharing(name=["her", *crowd(HOT - 1)], phone=["her"])).hot == 0


def test_those_of_whom_a_record_tells_too_little_are_left_out():
    told = {kind.replace("-", "_"): ["her"] for kind in TOLD if kind != "born-mother"}
    assert likely(*sharing(**told, born_mother=["her", "other"])).persons == ["her"]


def test_less_is_asked_of_the_first_few():
    told = {kind.replace("-", "_"): () for kind in ("nik", "kk", "phone", "born-district", "word")}
    keys, by_key = sharing(**told | {"word": crowd(9)})
    assert len(likely(keys, by_key).persons) == FEW
    assert len(likely(keys, by_key, slack=2.0).persons) == 9


def test_what_was_told_holds_until_a_key_of_the_record_changes():
    numbers: dict[tuple[str, str], int] = {}

    def numbered(kind, value):
        return numbers.setdefault((kind, value), len(numbers))

    said, other = (
        traits_of("said", SAID, date(2026, 1, 5)),
        traits_of("other", {"phone": "081111111111"}, date(2026, 1, 5)),
    )
    keys = keys_of(said, numbered)
    told = {"said": likely(keys, {})}
    shelf = Shelf(numbered, {}, {}, likely=told)
    shelf.attach(other, keys_of(other, numbered), "other")
    assert shelf.likely(said, keys) is told["said"]
    shelf.attach(said, keys, "said")
    assert shelf.likely(said, keys).persons == ["said"]
