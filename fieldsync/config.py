"""Typed settings from the ``FIELDSYNC_*`` environment.

Everything an operator may turn is named here, once, with its default. Keys that
are not given are made on first use and kept in the data directory, readable by
the owner only; this module never logs or prints a secret.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from environs import Env, EnvError
from marshmallow.validate import OneOf, Range
from platformdirs import user_data_path

from fieldsync import keyfile
from fieldsync.keyfile import KEY_BYTES, Kept, Ring

VILLAGE_CHANGES = "village_changes.csv"
TARGETS = "targets.yaml"
# One address and nothing else: no name, no comment, no list, no line break. ASCII, as every mail server takes it.
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
PUBLIC = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?", re.ASCII)
SMTP_PORTS = {"smtp": 587, "smtps": 465}
ISSUER = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/%:-]*)?", re.ASCII)
CLAIM = re.compile(r"[!-~]{1,100}", re.ASCII)
LONGEST_LABEL = 60
LONGEST_DAYS = 36_500  # for good, as good as
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigError(Exception):
    """A setting can't be used; the message names the variable and what it takes."""


@dataclass(frozen=True)
class Relay:
    """The office's mail server. With `tls` the connection begins with TLS, else it turns to it by STARTTLS."""

    host: str
    port: int
    tls: bool
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Outgoing:
    """How notices leave the server.

    `inside` are hosts within the office's own network that notices may go to, also without TLS; `public_url` is where
    people open FieldSync, without a slash at its end.
    """

    relay: Relay | None = None
    sender: str = ""
    inside: frozenset[str] = frozenset()
    public_url: str = ""


@dataclass(frozen=True)
class Oidc:
    """The issuer by which office users may log in (OpenID Connect), and how it knows this server.

    `claim` is the claim of the ID token that names the user; `labels` is what the button says, in Indonesian and
    English; `callback` is where the issuer sends the browser back to.
    """

    issuer: str
    client_id: str
    callback: str
    client_secret: str = field(default="", repr=False)
    claim: str = "preferred_username"
    labels: tuple[str, str] = ("Masuk dengan akun instansi", "Log in with the office's account")


@dataclass(frozen=True)
class Settings:
    """What one process runs with. Build it with `load`; tests build it directly."""

    data_dir: Path
    database_url: str
    secret_key: bytes = field(repr=False)
    encryption_keys: Ring = field(repr=False)  # (key id, 32 bytes); the first one seals
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
    keep_feed_days: int = 180
    keep_bodies_days: int = 730
    keep_audit_days: int = 3650
    keep_runs_days: int = 90
    survey_months: int = 6
    log_level: str = "INFO"
    identity_weights: Path | None = None  # a file made by `fieldsync identity train`; None: those of the program
    key_file: Path | None = None  # where the encryption keys are kept and may change; None when they are given
    outgoing: Outgoing = field(default_factory=Outgoing)
    oidc: Oidc | None = None

    @property
    def village_changes(self) -> Path:
        """Where the office may say which village codes have changed; there need be no such file."""
        return self.data_dir / VILLAGE_CHANGES

    @property
    def targets(self) -> Path:
        """Where the office may say what it aims at; there need be no such file."""
        return self.data_dir / TARGETS


def data_dir() -> Path:
    """Return the data directory of the environment, without making it."""
    return _data_dir(Env(prefix="FIELDSYNC_"))


