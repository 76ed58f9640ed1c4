"""Faults of single records: that one is refused or held, told why and kept; its neighbours go through."""

import json

import pytest
from sqlalchemy import text

from fieldsync import registry
from fieldsync.ledger import quarantine, receipts
from tests.badinput import catalogue
from tests.badinput.conftest import quick
from tests.field import pregnancy, woman
from tests.office import Office, Tablet

RECORDS = catalogue.of("record")
REFUSED = [row for row in RECORDS if row["outcome"] == "rejected"]
TAKEN = [row for row in RECORDS if row["outcome"] != "rejected"]
BATCH, LARGE = 25, 100
PLACES = {"first": 0, "middle": LARGE // 2, "last": LARGE - 1}
A_HANDFUL = ("name-nul", "name-high-surrogate", "int-30-digits", "record-is-null", "reference-foreign")


def _push(tablet: Tablet, records, *, spaced: bool = False, **changes):
    """Push records, written so that the quick or the slow reader takes them; return (answer, texts)."""
    texts = [catalogue.written(one, spaced=spaced) for one in records]
    body = catalogue.batch(texts, {**tablet.envelope([]), **changes})
    with quick():
        answer = tablet.send(body)
    return answer, texts


def _results(answer, number: int) -> list[dict]:
    assert answer.status_code == 200, answer.data
    assert len(answer.json["results"]) == number
    return answer.json["results"]


def _unexpected(case, result) -> str | None:
    """Return what differs from what a case expects, or None."""
    if result["status"] not in catalogue.any_of(case["outcome"]):
        return f"{result['status']} {result.get('errors', '')}"
    if "pointer" not in case:
        return f"warned {result['warnings']}" if result.get("warnings") else None
    found = {one["pointer"]: one for one in (*result.get("errors", ()), *result.get("warnings", ()))}
    told = found.get(case["pointer"])
    if told is None or not told["message"] or told["code"] not in _codes(case, told):
        return f"{result['status']} but {found}"
    return None


def _codes(case, told) -> tuple[str, ...]:
    return catalogue.any_of(case.get("code", told["code"]))


def _kept(office: Office, number: int) -> list[str]:
    with office.store.reading() as connection:
        return [one["as_sent"] for one in quarantine.open_records(connection, office.store.sealer, number)]


def _stored(office: Office, ids: list[str]) -> dict[str, dict]:
    with office.store.reading() as connection:
        found = registry.records_now(connection, office.store.sealer, ids)
    return {record_id: json.loads(one.body) for record_id, one in found.items() if one.body is not None}


def _fill(tablet: Tablet, number: int, bad: dict[int, object]) -> list:
    return [bad[at] if at in bad else woman(tablet) for at in range(number)]


@pytest.mark.parametrize("case", REFUSED, ids=catalogue.name)
def test_a_bad_record_first_in_the_middle_and_last_spares_its_neighbours(case, office, tablet, known):
    places = (BATCH // 2,) if case.get("once") else (0, BATCH // 2, BATCH - 1)
    bad = {at: catalogue.record(case, tablet, known) for at in places}
    answer, texts = _push(tablet, _fill(tablet, BATCH, bad))
    results = _results(answer, BATCH)
    assert [_unexpected(case, results[at]) for at in places] == [None] * len(places)
    assert [one["status"] for at, one in enumerate(results) if at not in bad] == ["applied"] * (BATCH - len(bad))
    assert set(_kept(office, len(places))) >= {texts[at] for at in places}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", [row for row in REFUSED if row["id"] in A_HANDFUL], ids=catalogue.name)
def test_a_bad_record_among_a_hundred_spares_its_neighbours(case, place, office, tablet, known):
    at = PLACES[place]
    answer, texts = _push(tablet, _fill(tablet, LARGE, {at: catalogue.record(case, tablet, known)}))
    results = _results(answer, LARGE)
    assert _unexpected(case, results.pop(at)) is None
    assert {one["status"] for one in results} == {"applied"}
    assert texts[at] in _kept(office, 1)


@pytest.mark.parametrize("spaced", [False, True], ids=["quick reader", "slow reader"])
@pytest.mark.parametrize("half", [0, 1], ids=["even", "odd"])
def test_all_bad_records_at_once_spare_a_good_one_between_each(half, spaced, office, tablet, known, rows_kept):
    cases = [case for case in REFUSED if not case.get("once")][half::2]
    before = rows_kept()
    records = [one for case in cases for one in (catalogue.record(case, tablet, known), woman(tablet))]
    answer, texts = _push(tablet, records, spaced=spaced)
    results = _results(answer, len(records))
    found = {case["id"]: _unexpected(case, result) for case, result in zip(cases, results[::2], strict=True)}
    assert {name: told for name, told in found.items() if told} == {}
    assert {one["status"] for one in results[1::2]} == {"applied"}
    assert set(_kept(office, len(cases))) >= set(texts[::2])
    after = rows_kept()
    assert after["record in effect"] - before["record in effect"] == len(cases)
    assert after["batch"] - before["batch"] == 1


@pytest.mark.parametrize("case", TAKEN, ids=catalogue.name)
def test_what_only_looks_bad_is_taken_as_it_is(case, office, tablet, known):
    made = catalogue.record(case, tablet, known)
    answer, _ = _push(tablet, [woman(tablet), made, woman(tablet)])
    before, result, after = _results(answer, 3)
    assert (before["status"], after["status"]) == ("applied", "applied")
    assert _unexpected(case, result) is None
    if result["status"] == "applied" and made["form_version"] == "2026.1":
        stored = _stored(office, [made["id"]])[made["id"]]
        assert stored["data"] == made["data"]
        assert {name: stored[name] for name in made if name not in ("base_rev", "data")}.items() <= made.items()


@pytest.mark.parametrize("spaced", [False, True], ids=["quick reader", "slow reader"])
@pytest.mark.parametrize("case", catalogue.of("batch"), ids=catalogue.name)
def test_records_of_one_batch_do_not_harm_each_other(case, spaced, office, tablet, known, rows_kept):
    named = {row["as"] for row in case["records"] if "as" in row}
    known = catalogue.group_of(known, *named)
    records = _of_batch(case["records"], tablet, known)
    before = rows_kept()
    answer, _ = _push(tablet, records, spaced=spaced, **case.get("batch", {}))
    if answer.status_code != 200:
        assert answer.status_code in catalogue.any_of(case.get("status", 200)), answer.data
        assert rows_kept() == before
        return
    results = _results(answer, len(records))
    expected = [{**one, "id": at} for at, one in enumerate(case["expect"])]
    assert [_unexpected(one, result) for one, result in zip(expected, results, strict=True)] == [None] * len(records)


def _of_batch(rows, tablet: Tablet, known) -> list:
    """Build records; those under one name are the same record, written again with other data."""
    first: dict[str, dict] = {}
    made = []
    for row in rows:
        one = catalogue.record(row, tablet, known)
        if row.get("as") in first:
            one = {**first[row["as"]], "data": one["data"]}
        elif "as" in row:
            first[row["as"]] = one
        made.append(one)
    return made


@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice in a batch"])
def test_health_data_that_she_refused_are_not_kept_however_often_they_come(times, office, tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"], consent="refused", officer="petugas-rahasia")
    hers["data"]["registered_on"] = "2026-01-11"
    first, _ = _push(tablet, [she, *[hers] * times])
    again, _ = _push(tablet, [hers, woman(tablet)])
    assert [one["status"] for one in _results(first, 1 + times)] == ["applied", "applied", "duplicate"][: 1 + times]
    assert [one["status"] for one in _results(again, 2)] == ["duplicate", "applied"]
    kept = [body for body in _bodies(office) if b"petugas-rahasia" in body]
    assert kept
    assert [b"2026-01-11" in body for body in kept] == [False] * len(kept)


def _bodies(office: Office) -> list[bytes]:
    """Return the body of every batch, as the ledger keeps it."""
    with office.store.reading() as connection:
        ids = connection.execute(text("SELECT id FROM batch WHERE body IS NOT NULL")).scalars().all()
        return [receipts.body_of(connection, office.store.sealer, str(one)) or b"" for one in ids]
