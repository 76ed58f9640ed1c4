"""The commands about who is who, as an operator types them."""

import json
import sys

import pytest

from fieldsync import cli
from fieldsync.config import ConfigError
from fieldsync.identity import use_weights, weights_in_use
from fieldsync.identity.matching.weights import shipped
from tests.identity.bulk.crowd import bring, crowd
from tests.identity.bulk.machine import scattered


@pytest.fixture
def run(settings, store, monkeypatch, capsys):
    """Return a function that runs a command on the test's database: (exit code, standard output, standard error)."""
    from fieldsync import console, identity_commands

    for module in (console, identity_commands):
        monkeypatch.setattr(module, "load", lambda: settings)

    def act(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["fieldsync", "identity", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return act


def test_relink_prints_the_merges_proposed_and_made(run, office):
    office.clock.forward(days=700)
    records, _ = crowd(office, 6, 200)
    bring(office, records)
    pair = set(scattered(office))
    code, out, _ = run("relink", "--dry-run", "--json")
    wish = json.loads(out)
    assert code == 0
    assert pair in map(set, wish["merges_proposed"])
    assert (wish["merges_made"], wish["dry_run"]) == ([], True)
    assert wish["drift_per_1000"] == pytest.approx(1000 * wish["moved"] / 200)
    code, out, err = run("relink")
    assert (code, err) == (0, "")
    assert any(set(line.split()[:3:2]) == pair and "made" in line for line in out.splitlines())
    again = json.loads(run("relink", "--json")[1])
    assert (again["merges_proposed"], again["moved"], again["overtaken"]) == ([], 0, 0)


@pytest.mark.parametrize("command", [("relink",), ("train", "--output", "weights.json")])
def test_without_the_extra_the_command_says_what_to_install(run, monkeypatch, command):
    for name in [one for one in sys.modules if one.startswith(("fieldsync.identity.bulk", "fieldsync.sync.relinking"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "splink", None)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    code, out, err = run(*command)
    assert (code, out) == (1, "")
    assert "pip install 'fieldsync[bulk]'" in err


def test_spark_without_its_extra_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setattr("fieldsync.sync.relinking.read_everything", None)  # it says so before it reads
    code, out, err = run("relink", "--engine", "spark")
    assert (code, out) == (1, "")
    assert "pip install 'fieldsync[spark]'" in err


def test_training_writes_a_file_that_the_settings_can_name(run, office, tmp_path, monkeypatch):
    from fieldsync.identity.bulk import training

    monkeypatch.setattr(training, "LEAST_PAIRS", 100)
    office.clock.forward(days=700)
    records, _ = crowd(office, 6, 200)
    bring(office, records)
    path = tmp_path / "weights.json"
    code, out, _ = run("train", "--from", "em", "--output", str(path), "--json")
    told = json.loads(out)
    assert (code, told["output"], told["answers"]) == (0, str(path), 0)
    try:
        assert use_weights(path).version == told["version"]
        assert weights_in_use().version == told["version"]
    finally:
        use_weights(None)
    assert weights_in_use() is shipped()


def test_too_little_to_learn_from_is_a_failure_and_writes_nothing(run, tmp_path):
    path = tmp_path / "weights.json"
    code, out, err = run("train", "--from", "reviews", "--output", str(path))
    assert (code, out) == (1, "")
    assert "0 answers are too few" in err
    assert not path.exists()


@pytest.mark.parametrize("content", [None, b"{}", b"not JSON"])
def test_a_weights_file_that_does_not_fit_is_refused_at_the_start(tmp_path, content):
    path = tmp_path / "weights.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="FIELDSYNC_IDENTITY_WEIGHTS"):
        use_weights(path)
    assert weights_in_use() is shipped()
