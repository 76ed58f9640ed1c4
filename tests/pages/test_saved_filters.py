"""Filters that somebody keeps: one's own, by name, without the person who was searched for."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from sqlalchemy import text

from fieldsync.access import MOST_FILTERS, FilterError, named_user, save_filter, saved_filters
from tests.office import TULUNG_SELAPAN, new_id
from tests.pages.desk import SEVERE, cases_on, mother, reader, words

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it is no matter of SQL
URGENT = {"severity": "urgent", "program": "maternal", "assignee": "Bidan Rina & co"}


def keep(someone, name: str, **query):
    return someone.client.post(
        "/cases/filters",
        query_string=query,
        data={"csrf": someone.token(), "name": name},
        headers={"Origin": "http://localhost"},
    )


def mine(someone) -> dict[str, tuple[str, str]]:
    """Names of one's filters with the address that each opens, and the one that changes it."""
    page = someone.page("/cases/filters")
    opened = re.findall(r'<a class="name" href="([^"]+)">([^<]+)</a>', page)
    changed = re.findall(r'action="(/cases/filters/[0-9a-f-]{36})" class="row"', page)
    assert len(opened) == len(changed)
    return {unescape(name): (unescape(to), by) for (to, name), by in zip(opened, changed, strict=True)}


def test_a_filter_is_kept_picked_renamed_and_deleted(coordinator):
    assert "saved_filters" not in coordinator.page("/cases")
    form = coordinator.page("/cases", **URGENT)
    action = unescape(re.search(r'action="(/cases/filters\?[^"]+)"', form)[1])
    kept = coordinator.press(action, name="  Mendesak   KIA <b> ")
    assert kept.status_code == 303
    shown = coordinator.page(kept.location)
    assert "Saringan tersimpan." in words(shown)
    assert 'aria-current="true">Mendesak KIA &lt;b&gt;</a>' in shown
    assert "Simpan saringan ini" not in shown
    (to, by) = mine(coordinator)["Mendesak KIA <b>"]
    assert to == kept.location
    assert 'value="Bidan Rina &amp; co"' in coordinator.page(to)
    assert f'href="{to}"'.replace("&", "&amp;") in coordinator.page("/cases")
    assert coordinator.press(by, step="rename", name="Bidan Rina").location == "/cases/filters"
    assert mine(coordinator) == {"Bidan Rina": (to, by)}
    assert coordinator.press(by, step="delete").status_code == 303
    assert mine(coordinator) == {}
    assert "Belum ada saringan tersimpan." in words(coordinator.page("/cases/filters"))


def test_who_was_searched_for_is_not_kept(office, coordinator):
    searched = coordinator.page("/cases", q="siti aminah", severity="urgent")
    assert "tidak ikut disimpan" in words(searched)
    keep(coordinator, "Siti Zulaikha", q="siti aminah", severity="urgent")
    assert mine(coordinator)["Siti Zulaikha"][0] == "/cases?severity=urgent"
    assert keep(coordinator, "x", q="1602055205980001").location == "/cases"
    assert "Belum ada saringan yang dapat disimpan." in coordinator.page("/cases")
    assert "filter-name" not in coordinator.page("/cases", q="siti")
    with office.store.reading() as connection:
        stored = bytes(connection.execute(text("SELECT sealed FROM saved_filter")).scalar_one())
    assert b"Zulaikha" not in stored
    assert b"urgent" not in stored


@on_sqlite
@pytest.mark.parametrize("query", [{"severity": "dire"}, {"area": "16.99"}, {"due_before": "soon"}, {"rule": "A B"}])
def test_what_is_no_filter_is_not_kept(coordinator, query):
    assert keep(coordinator, "x", **query).status_code == 422
    assert mine(coordinator) == {}


