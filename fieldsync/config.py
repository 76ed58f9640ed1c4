"""Typed settings from the ``FIELDSYNC_*`` environment.

Everything an operator may turn is named here, once, with its default. Keys that
are not given are made on first use and kept in the data directory, readable by
the owner only; this module never logs or prints a secret.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from environs import Env, EnvError
from marshmallow.validate import OneOf, Range
from platformdirs import user_data_path

KEY_BYTES = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigError(Exception):
    """A setting can't be used; the message names the variable and what it takes."""


@dataclass(frozen=True)
class Settings:
    """What one process runs with. Build it with `load`; tests build it directly."""

    data_dir: Path
    database_url: str
    secret_key: bytes = field(repr=False)
    encryption_keys: tuple[tuple[str, bytes], ...] = field(repr=False)  # (key id, 32 bytes); the first one seals
    port: int = 8000
    workers: int = 2
    threads: int = 8
    bind: str = "127.0.0.1"
    trusted_proxies: int = 0
    database_pool: int = 4
    max_batch_records: int = 500
    max_batch_bytes: int = 5 * 1024 * 1024
    max_batch_bytes_decompressed: int = 20 * 1024 * 1024
    oldest_app_version: str = "1.0.0"
    session_hours: int = 12
    log_level: str = "INFO"
    identity_weights: Path | None = None  # a file made by `fieldsync identity train`; None: those of the program


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigError: a variable has a value of the wrong form.
    """
    env = Env(prefix="FIELDSYNC_")
    data_dir = Path(env.str("DATA_DIR", "") or user_data_path("fieldsync")).expanduser()
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = _kept_keys(data_dir)
    except (OSError, ValueError) as error:
        raise ConfigError(f"FIELDSYNC_DATA_DIR: can't use {data_dir} ({type(error).__name__})") from error
    try:
        return Settings(
            data_dir=data_dir,
            database_url=_database_url(env.str("DATABASE_URL", ""), data_dir),
            secret_key=_secret(env.str("SECRET_KEY", ""), kept),
            encryption_keys=_key_ring(env.str("ENCRYPTION_KEYS", "") or kept["encryption_keys"]),
            port=env.int("PORT", Settings.port, validate=Range(1, 65535)),
            workers=env.int("WORKERS", Settings.workers, validate=Range(1, 64)),
            threads=env.int("THREADS", Settings.threads, validate=Range(1, 128)),
            bind=env.str("BIND", Settings.bind),
            trusted_proxies=env.int("TRUSTED_PROXIES", Settings.trusted_proxies, validate=Range(0, 8)),
            database_pool=env.int("DATABASE_POOL", Settings.database_pool, validate=Range(1, 256)),
            oldest_app_version=env.str("OLDEST_APP_VERSION", Settings.oldest_app_version),
            session_hours=env.int("SESSION_HOURS", Settings.session_hours, validate=Range(1, 168)),
            log_level=env.str("LOG_LEVEL", Settings.log_level, validate=OneOf(LOG_LEVELS)),
            identity_weights=_given_path(env.str("IDENTITY_WEIGHTS", "")),
        )
    except EnvError as error:
        raise ConfigError(str(error)) from error


def _given_path(given: str) -> Path | None:
    return Path(given).expanduser() if given else None


def _database_url(given: str, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'fieldsync.sqlite3'}"
    for short in ("postgresql://", "postgres://"):
        if given.startswith(short):
            return "postgresql+psycopg://" + given[len(short) :]
    if given.startswith(("postgresql+psycopg://", "sqlite:///")):
        return given
    raise ConfigError("FIELDSYNC_DATABASE_URL takes a URL of sqlite:///… or postgresql://…")


def _secret(given: str, kept: dict[str, str]) -> bytes:
    if given and len(given) < KEY_BYTES:
        raise ConfigError(f"FIELDSYNC_SECRET_KEY takes at least {KEY_BYTES} characters")
    return (given or kept["secret_key"]).encode()


def _key_ring(text: str) -> tuple[tuple[str, bytes], ...]:
    ring: list[tuple[str, bytes]] = []
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id.isalnum() or not key_id.isascii() or len(key_id) > 8 or len(key) != KEY_BYTES:  # noqa: PLR2004 # the key id is stored before each value
            raise ConfigError("FIELDSYNC_ENCRYPTION_KEYS takes id:base64 of 32 bytes, several by comma, newest first")
        if any(key_id == there for there, _ in ring):
            raise ConfigError("FIELDSYNC_ENCRYPTION_KEYS names two keys alike")
        ring.append((key_id, key))
    return tuple(ring)


def _kept_keys(data_dir: Path) -> dict[str, str]:
    """Return the keys kept in the data directory, making them on first use, once, also when two processes start."""
    path = data_dir / "keys.json"
    if not path.exists():
        made = {
            "secret_key": secrets.token_urlsafe(KEY_BYTES),
            "encryption_keys": "k1:" + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
        }
        draft = data_dir / f".keys-{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            json.dump(made, out)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
