"""What operators can ask about who is who."""

import orjson
import pytest
from click.testing import CliRunner

from fieldsync.cli import cli
from tests.identity.people import MOTHER, told


@pytest.fixture
def environment(settings, monkeypatch):
    monkeypatch.setenv("FIELDSYNC_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(settings.data_dir))


def test_export_tells_for_every_person_record_whom_it_is_about(environment, tablet):
    first, second = told(tablet, MOTHER), told(tablet, MOTHER)
    alone = told(
        tablet, {**MOTHER, "full_name": "Bagas Pratama", "birth_date": "1970-01-02", "sex": "male"}, "nik", "kk_number"
    )
    tablet.push(first, second, alone)
    done = CliRunner().invoke(cli, ["identity", "export", "--json"])
    assert done.exit_code == 0, done.output
    lines = [orjson.loads(line) for line in done.output.splitlines()]
    assert {line["record_id"]: line["person_id"] for line in lines} == {
        first["id"]: first["id"],
        second["id"]: first["id"],
        alone["id"]: alone["id"],
    }
    assert len(lines) == 3
    assert all(line.keys() == {"record_id", "person_id"} for line in lines)
    plain = CliRunner().invoke(cli, ["identity", "export"])
    assert f"{second['id']}  {first['id']}" in plain.output


def test_export_of_nothing_is_nothing(environment):
    done = CliRunner().invoke(cli, ["identity", "export", "--json"])
    assert (done.exit_code, done.output) == (0, "")
