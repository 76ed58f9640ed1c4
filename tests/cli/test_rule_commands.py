"""Rules on the command line: checked, listed, tried on records of one's own; no database, no keys."""

import io
import json
import os
import sys
from datetime import date, datetime, timedelta

import pytest
import yaml

from fieldsync import cli
from fieldsync.programs.following import book_on

PERSON = {"type": "person", "id": "W1"}
PREGNANCY = {"type": "pregnancy", "id": "PG 1", "woman_id": "W1", "lmp_date": "2025-08-12", "status": "active"}
HIGH = {"type": "anc_visit", "id": "A/1", "pregnancy_id": "PG 1", "visit_date": "2026-03-09", "systolic_mmhg": 170}
CASE = {"id": "nomor satu", "now": "2026-03-10", "records": [HIGH, PREGNANCY, PERSON]}
FLAG = {"rule": "ANC-BP-01", "subject": "W1", "severity": "emergency", "due": "2026-03-09"}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command with something on standard input: (exit code, output, errors)."""
    for name in [one for one in os.environ if one.startswith("FIELDSYNC_") and "TEST" not in one]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", "postgresql://nowhere.invalid/none")

    def command(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fieldsync", "rules", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return ended.value.code or 0, said.out, said.err

    yield command
    assert not (tmp_path / "data" / "keys.json").exists()
    assert not (tmp_path / "data" / "fieldsync.sqlite3").exists()


@pytest.fixture
def office(tmp_path):
    """Return a function that writes a rule file of the office."""
    folder = tmp_path / "data" / "rules"
    folder.mkdir(parents=True)

    def write(*rules, name="ours.yaml"):
        (folder / name).write_text(yaml.safe_dump({"rules": list(rules)}), encoding="utf-8")

    return write


def cases(*given):
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in given)


def bp_01(**changes):
    """Return the shipped rule of severe hypertension as an office would write it, changed."""
    return {
        "id": "ANC-BP-01",
        "version": 2,
        "valid_from": date(2026, 2, 1),
        "about": "anc_visit",
        "programs": ["maternal"],
        "severity": "emergency",
        "source": "project policy",
        "title": {"id": "Hipertensi berat", "en": "Severe hypertension"},
        "action": {"id": "Rujuk.", "en": "Refer."},
        "parameters": {"systolic": {"value": 180, "unit": "mmHg"}},
        "condition": {"fact": "systolic_effective_mmhg", "at_least": {"parameter": "systolic"}},
        "due": {"days": 0},
        "closed_within_hours": 12,
        **changes,
    }


def raised(run, case):
    code, out, _ = run("try", "-", "--json", given=cases(case))
    assert code == 0
    return {one["rule"] for one in json.loads(out)["flags"]}


def test_the_shipped_rules_are_good(run):
    code, out, err = run("check", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["problems"] == []
    assert json.loads(out)["rules"] == len(book_on(date(9999, 1, 1)).rules) > 0
    assert "nothing is wrong" in run("check")[1]


def test_the_list_has_what_the_contract_names(run):
    code, out, err = run("list", "--json")
    assert (code, err) == (0, "")
    listed = {one["id"]: one for one in map(json.loads, out.splitlines())}
    one = listed["ANC-BP-01"]
    assert (one["program"], one["severity"], one["version"], one["source"]) == ("maternal", "emergency", 1, "S1: DT.17")
    assert "ANC-BP-01     maternal  emergency  v1" in run("list")[1]


def test_trying_rules_gives_the_flags_that_are_open(run, tmp_path):
    calm = {**CASE, "id": "", "records": [PERSON, PREGNANCY, {**HIGH, "systolic_mmhg": None}], "title": "kept out"}
    path = tmp_path / "cases.jsonl"
    path.write_bytes(cases(CASE, b"", calm) + b"\n")
    code, out, err = run("try", str(path), "--json")
    assert (code, err) == (0, "")
    first, second = map(json.loads, out.splitlines())
    assert (first["id"], second["id"]) == ("nomor satu", "")
    assert FLAG in first["flags"]
    assert all(set(one) == {"rule", "subject", "severity", "due"} for one in first["flags"])
    assert FLAG not in second["flags"]
    assert run("try", "-", "--json", given=path.read_bytes())[1] == out
    assert "ANC-BP-01     W1  2026-03-09  Hipertensi berat" in run("try", str(path))[1]


def test_flags_come_worst_first_then_by_due_day(run):
    code, out, _ = run("try", "-", "--json", given=cases(CASE))
    flags = [(one["severity"], one["due"], one["rule"]) for one in json.loads(out)["flags"]]
    order = ("emergency", "urgent", "routine")
    assert code == 0
    assert flags == sorted(flags, key=lambda one: (order.index(one[0]), *one[1:]))


def test_a_record_told_twice_counts_once_but_not_as_two_things(run):
    twice = run("try", "-", "--json", given=cases({**CASE, "records": [HIGH, *CASE["records"]]}))
    assert twice == run("try", "-", "--json", given=cases(CASE))
    survey = {"type": "survey_response", "unit": "Loket", **{f"u{at}": 1 for at in range(1, 10)}}
    code, _, err = run("try", "-", given=cases({**CASE, "records": [survey, survey]}))
    assert (code, err) == (0, "")
    code, _, err = run("try", "-", given=cases({**CASE, "records": [HIGH, {**HIGH, "systolic_mmhg": 120}]}))
    assert (code, err) == (1, "line 1: anc_visit A/1 is there twice, each time another\n")


def test_a_record_that_was_deleted_is_not_there(run):
    gone = run("try", "-", "--json", given=cases({**CASE, "records": [PERSON, PREGNANCY, {**HIGH, "deleted": True}]}))
    assert gone == run("try", "-", "--json", given=cases({**CASE, "records": [PERSON, PREGNANCY]}))
    kept = run("try", "-", "--json", given=cases({**CASE, "records": [PERSON, PREGNANCY, {**HIGH, "deleted": False}]}))
    assert FLAG in json.loads(kept[1])["flags"]


def with_record(record):
    return {**CASE, "records": [PERSON, record]}


BAD = {
    "no JSON": (b"{", "line 2: no JSON: "),
    "no UTF-8": (b'{"id": "\xff"}', "line 2: no JSON: "),
    "deep": (b"[" * 100_000, "line 2: no JSON: "),
    "a list": ([], "line 2: a case is an object"),
    "no id": ({**CASE, "id": None}, "line 2: id must be a text"),
    "no day": ({**CASE, "now": None}, "line 2: now must be a date"),
    "a time": ({**CASE, "now": "2026-03-10T08:00:00+07:00"}, "line 2: now must be a date"),
    "no such day": ({**CASE, "now": "2026-02-30"}, "line 2: now must be a date"),
    "year one": ({**CASE, "now": "0001-01-01"}, "line 2: now must be a date"),
    "no records": ({"id": "x", "now": "2026-03-10"}, "line 2: records must be a list"),
    "records by name": ({**CASE, "records": {}}, "line 2: records must be a list"),
    "a text": (with_record("anc_visit"), "line 2: records/1 must be an object"),
    "no type": (with_record({"id": "A1"}), "line 2: records/1/type: no such record type: None"),
    "unknown type": (with_record({"type": "surgery"}), "line 2: records/1/type: no such record type: surgery"),
    "list of types": (with_record({"type": ["person"]}), "line 2: records/1/type: no such record type"),
    "number as id": (with_record({"type": "person", "id": 7}), "line 2: records/1/id must be a text"),
    "no holidays": ({**CASE, "holidays": "2026-03-20"}, "line 2: holidays must be a list of dates"),
    "odd holiday": ({**CASE, "holidays": ["2026-03-20", 7]}, "line 2: holidays/1 must be a date"),
}


@pytest.mark.parametrize(("bad", "said"), BAD.values(), ids=BAD)
def test_a_bad_line_is_told_and_costs_no_other(run, bad, said):
    code, out, err = run("try", "-", "--json", given=cases(CASE, bad, CASE))
    assert code == 1
    assert err.startswith(said)
    assert len(err.splitlines()) == 1
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["nomor satu", "nomor satu"]


def test_values_that_are_only_odd_are_judged(run):
    odd = [
        {"type": "person", "id": "W1", "birth_date": "0001-01-01", "nik": "?", "sex": "other"},
        {**PREGNANCY, "lmp_date": "9999-12-31", "edd_ultrasound": "0001-01-02", "woman_id": "PG 1"},
        {**HIGH, "visit_date": "soon", "systolic_mmhg": 10**18, "diastolic_mmhg": -1.5, "danger_signs": ["", "fits"]},
        {"type": "delivery", "id": "", "pregnancy_id": "nobody's", "babies": [{"person_id": None}, {}]},
        {"type": "complaint", "received_on": "2026-02-30", "class": 7},
    ]
    code, out, err = run("try", "-", "--json", given=cases({**CASE, "records": odd}))
    assert (code, err) == (0, "")
    assert json.loads(out)["id"] == "nomor satu"


def test_values_of_another_kind_do_not_cost_the_line(run):
    fields = ({}, [], [{}], {"a": 1}, "x", 7, 1.5, True, None, "", [None], [[]])
    for record in (
        PERSON,
        PREGNANCY,
        {**HIGH, "danger_signs": [], "visit_date": "2026-03-01"},
        {"type": "delivery", "id": "D1", "babies": [{}]},
    ):
        for name in {*record} - {"type", "id"}:
            given = [{**CASE, "records": [HIGH, PREGNANCY, PERSON, {**record, "id": "X", name: one}]} for one in fields]
            code, out, err = run("try", "-", "--json", given=cases(*given))
            assert (code, err) == (0, "")
            assert len(out.splitlines()) == len(fields)


def test_a_case_that_can_not_be_judged_is_told(run, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("a reader's mistake")

    monkeypatch.setattr("fieldsync.rule_commands.findings_of", broken)
    code, out, err = run("try", "-", given=cases(CASE))
    assert (code, out) == (1, "")
    assert err == "line 1: nomor satu can't be judged (ZeroDivisionError: a reader's mistake)\n"


@pytest.mark.parametrize("arguments", [("try",), ("try", "none.jsonl"), ("try", "."), ("try", "-", "--now"), ("burn",)])
def test_bad_usage_ends_with_2(run, arguments):
    assert run(*arguments)[0] == 2


def test_before_the_first_rules_begin_nothing_is_raised(run):
    assert raised(run, {**CASE, "now": "2019-12-31"}) == set()


def test_an_office_changes_a_limit_from_a_day_on(run, office):
    office(bp_01())
    assert run("check")[0] == 0
    assert "ANC-BP-01" not in raised(run, CASE)
    assert "ANC-BP-01" in raised(run, {**CASE, "records": [PERSON, PREGNANCY, {**HIGH, "systolic_mmhg": 180}]})
    assert "ANC-BP-01" in raised(run, {**CASE, "now": "2026-01-31"})


def test_an_office_adds_and_ends_rules(run, office):
    low = {"parameters": {"low": {"value": 80, "unit": "mmHg"}}, "severity": "urgent"}
    condition = {"fact": "systolic_effective_mmhg", "under": {"parameter": "low"}}
    office(
        bp_01(retired=True),
        bp_01(id="OKI-01", version=1, condition=condition, **low),
    )
    assert run("check")[0] == 0
    assert "ANC-BP-01" not in raised(run, CASE)
    assert "OKI-01" in raised(run, {**CASE, "records": [PERSON, PREGNANCY, {**HIGH, "systolic_mmhg": 79}]})
    today = json.loads(run("list", "--json")[1].splitlines()[-1])
    assert (today["id"], today["version"]) == ("OKI-01", 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 1}, "office/ours.yaml: ANC-BP-01: version 1 is also in maternal/blood_pressure.yaml"),
        (
            {"valid_from": date(2020, 1, 1)},
            "office/ours.yaml: ANC-BP-01: version 2: begins 2020-01-01, but version 1 2020-01-01",
        ),
        ({"about": "nothing"}, "office/ours.yaml: ANC-BP-01: version 2: no context nothing"),
        ({"severity": "fatal"}, "office/ours.yaml: ANC-BP-01: severity fatal is none of emergency, urgent, routine"),
    ],
)
def test_what_an_office_got_wrong_is_told_and_nothing_is_judged(run, office, changes, said):
    office(bp_01(**changes))
    code, out, err = run("check", "--json")
    assert code == 1
    assert said in err.splitlines()
    assert said in json.loads(out)["problems"]
    for command in (("list",), ("try", "-")):
        code, out, err = run(*command, given=cases(CASE))
        assert (code, out) == (1, "")
        assert said in err


def test_the_day_of_the_list_is_that_of_the_office(run, office, monkeypatch):
    begins = date(2027, 5, 1)
    office(bp_01(valid_from=begins))
    for hour, version in (("16:59", 1), ("17:00", 2)):  # 17:00 UTC is midnight in Jakarta
        now = datetime.fromisoformat(f"{begins - timedelta(days=1)}T{hour}:00+00:00")
        monkeypatch.setattr("fieldsync.console.now", lambda now=now: now)
        listed = {one["id"]: one["version"] for one in map(json.loads, run("list", "--json")[1].splitlines())}
        assert listed["ANC-BP-01"] == version
