"""What the operations page shows an office as a rule file is one: it passes the check, and raises what it says."""

import json
from pathlib import Path

import pytest

from fieldsync import cli

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command about rules on a data directory that has the example, and no database."""
    section = PAGE.read_text(encoding="utf-8").split("## An office's own rules", 1)[1]
    example = section.split("```yaml\n", 1)[1].split("```", 1)[0]
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "ours.yaml").write_text(example, encoding="utf-8")
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", "postgresql://nowhere.invalid/none")

    def command(*arguments):
        monkeypatch.setattr("sys.argv", ["fieldsync", "rules", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert not ended.value.code, said.err
        return said.out

    return command


def raised(run, tmp_path, day, **values):
    seen = {"type": "anc_visit", "id": "A1", "pregnancy_id": "P1", "visit_date": day, **values}
    hers = {"type": "pregnancy", "id": "P1", "woman_id": "W1", "lmp_date": "2025-12-01", "status": "active"}
    case = {"id": "x", "now": day, "records": [{"type": "person", "id": "W1"}, hers, seen]}
    (tmp_path / "case.jsonl").write_text(json.dumps(case), encoding="utf-8")
    return {one["rule"] for one in json.loads(run("try", str(tmp_path / "case.jsonl"), "--json"))["flags"]}


def test_it_passes_the_check(run):
    assert json.loads(run("check", "--json"))["problems"] == []


@pytest.mark.parametrize(
    ("day", "values", "rule", "expected"),
    [
        ("2026-03-31", {"systolic_mmhg": 150}, "ANC-BP-01", False),
        ("2026-04-01", {"systolic_mmhg": 150}, "ANC-BP-01", True),
        ("2026-04-01", {"systolic_mmhg": 149}, "ANC-BP-01", False),
        ("2026-04-01", {"diastolic_mmhg": 100}, "ANC-BP-01", True),
        ("2026-04-01", {"muac_cm": 20.9}, "OKI-ANC-01", True),
        ("2026-04-01", {"muac_cm": 21.0}, "OKI-ANC-01", False),
    ],
)
def test_it_raises_what_it_says(run, tmp_path, day, values, rule, expected):
    assert (rule in raised(run, tmp_path, day, **values)) is expected


def test_the_facts_that_may_be_asked_are_listed(run):
    facts = [json.loads(line) for line in run("facts", "anc_visit", "--json").splitlines()]
    (muac,) = (one for one in facts if one["fact"] == "muac_cm")
    assert (muac["context"], muac["kind"], muac["unit"], muac["limits"]) == ("anc_visit", "number", "cm", [12, 60])
    (place,) = (one for one in facts if one["fact"] == "place")
    assert "posyandu" in place["codes"]
    every = run("facts").splitlines()
    assert len(every) > len(facts)
    assert any("muac_cm" in one and "12..60 cm" in one for one in every)
    assert any("birth_registration " in one for one in every)
