"""The audit trail: kept with what was done, in order, and closed to anybody's name."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from fieldsync.access import AuditEntry, OfficeUser, audit_of, create_user, load_regions, note_audit
from fieldsync.access.scope import Scope
from fieldsync.access.tables import AuditRow
from tests.office import new_id

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def siti(store):
    def work(connection):
        load_regions(connection, "16.02.05")
        return create_user(connection, "siti", "sungai komering", "admin", ["16.02.05"], ["civil"], {"civil"}, NOW)

    made = store.transact(work)
    return OfficeUser(made.id, made.username, made.role, Scope(0, made.areas, made.programs))


def test_what_was_done_is_read_back_in_order(store, siti):
    person, records = new_id(), [new_id(), new_id()]
    detail = {"records": records, "weight": 12.25, "decided": True, "note": None}

    def work(connection):
        note_audit(connection, siti, "identity.split", person, NOW, detail)
        note_audit(connection, None, "identity.relink", person, NOW - timedelta(hours=1))
        note_audit(connection, siti, "identity.split", new_id(), NOW)

    store.transact(work)
    with store.reading() as connection:
        assert audit_of(connection, person) == [
            AuditEntry(NOW, "siti", "identity.split", person, detail),
            AuditEntry(NOW - timedelta(hours=1), None, "identity.relink", person, {}),
        ]
        assert audit_of(connection, new_id()) == []


def test_what_was_not_done_is_not_in_the_trail(store, siti):
    def work(connection):
        note_audit(connection, siti, "identity.split", "x", NOW)
        raise RuntimeError

    before = count(store)
    with pytest.raises(RuntimeError):
        store.transact(work)
    assert count(store) == before


def count(store):
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(AuditRow)).scalar_one()


@pytest.mark.parametrize(
    "given",
    [
        {"detail": {"note": "Siti Aminah"}},
        {"detail": {"note": ""}},
        {"detail": {"note": "é"}},
        {"detail": {"note": "x" * 81}},
        {"detail": {"two words": 1}},
        {"detail": {"records": ["a", "Siti Aminah"]}},
        {"subject": "Siti Aminah"},
        {"subject": ""},
        {"action": "split them"},
    ],
)
def test_free_text_is_refused(store, siti, given):
    wish = {"action": "identity.split", "subject": "x", "detail": {}, **given}
    with pytest.raises(ValueError, match="codes, numbers and ids"):
        store.transact(lambda c: note_audit(c, siti, wish["action"], wish["subject"], NOW, wish["detail"]))
