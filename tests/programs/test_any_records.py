"""Records with anything in them, in any order: always judged, always alike, and each flag with its reasons."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fieldsync.programs import TYPES
from fieldsync.programs.cases import CaseError, findings_of, read_case
from fieldsync.programs.following import book_on
from fieldsync.rules import basis_of, evidence, explain

VIGNETTES = Path(__file__).parent.parent / "data" / "vignettes.jsonl"
BOOK = cache(book_on)
CASES = [json.loads(line) for line in VIGNETTES.read_text(encoding="utf-8").splitlines()]
DAYS = ("2026-03-10", "2026-03-10", "1900-01-01", "2200-12-31", "2028-02-29")
ODD = (
    *(None, "", 0, -1, 1.5, 10**18, True, False, "x", [], {}, [None], [{}], {"a": 1}, "W1", "unknown", "T0"),
    *("2026-03-10", "2099-01-01", "1900-01-01", "2200-12-31", "0001-01-01", "2026-02-30", "1602050101900001"),
)


def spoilt(rng: Random, case: dict[str, Any]) -> dict[str, Any]:
    """Return a case with some fields, of records or of the babies in them, gone or odd, and records gone."""
    records = json.loads(json.dumps(case["records"]))
    for _ in range(rng.randint(1, 5)):
        record = rng.choice(records)
        target, names = record, [one.name for one in TYPES[record["type"]].fields]
        if isinstance(babies := record.get("babies"), list) and babies and isinstance(babies[0], dict):
            target, names = rng.choice(
                [(record, names), (babies[0], ["person_id", "outcome", "birth_weight_g", "sex"])]
            )
        name = rng.choice([*names, *target.keys() - {"type", "id"}])
        target[name] = rng.choice(ODD)
        if rng.random() < 0.3:
            del target[name]
    if len(records) > 1 and rng.random() < 0.3:
        del records[rng.randrange(len(records))]
    return {"id": case["id"], "now": rng.choice(DAYS), "records": records}


def told(case: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    read = read_case(json.dumps(case).encode())
    for one in findings_of(read, BOOK(read.now)):
        yield one.rule.id, one.sheet.subject, one.sheet.episode, one.due.isoformat(), *explain(basis_of(one)).values()
        assert json.loads(json.dumps(evidence(basis_of(one))))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_in_records_they_are_judged_and_their_order_tells_nothing(seed):
    rng = Random(seed)
    flags = 0
    for _ in range(40):
        case = spoilt(rng, rng.choice(CASES))
        try:
            found = list(told(case))
        except CaseError:  # an id or area that is no text
            continue
        flags += len(found)
        if all(record.get("id") for record in case["records"]):
            rng.shuffle(case["records"])
            assert [one[:4] for one in told(case)] == [one[:4] for one in found]
    assert flags
