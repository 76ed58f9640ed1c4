"""Settings come from the environment, wrong ones are named, and keys are made once and told to nobody."""

import base64
import json
import logging
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldsync.config import ConfigError, Oidc, Outgoing, Relay, Settings, load

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(32, 64))).decode()
SECRET = "a-secret-of-at-least-32-characters"


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    for name in [one for one in os.environ if one.startswith("FIELDSYNC_") and "TEST" not in one]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FIELDSYNC_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def given(monkeypatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"FIELDSYNC_{name}", value)
    return load()


def test_the_defaults_need_nothing(data_dir):
    settings = load()
    assert settings.data_dir == data_dir
    assert settings.database_url == f"sqlite:///{data_dir / 'fieldsync.sqlite3'}"
    assert (settings.port, settings.bind, settings.trusted_proxies) == (8000, "127.0.0.1", 0)
    assert (settings.max_batch_records, settings.max_batch_bytes) == (500, 5 * 1024 * 1024)
    assert settings.max_batch_bytes_decompressed == 20 * 1024 * 1024
    assert len(settings.secret_key) >= 32
    assert [len(key) for _, key in settings.encryption_keys] == [32]


def test_all_may_be_given(monkeypatch, data_dir):
    settings = given(
        monkeypatch,
        DATABASE_URL="postgresql://u@h/d",
        SECRET_KEY=SECRET,
        ENCRYPTION_KEYS=f"k2:{OTHER}, k1:{KEY}",
        PORT="9000",
        WORKERS="3",
        THREADS="5",
        BIND="::1",
        TRUSTED_PROXIES="1",
        DATABASE_POOL="7",
        OLDEST_APP_VERSION="1.2.0",
        SESSION_HOURS="8",
        LOG_LEVEL="WARNING",
        SMTP_URL="smtps://fs%40oki:p%3A%2F@mail.example.go.id",
        SMTP_FROM="fs@example.go.id",
        NOTICE_INSIDE="mail.example.go.id, Hooks.LAN.,",
        PUBLIC_URL="https://sync.example.go.id/",
        OIDC_ISSUER="https://sso.oki.go.id/realms/oki",
        OIDC_CLIENT_ID="fieldsync",
        OIDC_CLIENT_SECRET="rahasia",
        OIDC_CLAIM="email",
        OIDC_LABEL_ID="Masuk OKI",
    )
    assert settings == Settings(
        *(data_dir, "postgresql+psycopg://u@h/d", SECRET.encode()),
        (("k2", bytes(range(32, 64))), ("k1", bytes(range(32)))),
        *(9000, 3, 5, "::1", 1, 7),
        oldest_app_version="1.2.0",
        session_hours=8,
        log_level="WARNING",
        outgoing=Outgoing(
            Relay("mail.example.go.id", 465, tls=True, username="fs@oki", password="p:/"),
            "fs@example.go.id",
            frozenset({"mail.example.go.id", "hooks.lan"}),
            "https://sync.example.go.id",
        ),
        oidc=Oidc(
            *("https://sso.oki.go.id/realms/oki", "fieldsync", "https://sync.example.go.id/login/issuer/back"),
            *("rahasia", "email", ("Masuk OKI", "Masuk OKI")),
        ),
    )
    assert "rahasia" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@h:5432/d", "postgresql+psycopg://u:p@h:5432/d"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////tmp/x.sqlite3", "sqlite:////tmp/x.sqlite3"),
    ],
)
def test_databases_that_are_known(monkeypatch, url, expected):
    assert given(monkeypatch, DATABASE_URL=url).database_url == expected


