"""The scale scenario: what a record costs with 10,000 records stored, and with a hundred times as many.

Both times the same number of visits of women drawn at random from all that are known,
so that the large store gets no help from records that happen to lie together, and both
after some of the same as a warm-up.
"""

from itertools import chain
from random import Random
from statistics import median

from bench import postgres, server
from bench.pushing import timed
from bench.records import Cohort
from bench.run import ROUNDS, Run, say

SMALL_WOMEN = 2_000  # with two records and three visits each: 10,000 records
SMALL_WAVES = range(3)
SMALL_ROUNDS = ((3, 4), (5, 6), (7, 8))
LARGE_WAVES = range(8)
LARGE_ROUND = (8, 9)
RECORDS_EACH = 2 + len(LARGE_WAVES)


def scale(run: Run) -> None:
    """Measure the cost per record on a small and on a large store, and report their ratio."""
    with server.running(run.postgres, seed=4) as found:
        small = _small(run, found)
        large, stored = _large(run, found)
    note = f"{stored:,} records stored"
    if run.postgres.root:
        run.report.add("scale_cpu", median(cost for _, cost in large) / median(cost for _, cost in small), note)
    run.report.add("scale_time", median(rate for rate, _ in small) / median(rate for rate, _ in large), note)


def _small(run: Run, found: server.FieldSync) -> list[tuple[float, float]]:
    cohort = Cohort(4, SMALL_WOMEN, run.today)
    _fill(found, cohort, SMALL_WAVES)
    postgres.wait_until_quiet(run.postgres)
    order = Random(4).sample(range(SMALL_WOMEN), SMALL_WOMEN)  # noqa: S311 # repeatable test data
    results = [
        timed(found, chain.from_iterable(cohort.visits(wave, order) for wave in waves)) for waves in SMALL_ROUNDS
    ]
    say(f"  small store: {[round(rate) for rate, _ in results]} records/s")
    return results


def _large(run: Run, found: server.FieldSync) -> tuple[list[tuple[float, float]], int]:
    before = SMALL_WOMEN * (2 + len(SMALL_WAVES) + sum(map(len, SMALL_ROUNDS)))
    cohort = Cohort(5, (run.sizes.stored - before) // RECORDS_EACH, run.today)
    _fill(found, cohort, LARGE_WAVES)
    postgres.wait_until_quiet(run.postgres)
    drawn = Random(5).sample(range(cohort.size), SMALL_WOMEN * (ROUNDS + 1))  # noqa: S311 # repeatable test data
    found.store(cohort.visits(LARGE_ROUND[0], drawn[:SMALL_WOMEN]))
    results = []
    for number in range(1, ROUNDS + 1):
        some = drawn[number * SMALL_WOMEN : (number + 1) * SMALL_WOMEN]
        results.append(timed(found, chain.from_iterable(cohort.visits(wave, some) for wave in LARGE_ROUND)))
    say(f"  large store: {[round(rate) for rate, _ in results]} records/s")
    return results, before + cohort.size * RECORDS_EACH


def _fill(found: server.FieldSync, cohort: Cohort, waves: range) -> None:
    found.store(cohort.persons())
    found.store(cohort.pregnancies())
    for wave in waves:
        found.store(cohort.visits(wave))
