"""Whoever came first: the same records give the same persons, and a value that strayed outweighs no record that fits."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from bench.identity.ours import hashed
from fieldsync.identity.matching.desk import Desk
from fieldsync.identity.matching.shelf import Shelf, Words
from fieldsync.identity.matching.traits import Traits, traits_of
from fieldsync.identity.matching.weights import shipped
from tests.identity.people import BABY, MOTHER

OTHER_SERIAL = "1602055708940008"
ONE_WOMAN: dict[str, list[tuple[dict[str, Any], str]]] = {
    "a slip in the number of a woman with another mother's name": [
        ({"full_name": "Komariah H.", "birth_date": "1994-01-01", "nik": OTHER_SERIAL, "mother_name": "Sumarni"}, ""),
        ({"full_name": "Komariah H."}, "nik mother_name spouse_name"),
        ({"birth_date": "1994-01-01", "mother_name": "Sumarni"}, "kk_number"),
    ],
    "a record of little, which the two others explain": [
        ({"full_name": "Komariah", "birth_date": "1994-01-01", "phone": "081277665999"}, "kk_number spouse_name"),
        ({"full_name": "Komariah H.", "phone": "081277665999"}, "nik kk_number mother_name spouse_name"),
        ({"full_name": "Komariah", "nik": OTHER_SERIAL}, "kk_number phone mother_name spouse_name"),
    ],
    "a wife under her husband's name": [
        ({"full_name": "Qomariah", "birth_date": "1994-01-01", "nik": OTHER_SERIAL}, "phone spouse_name"),
        ({"full_name": "Ny. Wiryo", "birth_date": "1994-08-11"}, "phone"),
        ({"full_name": "Komariah H."}, "nik kk_number mother_name"),
    ],
}


def said(number: int, fields: dict[str, Any]) -> Traits:
    return traits_of(str(UUID(int=number)), fields, date(2026, 3, number))


def placed(*records: Traits) -> tuple[frozenset[frozenset[str]], list[str]]:
    """Who is one, and how each record was found."""
    desk = Desk(shipped(), Shelf(hashed, {}, {}), Words(shipped(), {}, 0))
    outcomes = [desk.place(one).outcome for one in records]
    return frozenset(frozenset(person.records) for person in desk.shelf.profiles.values()), outcomes


def made(told: list[tuple[dict[str, Any], str]]) -> list[Traits]:
    """Records of a mother, each by what is written otherwise and what is not written."""
    records = []
    for number, (changes, without) in enumerate(told, 1):
        fields = {**MOTHER, **changes}
        records.append(said(number, {name: fields[name] for name in fields if name not in without.split()}))
    return records


@pytest.mark.parametrize("told", ONE_WOMAN.values(), ids=ONE_WOMAN)
def test_records_of_one_woman_are_one_person_in_any_order(told):
    records = made(told)
    assert {placed(*order)[0] for order in permutations(records)} == {
        frozenset([frozenset(r.record_id for r in records)])
    }


def test_one_record_without_a_number_does_not_outweigh_three_that_bear_another_childs():
    number, sibling = "1602052011250001", "1602052011250002"
    own = [said(one, {**BABY, "nik": number}) for one in (1, 2, 3)]
    persons, outcomes = placed(*own, said(4, BABY), said(5, {**BABY, "nik": sibling}))
    assert (len(persons), outcomes[-1]) == (2, "review")


def test_a_number_that_strayed_is_outnumbered_by_records_that_fit():
    strayed = said(1, {**BABY, "nik": "1602052011250001"})
    persons, outcomes = placed(strayed, said(2, BABY), said(3, BABY), said(4, {**BABY, "nik": "1602052011250002"}))
    assert (len(persons), outcomes[-1]) == (1, "matched")
