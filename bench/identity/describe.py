"""The command `python -m bench.identity.describe`: what the generator reached, next to what is described.

So that one can check the invented people before believing a figure measured on them.
Where the description gives no number, only the reached one is told.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from bench.identity.population import Population, generate
from bench.identity.truth import KINDS
from bench.identity.visit import Visit

_PLACEHOLDERS = ("-01-01", "-07-01", "-12-31")


def main() -> int:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(prog="bench.identity.describe", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=int, default=20_000)
    given = parser.parse_args()
    start = time.perf_counter()
    population = generate(given.seed, given.records)
    visits = list(population.visits())
    seconds = time.perf_counter() - start
    print(f"seed {given.seed}, {len(visits):,} records in {seconds:.1f} s")
    for name, described, reached in (*_of_records(population, visits), *_of_people(population, visits)):
        print(f"{name:44} {described:>16} {reached:>16}")
    return 0


def _of_records(population: Population, visits: list[Visit]) -> Iterable[tuple[str, str, str]]:
    def share(test: Callable[[Visit], object]) -> str:
        return f"{sum(bool(test(one)) for one in visits) / len(visits):.1%}"

    dated = [one for one in visits if one.dob]
    heaped = sum((one.dob or "").endswith(_PLACEHOLDERS) for one in dated) / len(dated)
    yield "written from a document", "> 50%", f"{population.documents() / len(visits):.1%}"
    yield "NIK absent", "about 25%", share(lambda one: one.nik is None)
    yield from _niks(population, visits)
    yield "KK absent", "33%", share(lambda one: one.kk is None)
    yield "phone absent", "> 33%", share(lambda one: one.phone is None)
    yield "birth date absent", "3%", share(lambda one: one.dob is None)
    yield "birth date on 01-01, 07-01 or 12-31", "", f"{heaped:.1%}"
    yield "birth date true", "", f"{_true_dates(population, dated):.1%}"
    yield "mother's name written", "", share(lambda one: one.mother_name)
    yield "husband's name written", "", share(lambda one: one.husband_name)
    yield "newborns without a name (By.)", "", share(lambda one: one.name.lower().startswith(("by", "bayi")))
    yield "name official, letter by letter", "", f"{_official(population, visits):.1%}"


def _niks(population: Population, visits: list[Visit]) -> Iterable[tuple[str, str, str]]:
    people = {one.number: one for one in population.people}
    owners = {nik: one.number for one in population.people for nik in (one.nik, one.other_nik) if nik}
    found: Counter[str] = Counter()
    dated = other_date = 0
    for visit in visits:
        person = people[population.truth.person_of[visit.record_id]]
        if visit.nik and visit.nik not in (person.nik, person.other_nik):
            found["relative" if visit.nik in owners else "mistyped"] += 1
        elif visit.nik:
            on, dated = date.fromordinal(person.born), dated + 1
            other_date += f"{on.day + (40 if person.sex == 'f' else 0):02}{on:%m%y}" != visit.nik[6:12]
    yield "NIK mistyped", "2%", f"{found['mistyped'] / len(visits):.1%}"
    yield "NIK of somebody else", "1%", f"{found['relative'] / len(visits):.1%}"
    yield "date in the NIK not the true birth date", "", f"{other_date / dated:.1%}"
    twice = sum(bool(people[number].other_nik) for number in population.truth.facts)
    yield "people with two valid NIKs", "a few", f"{twice / len(population.truth.facts):.1%}"


def _true_dates(population: Population, dated: list[Visit]) -> float:
    born = {number: date.fromordinal(facts.born).isoformat() for number, facts in population.truth.facts.items()}
    return sum(born[population.truth.person_of[one.record_id]] == one.dob for one in dated) / len(dated)


def _official(population: Population, visits: list[Visit]) -> float:
    facts, person_of = population.truth.facts, population.truth.person_of
    return sum(facts[person_of[one.record_id]].name.lower() == one.name.lower() for one in visits) / len(visits)


def _of_people(population: Population, visits: list[Visit]) -> Iterable[tuple[str, str, str]]:
    truth = population.truth
    facts = truth.facts.values()
    many = Counter(Counter(truth.person_of.values()).values())
    names = Counter(one.name for one in facts)
    near = Counter((one.name, one.village) for one in facts)
    moved = sum(one.village_on(one.died or 10**7).code != one.village.code for one in population.people)
    yield "people with records", f"{len(visits) / 2.7:,.0f}", f"{len(facts):,}"
    yield "records per person", "2.7", f"{len(visits) / len(facts):.2f}"
    yield "most records of a person", "14", f"{max(many)}"
    yield "people with 1, 2, 3-5, 6+ records", "", _spread(many)
    yield "share their full name with someone", "> 50%", f"{sum(names[one.name] > 1 for one in facts) / len(facts):.1%}"
    here = sum(near[one.name, one.village] > 1 for one in facts)
    yield "... with someone of the same village", "10%", f"{here / len(facts):.1%}"
    yield "words in a name, 1 to 4", "1 to 4", _words(one.name for one in facts)
    yield "live elsewhere later", "3%", f"{moved / len(population.people):.1%}"
    yield "villages; of them with a new code", "a few", f"{_villages(population)}; {len(population.code_changes)}"
    yield "twin pairs with records", f"{224 * len(visits) / 100_000:.0f}", f"{len(truth.twin_pairs())}"
    for kind in KINDS[:-1]:
        yield f"pairs: {kind}", "", f"{sum(1 for _ in truth.related(kind)):,}"


def _spread(many: Counter[int]) -> str:
    total, groups = sum(many.values()), ((1, 1), (2, 2), (3, 5), (6, 99))
    return " ".join(f"{sum(n for k, n in many.items() if low <= k <= high) / total:.0%}" for low, high in groups)


def _words(names: Iterable[str]) -> str:
    lengths = Counter(len(name.split()) for name in names)
    return " ".join(f"{lengths[length] / lengths.total():.0%}" for length in range(1, 5))


def _villages(population: Population) -> int:
    return len({facts.village for facts in population.truth.facts.values()})


if __name__ == "__main__":
    sys.exit(main())
