"""Keys that a crowd shares: `python -m bench.identity.crowds [--persons 100000] [--sqlite]`.

In a store of known persons, 5,000 people come whose records all bear the midwife's telephone, then 3,000 women named
Siti Aminah of one village, half of them with nothing else but a date of birth. No batch may take over 3 times the
median of ordinary ones.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import median

from bench.identity.population import Population, generate
from bench.identity.stage import BATCH, MEASURED, RECORDS_A_PERSON, WARM, fill, in_new_store, place
from bench.identity.visit import Visit
from fieldsync.db import Store

MIDWIFE = "081234500001"
WITH_HER_PHONE, NAMESAKES = 5_000, 3_000
BAR = 3


def main() -> int:
    """Fill, place, tell."""
    return in_new_store("bench.identity.crowds", __doc__, 100_000, _measured)


def _measured(store: Store, seed: int, persons: int) -> None:
    population = generate(seed, int(persons * RECORDS_A_PERSON))
    visits = list(population.visits())
    last = (3 * WARM + MEASURED) * BATCH
    fill(store, visits[:-last], population.truth.person_of)
    ordinary = iter(visits[-last:])
    usual = median(place(store, _some(ordinary, WARM + MEASURED)).seconds)
    print(f"ordinary batches of {BATCH}: median {usual:.2f} s")
    strangers = _strangers(generate(seed + 1, int((WITH_HER_PHONE + NAMESAKES) * RECORDS_A_PERSON * 2)))
    for name, crowd in (
        ("with the midwife's telephone", list(_with_one_phone(strangers))),
        ("named Siti Aminah in one village", list(_namesakes(strangers))),
    ):
        _tell(name, place(store, [*_some(ordinary, WARM), *crowd]).seconds, usual)


def _some(visits: Iterator[Visit], batches: int) -> list[Visit]:
    return list(islice(visits, batches * BATCH))


def _strangers(population: Population) -> Iterator[Visit]:
    """Yield the first record of each person of another population."""
    met: set[int] = set()
    for visit in population.visits():
        person = population.truth.person_of[visit.record_id]
        if person not in met:
            met.add(person)
            yield visit


def _with_one_phone(strangers: Iterator[Visit]) -> Iterator[Visit]:
    for visit in islice(strangers, WITH_HER_PHONE):
        yield visit._replace(phone=MIDWIFE)


def _namesakes(strangers: Iterator[Visit]) -> Iterator[Visit]:
    village = None
    for number, visit in enumerate(islice(strangers, NAMESAKES)):
        village = village or visit.village_code
        one = visit._replace(name="Siti Aminah", sex="f", husband_name=None, village_code=village)
        yield one if number % 2 else one._replace(nik=None, kk=None, phone=None, mother_name=None)


def _tell(name: str, seconds: Sequence[float], usual: float) -> None:
    worst = max(seconds)
    print(
        f"{len(seconds) * BATCH:,} people {name}: median {median(seconds):.2f} s, "
        f"slowest {worst:.2f} s, {worst / usual:.1f} times the ordinary median (bar {BAR})"
    )


if __name__ == "__main__":
    sys.exit(main())