@on_sqlite
@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "a\u202eb"])
def test_what_is_no_name_is_not_kept(coordinator, name):
    keep(coordinator, "Ada", severity="urgent")
    by = mine(coordinator)["Ada"][1]
    kept = keep(coordinator, name, severity="urgent")
    assert "perlu nama" in words(coordinator.page(kept.location))
    renamed = coordinator.press(by, step="rename", name=name)
    assert "perlu nama" in words(coordinator.page(renamed.location))
    assert list(mine(coordinator)) == ["Ada"]


def test_a_name_is_taken_once_in_any_case_and_by_each_user(office, coordinator):
    other = reader(office)
    for someone in (coordinator, other):
        keep(someone, "Mendesak", severity="urgent")
        keep(someone, "Anak", program="child")
        refused = keep(someone, "MENDESAK", severity="routine")
        assert "dengan nama itu" in words(someone.page(refused.location))
        by = mine(someone)["Anak"][1]
        someone.press(by, step="rename", name="mendesak")
        assert "dengan nama itu" in words(someone.page("/cases/filters"))
        someone.press(by, step="rename", name="ANAK")
        assert list(mine(someone)) == ["ANAK", "Mendesak"]


def test_there_are_thirty_at_most(office, coordinator):
    store = office.store
    with store.reading() as connection:
        user = named_user(connection, coordinator.clerk.username)
    for number in range(MOST_FILTERS - 1):
        store.transact(
            lambda c, n=number: save_filter(c, store.sealer, user, f"F {n}", "severity=urgent", office.clock())
        )

    def one_more(number: int) -> str:
        try:
            store.transact(
                lambda c: save_filter(c, store.sealer, user, f"G {number}", "severity=urgent", office.clock())
            )
        except FilterError as error:
            return error.code
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one_more, range(4))) == ["kept", *["too_many"] * 3]
    with store.reading() as connection:
        assert len(saved_filters(connection, store.sealer, user)) == MOST_FILTERS
    assert f'Saringan tersimpan <span class="count">{MOST_FILTERS}</span></summary>' in coordinator.page("/cases")
    refused = keep(coordinator, "Satu lagi", severity="urgent")
    assert "Paling banyak 30 saringan." in words(coordinator.page(refused.location))


def test_somebody_else_s_filter_is_not_there(office, coordinator):
    keep(coordinator, "Milik saya", severity="urgent")
    by = mine(coordinator)["Milik saya"][1]
    for role in ("viewer", "admin"):
        other = reader(office, role)
        assert mine(other) == {}
        for fields in ({"step": "rename", "name": "x"}, {"step": "delete"}):
            foreign, absent = other.press(by, **fields), other.press(f"/cases/filters/{new_id()}", **fields)
            assert (foreign.status_code, words(foreign.text)) == (404, words(absent.text))
    assert list(mine(coordinator)) == ["Milik saya"]
    assert coordinator.press(by, step="share").status_code == 422
    assert coordinator.press(by).status_code == 422


def test_only_a_page_of_ours_keeps_or_changes_a_filter(coordinator):
    keep(coordinator, "Ada", severity="urgent")
    by = mine(coordinator)["Ada"][1]
    for path in ("/cases/filters?severity=urgent", by):
        given = {"name": "x", "step": "delete"}
        assert coordinator.client.post(path, data=given, headers={"Origin": "http://localhost"}).status_code == 403
        assert coordinator.press(path, "https://evil.example", **given).status_code == 403
    assert list(mine(coordinator)) == ["Ada"]


def test_a_filter_of_an_area_that_is_no_longer_one_s_own_shows_nothing_of_it(office, tablet):
    she = mother(tablet, area=TULUNG_SELAPAN, **SEVERE)
    narrow = reader(office, areas=("16.02.05",))
    keep(narrow, "Tulung Selapan", area="16.02.11")
    opened = narrow.page(mine(narrow)["Tulung Selapan"][0])
    assert cases_on(opened) == []
    assert she["data"]["full_name"] not in opened
    assert cases_on(reader(office).page("/cases", area="16.02.11"))
