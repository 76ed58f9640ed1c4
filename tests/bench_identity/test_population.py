"""The generator against the description that it follows, and against itself."""

import subprocess
import sys
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from bench.identity.places import CUSTOMS, villages_of
from bench.identity.population import generate, stream
from bench.identity.truth import KINDS

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 12_000


@pytest.fixture(scope="module")
def population():
    return generate(7, RECORDS)


@pytest.fixture(scope="module")
def visits(population):
    return list(population.visits())


def digest(visits):
    return sha256(repr(list(visits)).encode()).hexdigest()


def test_a_seed_tells_the_same_in_every_process():
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_population as t; print(t.digest(t.stream(3, 900)))"
    told = subprocess.run(  # noqa: S603 # our own
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
        env={"PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert told.stdout.strip() == digest(stream(3, 900))
    assert digest(stream(4, 900)) != digest(stream(3, 900))


def test_exactly_as_many_records_as_asked_in_order_of_arrival(population, visits):
    assert len(visits) == len({visit.record_id for visit in visits}) == RECORDS
    assert [visit.synced_on for visit in visits] == sorted(visit.synced_on for visit in visits)
    assert population.truth.person_of.keys() == {visit.record_id for visit in visits}
    assert len(list(stream(1, 1))) == 1


def test_written_a_second_time_the_records_are_the_same(population, visits):
    assert list(population.visits()) == visits


def test_dates_and_codes_can_be(visits):
    known = {code for custom in CUSTOMS for code in villages_of(custom.regency)}
    assert len({custom.regency for custom in CUSTOMS}) == 10
    for visit in visits:
        assert visit.village_code in known
        assert visit.event_date <= visit.synced_on
        assert visit.dob is None or date.fromisoformat(visit.dob).isoformat() <= visit.synced_on
        assert visit.name.strip() == visit.name != ""
        assert visit.sex in ("m", "f")


def share(visits, test):
    return sum(bool(test(visit)) for visit in visits) / len(visits)


def test_rates_are_those_described(population, visits):
    assert 0.5 < population.documents() / RECORDS < 0.68
    assert share(visits, lambda one: one.nik is None) == pytest.approx(0.25, abs=0.03)
    assert share(visits, lambda one: one.kk is None) == pytest.approx(0.333, abs=0.03)
    assert 0.33 < share(visits, lambda one: one.phone is None) < 0.42
    assert share(visits, lambda one: one.dob is None) == pytest.approx(0.03, abs=0.008)
    per_person = Counter(population.truth.person_of.values())
    assert RECORDS / len(per_person) == pytest.approx(2.7, abs=0.25)
    assert min(per_person.values()) == 1
    assert max(per_person.values()) <= 14


def test_niks_have_their_structure_and_are_given_once(population):
    niks = [nik for one in population.people for nik in (one.nik, one.other_nik) if nik]
    assert len(niks) == len(set(niks))
    for one in population.people:
        if one.nik:
            assert len(one.nik) == 16
            assert (int(one.nik[6:8]) > 40) is (one.sex == "f")
            date(2000 + int(one.nik[10:12]) % 100, int(one.nik[8:10]), 1)
            assert one.nik[12:] != "0000"


def test_twins_of_one_sex_have_neighbouring_serials(population):
    people = {one.number: one for one in population.people}
    pairs = [(people[a], people[b]) for a, b in population.truth.twin_pairs()]
    alike = [(a.nik, b.nik) for a, b in pairs if a.sex == b.sex and a.nik and b.nik]
    assert len(alike) > 5
    assert all(abs(int(a) - int(b)) == 1 for a, b in alike)
    assert all(a.born == b.born and a.mother is b.mother for a, b in pairs)


@pytest.mark.parametrize("kind", KINDS[:-1])
def test_every_kind_of_look_alikes_occurs(population, kind):
    pairs = list(population.truth.related(kind))
    assert len(pairs) > 3
    assert all(population.truth.kind(b, a) == kind for a, b in pairs)


def test_the_dead_sibling_died_before_the_younger_was_born(population):
    pairs = [(one, one.named_after) for one in population.people if one.named_after]
    assert pairs
    assert all(dead.name == one.name and 0 < dead.died < one.born and dead.sex == one.sex for one, dead in pairs)


def test_nobody_is_met_before_birth_or_after_death(population):
    assert all(one.recorded >= one.person.born for one in population.outings)
    late = [one for one in population.outings if one.person.died and one.recorded > one.person.died]
    assert {one.event for one in late} <= {"death", "birth"}
