"""The command: `python -m bench.identity [--seed 1] [--records 20000] [--api] [--splink]`, told in bench/README.md."""

import argparse
import random
import sys
from dataclasses import dataclass

from bench import postgres
from bench.identity import engine, environments, febrl, febrl_run, splink_peer, through_api
from bench.identity.ours import Ours
from bench.identity.population import Population, generate
from bench.identity.score import difference, lines, moved, pair_figures, score

BATCHES = (1, 50)


def main() -> int:
    """Run what was asked for, and print each figure as it is known."""
    parser = argparse.ArgumentParser(prog="bench.identity", description="Who is who: figures on invented people.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--api", action="store_true", help="also through the API, on PostgreSQL and SQLite")
    parser.add_argument("--splink", action="store_true", help="also Splink 5 on the same records")
    given = parser.parse_args()
    population = generate(given.seed, given.records)
    run = _Run(population, engine.run(Ours(), population.visits()))
    for part in (run.ours, run.batches, run.orders, run.febrl):
        part()
    if given.api:
        run.through("PostgreSQL")
        run.through("SQLite")
    if given.splink:
        run.splink()
    return 0


@dataclass
class _Run:
    """One population, and what our engine made of it."""

    population: Population
    outcome: engine.Outcome

    def ours(self) -> None:
        _say(
            f"Ours, in process: {self.outcome.rate:,.0f} records/s, 95 of 100 batches in {self.outcome.slowest():.2f} s"
        )
        _say("\n".join(lines(self.outcome.score(self.population.truth))))

    def batches(self) -> None:
        for size in BATCHES:
            other = engine.run(Ours(), self.population.visits(), size)
            _say(f"batches of {size}: {difference(self.outcome.partition, other.partition):.2%} of records differ")

    def orders(self) -> None:
        visits = list(self.population.visits())
        random.Random(1).shuffle(visits)  # noqa: S311 # repeatable
        other = engine.run(Ours(), visits)
        figures = pair_figures(self.population.truth.person_of, other.partition)
        differing = difference(self.outcome.partition, other.partition)
        least = moved(self.outcome.partition, other.partition)
        _say(
            f"another order of arrival: F1 {figures.f1:.4f}, {differing:.2%} of records have other cluster-mates; "
            f"{least:.2%} must move, at least, to make the two alike"
        )

    def febrl(self) -> None:
        weights = febrl_run.weights_for([list(febrl.entries(number)) for number in (1, 2)])
        for number in (3, 4):
            entries = list(febrl.entries(number))
            figures = pair_figures(
                {one.record_id: one.person for one in entries}, febrl_run.partition(entries, weights)
            )
            _say(
                f"FEBRL {number}: F1 {figures.f1:.4f} (precision {figures.precision:.4f}, recall {figures.recall:.4f})"
            )

    def through(self, name: str) -> None:
        if name == "PostgreSQL":
            with postgres.running() as database:
                found = through_api.push(database, self.population.visits())
        else:
            found = through_api.push(None, self.population.visits())
        f1 = pair_figures(self.population.truth.person_of, found.partition).f1
        differing = difference(self.outcome.partition, found.partition)
        _say(
            f"through the API on {name}: {found.rate:,.0f} records/s, batches of 500 p95 {found.p95:.2f} s, "
            f"{found.cpu:.2f} CPU-s per 1,000; F1 {f1:.4f}, {differing:.2%} of records differ from the pure engine"
        )

    def splink(self) -> None:
        found = splink_peer.link(environments.CACHE, self.population.visits())
        least = splink_peer.THRESHOLD
        _say(f"Splink, p >= {least}: training {found.training:.0f} s, predicting {found.predicting:.0f} s")
        _say("\n".join(lines(score(self.population.truth, found.partition))))


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