BAD = {
    "DATABASE_URL": ("mysql://u@h/d", "postgresql+psycopg2://u@h/d", "sqlite", "/x.sqlite3"),
    "SECRET_KEY": ("short", "x" * 31),
    "ENCRYPTION_KEYS": (
        *("x", "k1", "k1:", f":{KEY}", f"k-1:{KEY}", f"longer678:{KEY}", f"k1:{KEY[:-4]}", f"k1:{KEY}{KEY}", "k1:***"),
        *(f"k1:{KEY},", f"k1:{KEY},k2", f"k1:{KEY};k2:{OTHER}", f"é:{KEY}"),
    ),
    "PORT": ("http", "", "80 80", "1.5", "0", "-1", "65536"),
    "WORKERS": ("many", "0", "-1"),
    "THREADS": ("x", "0", "-2"),
    "TRUSTED_PROXIES": ("yes", "-1"),
    "DATABASE_POOL": ("x", "-1"),
    "SESSION_HOURS": ("x", "0", "-1", "169", "1.5"),
    "LOG_LEVEL": ("LOUD", "info info", ""),
    "SMTP_URL": (
        *("mail.example.go.id", "http://mail.example.go.id", "smtp://", "smtp://h:x", "smtp://h/path", "smtp://h?a=b"),
        "smtp://without.a.sender",
    ),
    "SMTP_FROM": ("fs", "a@b@c", "Kepala <a@b.id>", "a@b.id\nBcc: c@d.id"),
    "OIDC_ISSUER": (
        *("sso.oki.go.id", "http://sso.oki.go.id", "http://192.0.2.1", "https://u:p@sso.oki.go.id", "https://h/?a=b"),
        *("https://", "http://[::1", "https://no.public.url"),
    ),
    "PUBLIC_URL": ("sync.example.go.id", "ftp://h", "https://h/ x", "https://h/?a=b", "https://u:p@h"),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(monkeypatch, name, value):
    with pytest.raises(ConfigError, match=f"FIELDSYNC_{name}"):
        given(monkeypatch, **{name: value})


@pytest.mark.parametrize("value", ["short-secret", f"k1:{KEY[:-4]}"])
def test_a_refusal_does_not_repeat_a_secret(monkeypatch, value):
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        monkeypatch.setenv(f"FIELDSYNC_{name}", value)
    with pytest.raises(ConfigError) as refused:
        load()
    assert value not in str(refused.value)
    assert KEY[:8] not in str(refused.value)


def test_two_keys_of_one_name_are_refused(monkeypatch):
    with pytest.raises(ConfigError, match="FIELDSYNC_ENCRYPTION_KEYS"):
        given(monkeypatch, ENCRYPTION_KEYS=f"k1:{KEY},k1:{OTHER}")


def test_a_data_folder_that_is_a_file_is_refused_by_name(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="FIELDSYNC_DATA_DIR"):
        given(monkeypatch, DATA_DIR=str(tmp_path / "file"))


def test_keys_are_made_once_and_kept_for_their_owner_only(data_dir):
    first, second = load(), load()
    assert (first.secret_key, first.encryption_keys) == (second.secret_key, second.encryption_keys)
    path = data_dir / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) & 0o022 == 0
    assert [one.name for one in data_dir.iterdir()] == ["keys.json"]
    assert json.loads(path.read_text())["secret_key"].encode() == first.secret_key


def test_keys_of_another_folder_are_others(monkeypatch, tmp_path):
    first = load()
    second = given(monkeypatch, DATA_DIR=str(tmp_path / "other"))
    assert first.secret_key != second.secret_key
    assert first.encryption_keys != second.encryption_keys


def test_eight_that_start_at_once_agree_on_the_keys(data_dir):
    for turn in range(5):
        together = threading.Barrier(8)

        def start(_number, together=together):
            together.wait(10)
            return load()

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(start, range(8)))
        assert len({(one.secret_key, one.encryption_keys) for one in found}) == 1, turn
        assert [one.name for one in data_dir.iterdir()] == ["keys.json"]
        (data_dir / "keys.json").unlink()


def test_given_keys_win_over_kept_ones(monkeypatch):
    load()
    settings = given(monkeypatch, SECRET_KEY=SECRET, ENCRYPTION_KEYS=f"k9:{KEY}")
    assert settings.secret_key == SECRET.encode()
    assert settings.encryption_keys == (("k9", bytes(range(32))),)


def test_secrets_are_not_shown(monkeypatch, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    settings = given(monkeypatch, SECRET_KEY=SECRET, ENCRYPTION_KEYS=f"k1:{KEY}")
    shown = f"{settings!r} {settings} {caplog.text} {capfd.readouterr()}"
    assert SECRET not in shown
    assert KEY not in shown
    assert repr(bytes(range(32))) not in shown


def test_settings_can_not_be_changed_by_accident():
    settings = load()
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("CLIENT_ID", ""), ("CLIENT_ID", "é"), ("CLIENT_SECRET", "a\nb"), ("CLAIM", ""), ("CLAIM", "a b")),
        *(("LABEL_ID", "x" * 61), ("LABEL_EN", "a\tb")),
    ],
)
def test_a_wrong_value_of_the_issuer_is_refused_by_its_name(monkeypatch, name, value):
    given_ones = {"OIDC_ISSUER": "https://sso.oki.go.id", "OIDC_CLIENT_ID": "c", "PUBLIC_URL": "https://h"}
    with pytest.raises(ConfigError, match=f"FIELDSYNC_OIDC_{name}"):
        given(monkeypatch, **given_ones | {f"OIDC_{name}": value})


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, Oidc.labels),
        ({"OIDC_LABEL_EN": "Go"}, ("Go", "Go")),
        ({"OIDC_LABEL_ID": "Ayo", "OIDC_LABEL_EN": "Go"}, ("Ayo", "Go")),
    ],
)
@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost", "http://[::1]:9"])
def test_an_issuer_on_this_machine_may_be_http(monkeypatch, issuer, labels, expected):
    found = given(
        monkeypatch, OIDC_ISSUER=issuer, OIDC_CLIENT_ID="c", PUBLIC_URL="http://localhost:8000", **labels
    ).oidc
    assert (found.issuer, found.labels, found.client_secret) == (issuer, expected, "")
