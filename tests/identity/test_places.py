"""Village codes that the office says have changed: its file is read whole or refused, and all that is decided goes by it."""

from datetime import date

import pytest

from fieldsync import identity
from fieldsync.config import ConfigError
from fieldsync.identity.bulk.columns import columns_of
from fieldsync.identity.lookups import LookUps
from fieldsync.identity.matching.compare import Scene, levels_of
from fieldsync.identity.matching.keys import keys_of
from fieldsync.identity.matching.profile import Profile
from fieldsync.identity.matching.traits import traits_of
from fieldsync.identity.matching.weights import shipped
from fieldsync.identity.normal import VillageChanges, use_changes
from fieldsync.identity.normal.villages import changes_in_use
from fieldsync.identity.places import use_villages
from fieldsync.identity.shelving import name_keys, profiles_of
from fieldsync.identity.tables import KeyRow
from tests.identity.people import MOTHER, memory, told

OLD, NEW = "16.02.11.2001", MOTHER["village_code"]
HEAD = "old,new,valid_from\n"
CHANGE = f"{HEAD}{OLD},{NEW},2020-01-31\n"
GONE = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture(autouse=True)
def _afterwards():
    yield
    use_changes(VillageChanges())


@pytest.fixture
def changed(tmp_path):
    """Return a function that gives the process a file with this content."""
    path = tmp_path / "village_changes.csv"

    def act(content: str | bytes) -> int:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return use_villages(path)

    return act


