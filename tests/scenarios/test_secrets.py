"""What a thief of the database sees: no name, no number, no address of anybody."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from fieldsync.db import Base, open_store
from fieldsync.ledger import receipts
from fieldsync.web.application import create_application
from fieldsync.web.house import House
from tests.field import pregnancy, visit, woman
from tests.office import KAYU_AGUNG_DESA, new_id

NIK, KK, CHILD_NIK = "1602055205980001", "1602051203100007", "1602051203260003"
PERSONAL = {
    "nik": NIK,
    "full_name": "Rukmini Zulaikha",
    "mother_name": "Maimunah Kartodirjo",
    "father_name": "Wiryosentono Baharudin",
    "spouse_name": "Pangestu Hardjowinoto",
    "phone": "081277665544",
    "kk_number": KK,
    "birth_certificate_no": "1602-LT-17081998-0042",
}
ADDRESS = {
    "address": "Lorong Kenanga 17 belakang surau",
    "kk_number": KK,
    "rt": "003",
    "rw": "001",
    "hamlet": "Dusun Talang Jambu",
}
NOTE = "tetangga Bu Sumarsih bilang suaminya Pangestu pergi"
COMPLAINT = {
    "received_on": "2026-03-01",
    "channel": "van",
    "reporter": "Bapak Suparlan Gondowardoyo",
    "anonymous": False,
    "confidential": True,
    "class": "supervisory",
    "category": "civil_registration",
    "text": "KTP Nyonya Hardiyanti belum juga terbit",
    "place": KAYU_AGUNG_DESA,
    "subject_unit": "Dinas Dukcapil",
    "status": "received",
}


def family(tablet) -> list[dict]:
    """A household, a woman with all that names her, her pregnancy and visit, a complaint, and records that fail or wait."""
    she = woman(tablet)
    she["data"] |= PERSONAL
    members = [{"person_id": she["id"], "relation": "head"}]
    household = tablet.record("household", {"head_person_id": she["id"], "members": members, **ADDRESS})
    hers = pregnancy(tablet, she["id"])
    seen = visit(tablet, hers["id"], notes=NOTE)
    complaint = tablet.record("complaint", COMPLAINT)
    bad = woman(tablet, "Rukmini Zulaikha", nik=CHILD_NIK)
    bad["data"]["birth_date"] = "1998-13-45"
    held = woman(tablet, "Dewi Purnamasari", nik=CHILD_NIK, group=None)
    held["data"]["mother_id"] = new_id()
    newer = woman(tablet, "Kinasih Prameswari", form_version="2099.1")
    return [household, she, hers, seen, complaint, bad, held, newer]


VALUES = (
    *(NIK, KK, CHILD_NIK, "Rukmini", "Zulaikha", "Maimunah", "Wiryosentono", "Pangestu", "081277665544", "77665544"),
    *(
        "1602-LT-17081998-0042",
        "Lorong Kenanga",
        "Talang Jambu",
        "Sumarsih",
        "Gondowardoyo",
        "Hardiyanti",
        "Dewi",
        "Purnamasari",
        "Kinasih",
    ),
)


@pytest.fixture
def pushed(tablet):
    records = family(tablet)
    results = tablet.push(*records)
    assert [one["status"] for one in results] == ["applied"] * 5 + ["rejected", "held", "held"], results
    edited = tablet.edited(records[1], 1, full_name="Rukmini Zulaikha Sastro", phone="+62 812-7766-5544")
    assert tablet.push(edited)[0]["status"] == "applied"
    tablet.push(edited, woman(tablet, "Maimunah Baru"))
    other = tablet.edited(records[1], 1, full_name="Rukmini Z")
    tablet.push(other)
    assert tablet.pull()[0]
    return tablet


def dump(store) -> str:
    """Every value of every table as text."""
    with store.reading() as connection:
        rows = [
            row
            for table in Base.metadata.sorted_tables
            for row in connection.execute(text(f"SELECT * FROM {table.name}")).all()
        ]
    return "\n".join(shown(value) for row in rows for value in row).lower()


def shown(value) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def test_a_dump_of_all_tables_shows_nothing_personal(pushed):
    dumped = dump(pushed.office.store)
    assert [value for value in VALUES if value.lower() in dumped] == []
    assert "anc_visit" in dumped
    assert "systolic_mmhg" in dumped


def test_a_dump_of_all_tables_shows_no_key(pushed):
    """Neither the keys that are given nor those that lie in the database, in any spelling."""
    settings, store = pushed.office.settings, pushed.office.store
    hashes = store.sealer.reread()
    keys = [
        hashes.content,
        hashes.lookup,
        *hashes.identity,
        settings.secret_key,
        *dict(settings.encryption_keys).values(),
    ]
    assert len({*keys}) == 5
    dumped = dump(store)
    for key in keys:
        for spelled in (
            key.decode("latin-1"),
            key.hex(),
            base64.b64encode(key).decode(),
            base64.urlsafe_b64encode(key).decode(),
        ):
            assert spelled.lower().rstrip("=") not in dumped
    assert "content1" in dumped


def test_another_secret_key_ends_cursors_and_nothing_else(pushed):
    settings = pushed.office.settings
    changed = replace(settings, secret_key=b"another-secret-of-32-characters-or-more")
    store = open_store(changed)
    client = create_application(House(changed, store, clock=pushed.office.clock)).test_client()
    code = pushed.office.code(pushed.van)
    _, cursor = pushed.pull()
    given = {"enrollment_code": code, "name": "T", "app_version": "1.4.0"}
    asked = {"headers": pushed.headers}
    assert client.get("/api/v1/sync/pull", query_string={"cursor": cursor}, **asked).status_code == 400
    assert client.get("/api/v1/sync/pull", **asked).status_code == 200
    assert client.post("/api/v1/devices/enroll", json=given).status_code == 201
    again = replace(pushed, client=client)
    known = woman(again, "Rukmini Lagi", nik=NIK)
    [first] = again.push(known)
    assert first["status"] == "applied"
    [person] = [one["id"] for one in pushed.pull()[0] if one["entity"] == "person" and one["data"].get("nik") == NIK]
    assert first["person_id"] == person
    assert again.push(known)[0]["status"] == "duplicate"
    store.close()


def test_what_is_personal_is_there_all_the_same_for_the_tablets(pushed):
    [person] = [one["data"] for one in pushed.pull()[0] if one["entity"] == "person" and one["data"].get("nik") == NIK]
    assert person["mother_name"] == PERSONAL["mother_name"]
    [seen] = [
        one["data"] for one in pushed.pull()[0] if one["entity"] == "record" and one["data"]["type"] == "anc_visit"
    ]
    assert seen["data"]["notes"] == NOTE


def test_a_dump_shows_no_password_and_no_token_of_the_office(office):
    clerk = office.clerk("admin")
    tokens = [clerk.token]
    clerk.log_in()
    clerk.log_in(password="salah ketik sandi")
    clerk.log_in(username="Bu Hardiyanti", password=clerk.password)
    clerk.client.post("/api/v1/auth/logout", headers=clerk.headers)
    tokens.append(clerk.token)
    dumped = dump(office.store)
    secrets = (*tokens, *(one[4:] for one in tokens), clerk.password, "salah ketik", "hardiyanti", "127.0.0.1")
    assert [one for one in secrets if one.lower() in dumped] == []
    assert clerk.username.lower() in dumped
    for name in ("md5", "sha1", "sha256", "sha512"):
        for secret in (*tokens, clerk.password):
            assert hashlib.new(name, secret.encode()).hexdigest()[:32] not in dumped.replace("-", "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_files_of_sqlite_show_nothing_personal_either(pushed):
    path = Path(pushed.office.settings.database_url.removeprefix("sqlite:///"))
    files = [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))]
    raw = b"".join(one.read_bytes() for one in files).lower()
    assert b"anc_visit" in raw
    assert [value for value in VALUES if value.lower().encode() in raw] == []
    with pushed.office.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert [value for value in VALUES if value.lower().encode() in path.read_bytes().lower()] == []


def test_a_nik_can_not_be_found_by_a_plain_hash_of_it(pushed):
    dumped = dump(pushed.office.store).replace("-", "")
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        digest = hashlib.new(name, NIK.encode()).hexdigest()
        assert digest[:32] not in dumped
        assert bytes.fromhex(digest).decode("latin-1").lower() not in dumped


def everything_opened(store) -> bytes:
    """All that the office could read with its keys: dumped tables, bodies, and what waits."""
    from fieldsync.ledger.tables import BatchRow, HeldRow

    with store.reading() as connection:
        bodies = [
            receipts.body_of(connection, store.sealer, one.id) or b""
            for one in connection.execute(BatchRow.__table__.select())
        ]
        waits = [
            store.sealer.open(one.edit, f"held {one.record_id}")
            for one in connection.execute(HeldRow.__table__.select())
        ]
    return dump(store).encode() + b"".join(bodies) + b"".join(waits)


def refused_visit(tablet, pregnancy_id):
    """A woman let her blood pressure be used for her own care on the spot only."""
    return visit(tablet, pregnancy_id, {"consent": "refused"}, systolic_mmhg=173, notes="jangan dicatat ya")


@pytest.fixture
def expecting(tablet):
    she = woman(tablet, "Siti Aminah")
    hers = pregnancy(tablet, she["id"])
    tablet.push(she, hers)
    return hers


def test_refused_health_data_sent_again_beside_news_are_not_kept(tablet, expecting):
    seen = refused_visit(tablet, expecting["id"])
    tablet.push(seen)
    assert [one["status"] for one in tablet.push(seen, woman(tablet, "Dewi Lestari"))] == ["duplicate", "applied"]
    assert b"jangan dicatat" not in everything_opened(tablet.office.store)
    assert b"173" not in everything_opened(tablet.office.store).split(b'"records"')[-1]


def test_refused_health_data_that_stand_twice_in_a_batch_are_not_kept(tablet, expecting):
    seen = refused_visit(tablet, expecting["id"])
    assert [one["status"] for one in tablet.push(seen, seen)] == ["applied", "duplicate"]
    assert b"jangan dicatat" not in everything_opened(tablet.office.store)


def test_refused_health_data_that_wait_are_not_kept(tablet, expecting):
    newer = visit(tablet, expecting["id"], {"consent": "refused", "form_version": "2099.1"}, notes="jangan dicatat ya")
    group = new_id()
    mate = visit(tablet, new_id(), {"group": group})
    grouped = visit(tablet, expecting["id"], {"consent": "refused", "group": group}, notes="jangan dicatat ya")
    assert [one["status"] for one in tablet.push(newer, mate, grouped)] == ["held"] * 3
    assert b"jangan dicatat" not in everything_opened(tablet.office.store)