def _data_dir(env: Env) -> Path:
    return Path(env.str("DATA_DIR", "") or user_data_path("fieldsync")).expanduser()


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigError: a variable has a value of the wrong form.
    """
    env = Env(prefix="FIELDSYNC_")
    folder = _data_dir(env)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = keyfile.made(folder)
        kept = keyfile.read(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"FIELDSYNC_DATA_DIR: can't use {folder} ({type(error).__name__})") from error
    ring = env.str("ENCRYPTION_KEYS", "")
    try:
        outgoing = _outgoing(env)
        return Settings(
            data_dir=folder,
            database_url=_database_url(env.str("DATABASE_URL", ""), folder),
            secret_key=_secret(env.str("SECRET_KEY", ""), kept),
            encryption_keys=_key_ring(ring) if ring else kept.ring,
            port=env.int("PORT", Settings.port, validate=Range(1, 65535)),
            workers=env.int("WORKERS", Settings.workers, validate=Range(1, 64)),
            threads=env.int("THREADS", Settings.threads, validate=Range(1, 128)),
            bind=env.str("BIND", Settings.bind),
            trusted_proxies=env.int("TRUSTED_PROXIES", Settings.trusted_proxies, validate=Range(0, 8)),
            database_pool=env.int("DATABASE_POOL", Settings.database_pool, validate=Range(1, 256)),
            oldest_app_version=env.str("OLDEST_APP_VERSION", Settings.oldest_app_version),
            session_hours=env.int("SESSION_HOURS", Settings.session_hours, validate=Range(1, 168)),
            keep_feed_days=env.int("KEEP_FEED_DAYS", Settings.keep_feed_days, validate=Range(30, LONGEST_DAYS)),
            keep_bodies_days=env.int("KEEP_BODIES_DAYS", Settings.keep_bodies_days, validate=Range(30, LONGEST_DAYS)),
            keep_audit_days=env.int("KEEP_AUDIT_DAYS", Settings.keep_audit_days, validate=Range(365, LONGEST_DAYS)),
            keep_runs_days=env.int("KEEP_RUNS_DAYS", Settings.keep_runs_days, validate=Range(7, LONGEST_DAYS)),
            survey_months=env.int("SURVEY_MONTHS", Settings.survey_months, validate=OneOf((1, 2, 3, 4, 6, 12))),
            log_level=env.str("LOG_LEVEL", Settings.log_level, validate=OneOf(LOG_LEVELS)),
            identity_weights=_given_path(env.str("IDENTITY_WEIGHTS", "")),
            key_file=None if ring else path,
            outgoing=outgoing,
            oidc=_oidc(env, outgoing.public_url),
        )
    except EnvError as error:
        raise ConfigError(str(error)) from error


def _outgoing(env: Env) -> Outgoing:
    relay, sender = _relay(env.str("SMTP_URL", "")), env.str("SMTP_FROM", "")
    if sender and not MAILBOX.fullmatch(sender):
        raise ConfigError("FIELDSYNC_SMTP_FROM takes an e-mail address")
    if relay is not None and not sender:
        raise ConfigError("FIELDSYNC_SMTP_URL needs FIELDSYNC_SMTP_FROM, the address that notices come from")
    public = env.str("PUBLIC_URL", "").rstrip("/")
    if public and not PUBLIC.fullmatch(public):
        raise ConfigError("FIELDSYNC_PUBLIC_URL takes the address of this server, as https://sync.example.go.id")
    inside = frozenset(
        one.strip().lower().rstrip(".") for one in env.str("NOTICE_INSIDE", "").split(",") if one.strip()
    )
    return Outgoing(relay, sender, inside, public)


def _relay(given: str) -> Relay | None:
    if not given:
        return None
    try:
        parts = urlsplit(given)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in SMTP_PORTS or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigError("FIELDSYNC_SMTP_URL takes smtp://user:password@host:587 or smtps://user:password@host:465")
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(host, port or SMTP_PORTS[parts.scheme], parts.scheme == "smtps", name, password)


def _oidc(env: Env, public_url: str) -> Oidc | None:
    issuer = env.str("OIDC_ISSUER", "")
    if not issuer:
        return None
    if not ISSUER.fullmatch(issuer) or not (issuer.startswith("https://") or is_loopback(issuer)):
        raise ConfigError("FIELDSYNC_OIDC_ISSUER takes the https:// address of the issuer, as it names itself")
    if not public_url:
        raise ConfigError("FIELDSYNC_OIDC_ISSUER needs FIELDSYNC_PUBLIC_URL, where the issuer leads people back to")
    claim = env.str("OIDC_CLAIM", Oidc.claim)
    if not CLAIM.fullmatch(claim):
        raise ConfigError("FIELDSYNC_OIDC_CLAIM takes the name of a claim, as preferred_username or email")
    return Oidc(
        issuer,
        _client(env, "OIDC_CLIENT_ID", least=1),
        f"{public_url}/login/issuer/back",
        client_secret=_client(env, "OIDC_CLIENT_SECRET", least=0),
        claim=claim,
        labels=_labels(_label(env, "OIDC_LABEL_ID"), _label(env, "OIDC_LABEL_EN")),
    )


def _labels(indonesian: str, english: str) -> tuple[str, str]:
    """Return the office's own labels; one that is given alone stands in both languages."""
    return (indonesian or english, english or indonesian) if indonesian or english else Oidc.labels


def is_loopback(url: str) -> bool:
    """Tell whether a URL leads to this very machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _client(env: Env, name: str, *, least: int) -> str:
    given = env.str(name, "")
    if len(given) < least or not given.isascii() or (given and not given.isprintable()):
        raise ConfigError(f"FIELDSYNC_{name} takes what the issuer gave, in printable ASCII characters")
    return given


def _label(env: Env, name: str) -> str:
    given = env.str(name, "").strip()
    if len(given) > LONGEST_LABEL or (given and not given.isprintable()):
        raise ConfigError(f"FIELDSYNC_{name} takes up to {LONGEST_LABEL} printable characters")
    return given


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


def _secret(given: str, kept: Kept) -> bytes:
    if given and len(given) < KEY_BYTES:
        raise ConfigError(f"FIELDSYNC_SECRET_KEY takes at least {KEY_BYTES} characters")
    return (given or kept.secret_key).encode()


def _key_ring(text: str) -> Ring:
    try:
        return keyfile.read_ring(text)
    except ValueError as error:
        raise ConfigError(f"FIELDSYNC_ENCRYPTION_KEYS {error}") from error
