"""Splink with a textbook model on the same records, scored as FieldSync is: `python -m bench.identity.splink_peer`.

It runs in an environment of its own, made once, so that its libraries never meet ours.
Blank fields are nulls to it; names come in capitals, telephones in national digits.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench import process
from bench.identity import environments
from bench.identity.population import generate
from bench.identity.score import lines, score
from bench.identity.visit import Visit

PACKAGES = ("splink==5.0.0", "duckdb==2.0.1", "pyarrow==26.0.1", "sqlglot==30.30.0")
THRESHOLD = 0.95
_JOB = Path(__file__).with_name("splink_job.py")


@dataclass(frozen=True, slots=True)
class Clusters:
    """What Splink made of the records, and the seconds that training, and predicting with clustering took."""

    partition: dict[str, str]
    training: float
    predicting: float


def link(cache: Path, visits: Iterable[Visit], threshold: float = THRESHOLD) -> Clusters:
    """Cluster records with Splink.

    Raises:
        StartError: the environment could not be made, or the run failed.
    """
    home = environments.install(cache, "splink", PACKAGES)
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as folder:
        work = Path(folder)
        write(work / "records.csv", visits)
        said = process.run([home / "bin/python", _JOB, "records.csv", "clusters.csv", str(threshold)], {}, work)
        with (work / "clusters.csv").open(newline="", encoding="utf-8") as file:
            partition = dict(csv.reader(file))
    training, predicting = map(float, said.split()[-2:])
    return Clusters(partition, training, predicting)


def write(path: Path, visits: Iterable[Visit]) -> None:
    """Write records as CSV with a header; what is absent is empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(Visit._fields)
        rows.writerows(visits)


def main() -> int:
    """Generate, link, score, print."""
    parser = argparse.ArgumentParser(prog="bench.identity.splink_peer", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    given = parser.parse_args()
    population = generate(given.seed, given.records)
    found = link(environments.CACHE, population.visits(), given.threshold)
    print(f"Splink, p >= {given.threshold}: training {found.training:.0f} s, predicting {found.predicting:.0f} s")
    print("\n".join(lines(score(population.truth, found.partition))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
