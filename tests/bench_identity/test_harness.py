"""The harness that runs linkers, the way into FieldSync's form, and the reader of FEBRL."""

import csv

from bench.identity import febrl, splink_peer
from bench.identity.engine import Answer, ByNik, run
from bench.identity.people import envelope, person
from bench.identity.population import generate
from bench.identity.train import People, common_words
from bench.identity.truth import Truth
from bench.identity.visit import Visit
from fieldsync.programs import TYPES, accepts, examine

PLAIN = Visit(
    *("r", "1602055104900001", "1602050101100001", "Siti Aminah", "f", "1990-04-11", "0812-3456-7890"),
    *("16.02.05.2011", "Rohani", "Umar", "clinic", "2024-05-01", "van", "2024-05-03"),
)


class Scripted:
    """Answers what it was told to."""

    def __init__(self, answers, later=None):
        self.answers, self.batches, self.later = answers, [], later or {}

    def add(self, batch):
        self.batches.append(len(batch))
        return [self.answers[visit.record_id] for visit in batch]


class Merging(Scripted):
    def partition(self):
        return self.later


ANSWERS = {
    "a": Answer("a", "p", "new"),
    "b": Answer("b", "p", "matched", (), 0.9),
    "c": Answer("c", "q", "review", (("a", 0.4),)),
    "d": Answer("d", "p", "matched", (), 0.6),
}
TRUTH = Truth({"a": 1, "b": 1, "c": 1, "d": 2})


def visits(*ids):
    return [PLAIN._replace(record_id=one) for one in ids]


def test_batches_answers_and_what_was_judged():
    linker = Scripted(ANSWERS)
    outcome = run(linker, visits(*"abcd"), 3)
    assert linker.batches == [3, 1]
    assert outcome.partition == {"a": "p", "b": "p", "c": "q", "d": "p"}
    assert outcome.queue() == [("c", "a")]
    assert list(outcome.judged(TRUTH)) == [(0.9, True), (0.4, True), (0.6, False)]
    assert outcome.rate > 0
    assert outcome.slowest() == max(outcome.seconds)
    found = outcome.score(TRUTH)
    assert (found.pairs.precision, found.pairs.recall, found.reviews.gain) == (1 / 3, 1 / 3, 1)


def test_a_linker_that_merges_later_has_the_last_word():
    later = {"a": "p", "b": "p", "c": "p", "d": "d"}
    assert run(Merging(ANSWERS, later), visits(*"abcd")).partition == later


def test_the_plainest_linker_goes_by_the_nik():
    population = generate(2, 2000)
    outcome = run(ByNik(), population.visits(), 500)
    figures = outcome.score(population.truth)
    assert figures.pairs.precision > 0.9
    assert 0.3 < figures.pairs.recall < 0.8
    other = run(ByNik(), population.visits(), 1)
    assert other.partition == outcome.partition


def test_the_form_of_a_person_takes_every_visit():
    kind, today = TYPES["person"], "2026-12-31"
    for visit in generate(5, 3000).visits():
        fields = person(visit)
        errors, _ = examine(kind, fields, today)
        assert errors == []
    assert accepts(kind, person(PLAIN), today)


def test_what_the_form_needs_or_refuses():
    assert person(PLAIN._replace(dob=None, event_type="growth"))["birth_date"] == "2023-01-01"
    missing = person(PLAIN._replace(dob=None))
    assert (missing["birth_date"], missing["birth_date_precision"]) == ("1994-01-01", "estimated")
    dead = PLAIN._replace(event_type="death")
    assert person(dead)["death_date"] == "2024-05-01"
    assert "death_date" not in person(dead._replace(dob="2025-01-01"))
    assert "nik" not in person(PLAIN._replace(nik="123"))
    assert envelope(PLAIN)["area"] == person(PLAIN)["village_code"] == "16.02.05.2011"


def test_febrl_is_read_with_its_truth():
    text = "rec_id, given_name, surname, postcode\nrec-12-org, mia, , 2000\nrec-12-dup-0, mai, ng, \n"
    assert list(febrl.read(iter(text.splitlines()))) == [
        febrl.Entry("rec-12-org", {"given_name": "mia", "postcode": "2000"}, "12"),
        febrl.Entry("rec-12-dup-0", {"given_name": "mai", "surname": "ng"}, "12"),
    ]


def test_a_peer_gets_the_columns_of_a_visit(tmp_path):
    splink_peer.write(tmp_path / "records.csv", [PLAIN._replace(nik=None)])
    with (tmp_path / "records.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["record_id"], row["nik"], row["name"]) for row in rows] == [("r", "", "Siti Aminah")]


def test_words_equally_common_stand_in_one_order_in_every_process():
    words, names = common_words([People(11)], 300)
    counted = list(words.items())
    assert names == 300
    assert len(set(words.values())) < len(counted)  # or else there were no ties
    assert counted == sorted(counted, key=lambda one: (-one[1], one[0]))
