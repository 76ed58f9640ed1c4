"""`fieldsync areas import`, as an operator meets it: told what was taken, or every fault, and then nothing is kept."""

import pytest

from fieldsync import area_commands
from fieldsync.access import places_of
from fieldsync.config import load
from fieldsync.db import open_store
from tests.access.test_area_places import DISTRICT, VILLAGE, collection, feature, square
from tests.cli.test_commands import answer, at_home, data_dir, fresh, run  # noqa: F401 # fixtures of the same kind


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file and gives its path."""

    def write(text, name="batas.geojson", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return str(path)

    return write


def kept():
    store = open_store(load())
    with store.reading() as connection:
        found = {code for code, one in places_of(connection, [DISTRICT, VILLAGE]).items() if one.outline}
    store.close()
    return found


def test_a_file_is_taken_and_told(at_home, file):  # noqa: F811
    whole = file(collection(feature(), feature(VILLAGE)), encoding="utf-8-sig")
    code, out, errors = at_home("areas", "import", whole)
    assert (code, errors) == (0, "")
    assert "2 areas are on the map (1 of level district, 1 of level village); 8 of 10 points kept" in out
    assert kept() == {DISTRICT, VILLAGE}
    other = collection(feature(properties={"KODE": 160205}))
    done = answer(at_home("areas", "import", file(other), "--code-property", "KODE", "--json"))
    assert (done["areas"], done["replaced"], done["levels"]) == (1, 1, {"district": 1})


def test_every_fault_is_told_and_nothing_is_taken(at_home, file, monkeypatch):  # noqa: F811
    monkeypatch.setattr(area_commands, "MOST_TOLD", 2)
    wrong = [feature(), feature("99.99"), feature(VILLAGE, [square()[:4]]), feature("16.2")]
    code, out, errors = at_home("areas", "import", file(collection(*wrong)), "--json")
    assert (code, out) == (1, "")
    unclosed = "/features/2/geometry/coordinates/0: the last position of a ring must be its first (open_ring)"
    assert errors.splitlines() == [
        "fieldsync: batas.geojson: /features/1: 99.99 is not in the list of regions (unknown_area)",
        f"fieldsync: batas.geojson: {unclosed}",
        "fieldsync: nothing was imported (3 faults; 1 more are not shown)",
    ]
    assert kept() == set()


def test_what_is_no_such_file_is_told(at_home, file, tmp_path, monkeypatch):  # noqa: F811
    assert at_home("areas", "import", str(tmp_path / "none.geojson"))[0] == 2
    assert at_home("areas", "import", str(tmp_path))[0] == 2
    code, _, errors = at_home("areas", "import", file(collection(feature()) + "é", encoding="latin-1"))
    assert (code, errors.strip().endswith("is no UTF-8")) == (1, True)
    monkeypatch.setattr(area_commands, "LARGEST", 1024 * 1024)
    code, _, errors = at_home("areas", "import", file(" " * 1024 * 1024 + "{}"))
    assert code == 1
    assert "is larger than 1 MiB; thin it or split it" in errors


def test_without_the_regions_every_area_is_unknown(run, file):  # noqa: F811
    assert "16.02.05 is not in the list of regions" in run("areas", "import", file(collection(feature())))[2]
