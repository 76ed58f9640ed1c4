"""What a server does about rules before its first push: compiled at its start, whether the database is there or not."""

import dataclasses

import pytest

from fieldsync import app, rulebook
from fieldsync.cases import day_of
from fieldsync.rulebook import in_force
from fieldsync.web.house import read_clock
from tests.conftest import settings_for
from tests.rulebook.conftest import bp_01


@pytest.fixture
def unread(monkeypatch):
    """A process that has read no rules so far."""
    monkeypatch.setattr(in_force, "_SHELF", in_force._Shelf())  # noqa: SLF001 # what a new process has
    monkeypatch.setattr("fieldsync.web.log.configure", lambda _level: None)


def built(settings):
    made = app.build(settings)
    made.extensions["fieldsync"].store.close()


def test_what_is_in_force_is_compiled_at_the_start(desk, store, settings, head, second, unread, monkeypatch):
    desk.office.clock.at = read_clock()
    desk.write(bp_01())
    desk.approve(desk.propose(head), second)
    monkeypatch.setattr(in_force, "_SHELF", in_force._Shelf())  # noqa: SLF001 # as above
    built(settings)
    monkeypatch.setattr(in_force, "book_on", lambda *_given: pytest.fail("compiled again"))
    with store.reading() as connection:
        assert rulebook.book_of(connection, day_of(read_clock())).rules["ANC-BP-01"].version == 2


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:///{folder}/new.sqlite3"])
def test_a_database_that_is_away_or_empty_stops_no_start(tmp_path, unread, url):
    built(dataclasses.replace(settings_for(url.format(folder=tmp_path), tmp_path)))
    assert len(in_force._SHELF.books) == 1  # noqa: SLF001 # the shipped rules


def test_days_with_the_same_versions_share_a_book_and_a_few_are_kept(store, unread):
    with store.reading() as connection:
        found = rulebook.rules_in_force(connection)
        begins = sorted({one.valid_from for one in found.files.rules})
        first = begins[-1]
        assert found.book(first) is found.book(first.replace(year=first.year + 3))
        before = found.begun(first.replace(year=1990))
        assert before < first
        assert not found.book(before).rules
    shelf = in_force._Shelf()  # noqa: SLF001 # its own bounds
    for one in range(9):
        assert shelf.get({} if one < 0 else shelf.sets, str(one), lambda one=one: one) == one
    assert list(shelf.sets) == ["5", "6", "7", "8"]
