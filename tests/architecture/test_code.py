"""What the code promises about itself, held by reading it."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import orjson
import pytest

from fieldsync.db import newest, open_store
from fieldsync.web.application import create_application
from fieldsync.web.house import House
from tests.conftest import settings_for

ROOT = Path(__file__).resolve().parents[2]
OURS = sorted(path for folder in ("fieldsync", "migrations") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BENCH = sorted((ROOT / "bench").rglob("*.py"))
DESCRIPTION = ROOT / "docs" / "openapi.json"
EDGES = ("fieldsync/web/house.py", "fieldsync/console.py", "fieldsync/demo.py", "fieldsync/simulator/")
CLOCKS = {
    *(("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")),
    *(("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("datetime", "datetime.now")),
}
MARKS = ("fieldsync/__init__.py", "fieldsync/__main__.py")
LONGEST, LONGEST_TEST = 400, 600
# Written in pieces, so that this file does not find itself.
MARKERS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[int, str, str]]:
    """Every call of an attribute: line, what it is called on (its last name), and the attribute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            owner = on.id if isinstance(on, ast.Name) else on.attr if isinstance(on, ast.Attribute) else ""
            yield node.lineno, owner, node.func.attr


def test_there_is_something_to_read():
    assert len(OURS) > 60
    assert len(TESTS) > 40


def test_only_the_database_room_commits():
    found = [
        f"{name(path)}:{line}"
        for path in OURS
        if not name(path).startswith(("fieldsync/db/", "migrations/env.py"))
        for line, _, attribute in calls(path)
        if attribute in ("commit", "rollback")
    ]
    assert found == []


def test_only_the_edges_read_the_clock():
    found = [
        f"{name(path)}:{line}"
        for path in OURS
        if not name(path).startswith(EDGES)
        for line, owner, attribute in calls(path)
        if (owner, attribute) in CLOCKS
    ]
    assert found == []


def test_the_edges_do_read_the_clock():
    """So that the test above would see it."""
    found = {name(path) for path in OURS for _, owner, attribute in calls(path) if (owner, attribute) in CLOCKS}
    assert {"fieldsync/web/house.py", "fieldsync/console.py"} <= found


def test_nothing_prints_past_the_logs():
    found = [
        f"{name(path)}:{node.lineno}"
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "breakpoint", "eval")
    ]
    assert found == []


def texts() -> Iterator[Path]:
    for folder in ("fieldsync", "migrations", "tests", "bench", "docs", "requirements", ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".md", ".yml", ".yaml", ".cfg", ".toml", ".css", ".mako", ".in", ".html"}:
                yield path
    yield from (ROOT / one for one in ("setup.cfg", "ruff.toml", "Makefile", "README.md", "wsgi.py"))


def test_nothing_is_left_to_be_done_later():
    found = [
        f"{name(path)}:{number}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MARKERS.search(line)
    ]
    assert found == []


def test_no_test_is_skipped():
    skipping = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b")
    found = [
        name(path) for path in TESTS if path != Path(__file__) and skipping.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_file_is_long():
    found = {
        name(path): lines
        for paths, most in ((OURS, LONGEST), (BENCH, LONGEST), (TESTS, LONGEST_TEST))
        for path in paths
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > most
    }
    assert found == {}


def test_no_function_is_long():
    found = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in OURS
        if not name(path).startswith("migrations/versions/")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert found == []


def test_no_room_is_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "helper", "common", "core", "services", "managers", "misc"}
    found = [name(path) for path in OURS if drawers & set(path.relative_to(ROOT).with_suffix("").parts)]
    # `common` is the contract's word for the record types that go with every program.
    assert [one for one in found if not one.startswith("fieldsync/programs/common/")] == []


def has_code(path: Path) -> bool:
    """Tell a module from a mere marker of a package."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)) for one in body)


@pytest.mark.parametrize("path", [path for path in OURS if has_code(path)], ids=name)
def test_every_module_says_its_job(path):
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said
    assert said.rstrip().endswith(".")
    if not name(path).startswith("migrations/versions/") and name(path) not in MARKS:
        # A half sentence after a colon or semicolon is a sentence here.
        assert len(re.findall(r"[.:;](?:\s|$)", said)) >= 2, "two sentences: its job, its promise"


def test_migrations_are_numbered_and_have_one_head():
    versions = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py") if path.stem != "__init__")
    assert versions
    before = None
    for number, stem in enumerate(versions, 1):
        assert re.fullmatch(rf"{number:04d}_[a-z]+(_[a-z0-9]+)+", stem)
        module = import_module(f"migrations.versions.{stem}")
        assert (module.revision, module.down_revision) == (stem, before)
        before = stem
    assert (ROOT / "migrations" / "HEAD").read_text().strip() == before == newest()


def described(folder: Path) -> bytes:
    """The description as the server would serve it."""
    settings = settings_for(f"sqlite:///{folder / 'none.sqlite3'}", folder)
    store = open_store(settings)
    served = create_application(House(settings, store)).test_client().get("/api/v1/openapi.json").data
    store.close()
    return served + b"\n"


def test_the_committed_description_is_the_served_one(tmp_path):
    """To renew it: `python -m tests.architecture.test_code`."""
    served = described(tmp_path)
    assert orjson.loads(DESCRIPTION.read_bytes()) == orjson.loads(served)
    assert DESCRIPTION.read_bytes() == served


def test_the_rooms_import_only_downwards(tmp_path):
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program, "import-linter is not installed"
    arguments = [program, "--config", str(ROOT / "setup.cfg"), "--no-cache"]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 # our own
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_room_is_in_the_layers():
    listed = (ROOT / "setup.cfg").read_text(encoding="utf-8").split("layers =", 1)[1].split("[", 1)[0]
    rooms = {
        path.stem for path in (ROOT / "fieldsync").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} == set(re.findall(r"\w+", listed))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        DESCRIPTION.write_bytes(described(Path(folder)))
