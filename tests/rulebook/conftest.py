"""An office whose rules may change: its data directory, the command line at the office's clock, and two persons."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest.mock import patch

import orjson
import pytest
import yaml

from fieldsync import cli
from tests.conftest import keep_tested_keys
from tests.office import Clerk, Office


def bp_01(systolic=180, **changes):
    """Severe hypertension as an office would write it with another limit; shipped is 160/110 mmHg."""
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
        "parameters": {"systolic": {"value": systolic, "unit": "mmHg"}},
        "condition": {"fact": "systolic_effective_mmhg", "at_least": {"parameter": "systolic"}},
        "due": {"days": 0},
        "closed_within_hours": 12,
        **changes,
    }


@dataclass
class Desk:
    """What an operator has: the data directory and the command line."""

    office: Office
    folder: Path
    capsys: pytest.CaptureFixture

    def write(self, *rules, name="ours.yaml"):
        (self.folder / name).write_text(yaml.safe_dump({"rules": list(rules)}, sort_keys=False), encoding="utf-8")

    def clear(self):
        for one in self.folder.iterdir():
            one.unlink()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        with patch("sys.argv", ["fieldsync", *arguments]), pytest.raises(SystemExit) as ended:
            cli.main()
        said = self.capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    def read(self, *arguments: str) -> dict:
        code, out, err = self.run(*arguments, "--json")
        assert (code, err) == (0, ""), (code, err, out)
        return orjson.loads(out)

    def read_lines(self, *arguments: str) -> list[dict]:
        code, out, err = self.run(*arguments, "--json")
        assert (code, err) == (0, ""), (code, err, out)
        return [json.loads(line) for line in out.splitlines()]

    def propose(self, by: Clerk) -> dict:
        self.office.clock.forward(minutes=1)
        return self.read("rules", "propose", "--by", by.username)

    def approve(self, proposal: dict, by: Clerk) -> dict:
        return self.read("rules", "approve", proposal["id"], "--by", by.username)

    def look(self) -> dict:
        return self.read("followup", "run")


@pytest.fixture
def desk(office, settings, monkeypatch, capsys):
    """An operator's desk on the office's database and clock."""
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(settings.data_dir))
    keep_tested_keys(settings.data_dir)
    for name in ("console", "rulebook_commands", "followup_commands"):
        monkeypatch.setattr(f"fieldsync.{name}.now", office.clock)
    folder = settings.data_dir / "rules"
    folder.mkdir()
    return Desk(office, folder, capsys)


@pytest.fixture
def head(office):
    """Who proposes."""
    return office.clerk("coordinator")


@pytest.fixture
def second(office):
    """Who approves."""
    return office.clerk("data_manager")
