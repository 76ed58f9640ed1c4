"""Which value of a person counts, and where it comes from."""

from itertools import permutations

import pytest

from fieldsync.registry.golden import Told, from_papers, golden

PAPERS = {
    "nik": "1602055205980001",
    "full_name": "Siti Aminah",
    "birth_date": "1998-05-12",
    "birth_date_precision": "day",
}
SPOKEN = {"full_name": "Bu Minah", "birth_date": "1998-01-01", "birth_date_precision": "year", "phone": "081299990000"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (PAPERS, True),
        (SPOKEN, False),
        ({**PAPERS, "birth_date_precision": "estimated"}, False),
        ({**PAPERS, "nik": "1602059905980001"}, False),
        ({**SPOKEN, "civil_documents_checked": True}, True),
        ({**SPOKEN, "civil_documents_checked": False}, False),
        ({**SPOKEN, "ktp_status": "issued"}, True),
        ({**SPOKEN, "ktp_status": "lost"}, False),
        ({}, False),
    ],
)
def test_what_was_written_from_papers(fields, expected):
    assert from_papers(fields) is expected


def test_papers_count_before_speech_for_what_papers_say_and_the_latest_for_all_else():
    records = [
        Told("a", 1, {**PAPERS, "phone": "081100001111", "education": "sma"}),
        Told("b", 2, {**SPOKEN, "education": None}),
    ]
    assert golden(records) == {
        "nik": (PAPERS["nik"], "a"),
        "full_name": ("Siti Aminah", "a"),
        "birth_date": ("1998-05-12", "a"),
        "birth_date_precision": ("day", "a"),
        "phone": ("081299990000", "b"),
        "education": ("sma", "a"),
    }


def test_of_two_papers_the_later_counts_and_speech_fills_the_gaps():
    records = [
        Told("a", 1, PAPERS),
        Told("b", 2, {**PAPERS, "full_name": "Siti Aminah binti Rahman"}),
        Told("c", 3, {**SPOKEN, "mother_name": "Sumarsih"}),
    ]
    found = golden(records)
    assert found["full_name"] == ("Siti Aminah binti Rahman", "b")
    assert found["mother_name"] == ("Sumarsih", "c")


def test_how_exact_a_date_is_comes_with_the_date():
    records = [Told("a", 1, {"birth_date": "1998-05-12"}), Told("b", 2, {"birth_date_precision": "year"})]
    assert golden(records) == {"birth_date": ("1998-05-12", "a")}


def test_the_order_of_arrival_does_not_count():
    records = [Told("a", 1, PAPERS), Told("b", 1, {**PAPERS, "phone": "0811"}), Told("c", 2, SPOKEN), Told("d", 2, {})]
    assert len({str(sorted(golden(order).items())) for order in permutations(records)}) == 1


def test_nothing_said_gives_nothing():
    assert golden([]) == {}
    assert golden([Told("a", 1, {"full_name": None})]) == {}
