"""One office a module and database: bad input must leave nothing behind, so that the cases do not disturb each other."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from fieldsync import access
from fieldsync.db import Base, open_store
from fieldsync.ledger import feed
from tests.conftest import KEPT_TABLES, settings_for
from tests.field import pregnancy, woman
from tests.office import TULUNG_SELAPAN, Office, Tablet, new_id

SLOWEST_S = 2.0  # no answer may take longer
STUCK_S = 20.0  # nor wait longer, however busy the machine is
KEPT = (
    "record",
    "revision",
    "batch",
    "quarantine",
    "held",
    "change",
    "identity_key",
    "identity_profile",
    "person_link",
    "device",
)


@contextmanager
def quick() -> Iterator[None]:
    """Fail if what is done inside works for longer than an answer may; waiting for a busy machine is no work."""
    worked, began = time.process_time(), time.monotonic()
    yield
    assert time.process_time() - worked < SLOWEST_S
    assert time.monotonic() - began < STUCK_S


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty migrated database of this module, of both kinds in turn."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("badinput") / "store.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    given: str = request.getfixturevalue("postgresql_url")
    engine = create_engine(given)
    names = ", ".join(table.name for table in Base.metadata.sorted_tables if table.name not in KEPT_TABLES)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return given


@pytest.fixture(scope="module")
def office(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    settings = settings_for(url, Path(tmp_path_factory.mktemp("office")))
    store = open_store(settings)
    yield Office(settings, store)
    store.close()


@pytest.fixture(scope="module")
def tablet(office: Office) -> Tablet:
    """A tablet of one district, without the programs child and service."""
    return office.tablet(areas=("16.02.05",), programs=("civil", "maternal"))


@pytest.fixture(scope="module")
def known(office: Office, tablet: Tablet) -> dict[str, str]:
    """What the words in braces of a record's row stand for."""
    she, he = woman(tablet), woman(tablet, "Ahmad Hidayat")
    he["data"]["sex"] = "male"
    hers = pregnancy(tablet, she["id"])
    stranger = office.tablet(areas=("16.02.11",))
    far = woman(stranger, area=TULUNG_SELAPAN)
    assert [one["status"] for one in (*tablet.push(she, he, hers), *stranger.push(far))] == ["applied"] * 4
    ids = {"woman": she["id"], "man": he["id"], "pregnancy": hers["id"], "foreign": far["id"], "absent": new_id()}
    return {**ids, "FOREIGN": far["id"].upper()}


@pytest.fixture(scope="module")
def credentials(office: Office, tablet: Tablet) -> dict[str, str]:
    """What the words in braces of a request's row stand for."""
    gone, wiped, other = office.tablet(), office.tablet(), office.tablet()
    for one, wipe in ((gone, False), (wiped, True)):
        office.store.transact(lambda c, one=one, wipe=wipe: access.revoke(c, one.device_id, office.clock(), wipe=wipe))
    ended = tablet.page()["cursor"]
    office.store.transact(feed.begin_epoch)
    tablet.push(woman(tablet))
    return {
        **_spellings(tablet.page()["cursor"]),
        "token": tablet.token,
        "token_cut": tablet.token[:-1],
        "device_id": tablet.device_id,
        "revoked": gone.token,
        "wiped": wiped.token,
        "cursor_of_other": other.page()["cursor"],
        "cursor_of_old_epoch": ended,
    }


def _spellings(cursor: str) -> dict[str, str]:
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    middle = len(cursor) // 2

    def other(at: int, by: int) -> str:
        return cursor[:at] + signs[signs.index(cursor[at]) ^ by] + cursor[at + 1 :]

    return {
        "cursor": cursor,
        "cursor_flipped": other(middle, 1),
        "cursor_flipped_first": other(0, 32),
        "cursor_cut": cursor[:-4],
        "cursor_respelled": other(len(cursor) - 1, 1),
    }


@pytest.fixture
def rows_kept(office: Office):
    """Return a function that counts the rows of the tables that only good input may grow."""

    def count() -> dict[str, int]:
        with office.store.reading() as connection:
            counted = {name: f"SELECT count(*) FROM {name}" for name in KEPT}
            counted["record in effect"] = "SELECT count(*) FROM record WHERE rev > 0"
            return {name: connection.execute(text(query)).scalar_one() for name, query in counted.items()}

    return count