FILES = {
    "as written": CHANGE,
    "by Excel": f"\ufeffold;new;valid_from\r\n{OLD};{NEW};2020-01-31\r\n",
    "columns in another order": f"valid_from, new ,old\n2020-01-31, {NEW} ,{OLD}\n",
    "quoted, with blank lines": f'"old","new","valid_from"\n\n"{OLD}","{NEW}","2020-01-31"\n,,\n',
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_is_read(changed, content):
    assert changed(content) == 1
    assert changes_in_use().following == {OLD: (NEW, date(2020, 1, 31))}


def test_without_a_file_or_with_its_head_alone_nothing_changes(changed, tmp_path):
    changed(CHANGE)
    assert changed(HEAD) == 0
    assert changes_in_use() == VillageChanges()
    changed(CHANGE)
    assert use_villages(tmp_path / "nothing.csv") == 0
    assert changes_in_use() == VillageChanges()


def test_codes_of_other_regencies_and_such_as_are_in_no_list_any_more_are_taken(changed):
    assert changed(f"{HEAD}16.02.98.2001,16.02.99.2001,2001-01-01\n16.02.99.2001,11.01.01.2001,2002-01-01\n") == 2


REFUSED = {
    "no head": (f"{OLD},{NEW},2020-01-31\n", "line 1: the columns are old, new, valid_from"),
    "nothing": ("", "line 1: the columns are"),
    "a column that is unknown": ("old,new,valid_from,note\n", "line 1: the columns are"),
    "a column twice": ("old,new,new\n", "line 1: the columns are"),
    "too few values": (f"{CHANGE}\n{OLD},{NEW}\n", "line 4: 2 values for 3 columns"),
    "too many values": (f"{HEAD}{OLD},{NEW},2020-01-31,\n", "line 2: 4 values for 3 columns"),
    "a quote that does not end": (f'{CHANGE}"{OLD},{NEW},2020-01-31\n', "line 3: "),
    "a code that is nobody's": (
        f"{CHANGE}16.02.11.2002,16.02.99.2001,2020-01-31\n",
        "line 3: no village has the code 1",
    ),
    "an old code of no province": (f"{HEAD}10.02.11.2002,{NEW},2020-01-31\n", "line 2: no province has the code 10"),
    "a circle": (f"{CHANGE}{NEW},{OLD},2021-01-31\n", "line 3: the changes lead back"),
    "a day as Excel writes it": (f"{HEAD}\n{OLD},{NEW},31/01/2020\n", "line 3: valid_from takes a day"),
    "other letters": (b"old,new,valid_from\n\xff\n", r"can't read .*\(UnicodeDecodeError\)"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_wrong_is_refused_as_a_whole_and_says_where(changed, content, why):
    changed(CHANGE)
    before = changes_in_use()
    with pytest.raises(ConfigError, match=f"village_changes.csv.*{why}" if "line" in why else why):
        changed(content)
    assert changes_in_use() is before


def test_a_file_that_can_not_be_read_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="IsADirectoryError"):
        use_villages(tmp_path)


def test_settings_name_the_file_of_the_data_directory(settings):
    settings.village_changes.write_text(HEAD + "x")
    with pytest.raises(ConfigError, match=r"village_changes\.csv, line 2"):
        identity.prepare(settings)
    settings.village_changes.write_text(CHANGE)
    assert identity.prepare(settings) is shipped()
    assert OLD in changes_in_use().following


def of_village(code: str):
    fields = {**MOTHER, "village_code": code}
    return traits_of("00000000-0000-4000-8000-000000000001", fields, date(2026, 3, 1))


def compared() -> tuple[int, ...]:
    """The levels of a record of the new code against a person of the old one."""
    return levels_of(of_village(NEW), Profile.of("p", [of_village(OLD)]), Scene({}, frozenset()))


def test_keys_and_comparisons_of_online_and_night_go_by_the_present_code(changed):
    same = levels_of(of_village(NEW), Profile.of("p", [of_village(NEW)]), Scene({}, frozenset()))
    apart = compared()
    numbered = lambda kind, value: hash((kind, value))  # noqa: E731
    assert keys_of(of_village(OLD), numbered) != keys_of(of_village(NEW), numbered)
    changed(CHANGE)
    assert compared() == same != apart
    assert keys_of(of_village(OLD), numbered) == keys_of(of_village(NEW), numbered)
    night = columns_of([of_village(OLD), of_village(NEW)])
    assert night.column("village").to_pylist() == [NEW, NEW]
    assert night.column("keys").to_pylist()[0] == night.column("keys").to_pylist()[1] != []


def test_a_profile_keeps_the_codes_as_they_were_sent(changed):
    before = Profile.of("p", [of_village(OLD), of_village(NEW)]).as_text()
    changed(CHANGE)
    profile = Profile.of("p", [of_village(OLD), of_village(NEW)])
    assert profile.as_text() == before
    known = Profile.of("p", [of_village(OLD)])
    assert known.villages == [NEW]
    assert known.districts == {NEW[:8]}
    again = Profile.of("p", Profile.from_text("p", known.as_text()).said())
    assert again.as_text() == known.as_text()
    use_changes(VillageChanges())
    assert Profile.from_text("p", known.as_text()).villages == [OLD]


def right_rows(store) -> set[tuple[int, str]]:
    lookups = LookUps(store.sealer)
    with store.reading() as connection:
        profiles = profiles_of(connection, store.sealer, memory(store)[0])
    return {
        (key, person_id)
        for person_id, profile in profiles.items()
        for keys in (name_keys(lookups, profile), *(keys_of(one, lookups.hashed) for one in profile.said()))
        for key in keys
    }


def seen_again(tablet, code: str):
    """The woman without any number, her birth date a digit off: only her village leads to her."""
    without = ("nik", "kk_number", "phone", "civil_documents_checked")
    return told(tablet, MOTHER, *without, village_code=code, birth_date="1994-08-27")


def test_a_changed_file_takes_effect_on_whom_is_known_when_keys_are_made_anew(changed, tablet, other):
    store = tablet.office.store
    she = told(tablet, MOTHER, village_code=OLD)
    tablet.push(she)
    changed(CHANGE)
    [unseen] = other.push(seen_again(other, NEW))
    assert unseen["identity"] == "new"
    assert memory(store)[1] != right_rows(store)
    assert identity.rehash(store, 500, None) == 2
    assert memory(store)[1] == right_rows(store)
    [seen] = other.push(seen_again(other, NEW))
    assert seen["identity"] != "new"
    use_changes(VillageChanges())
    identity.rehash(store, 500, None)
    assert memory(store)[1] == right_rows(store)


def test_rows_that_a_change_of_the_file_left_of_somebody_gone_hinder_nobody(tablet, other):
    """She was merged away by a process that found her by the keys of another code."""
    store = tablet.office.store
    she = told(tablet, MOTHER)
    tablet.push(she)
    left = [{"key": key, "person_id": GONE} for key in {key for key, _ in memory(store)[1]}]
    store.transact(lambda connection: connection.execute(KeyRow.__table__.insert(), left))
    [found] = other.push(told(other, MOTHER, "nik"))
    assert (found["status"], found["identity"], found["person_id"]) == ("applied", "matched", she["id"])
    assert GONE in {person_id for _, person_id in memory(store)[1]}
    identity.rehash(store, 500, None)
    assert memory(store)[1] == right_rows(store)


def test_somebody_of_whom_nothing_is_known_fits_nobody():
    levels = levels_of(of_village(NEW), Profile.of(GONE, ()), Scene({}, frozenset()))
    assert shipped().odds(levels) < -3
