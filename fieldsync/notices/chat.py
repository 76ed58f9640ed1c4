"""One message to a chat or telephone service, through Apprise (extra `notices`).

Apprise opens its connections itself, so only services are let through whose host is fixed: a URL of theirs can name a
room and a token but no other machine. Options of a URL that reach for files, hosts or certificates are refused, too.
"""

import importlib
import logging
import re
from types import ModuleType

from fieldsync.notices.addresses import LONGEST, AddressError
from fieldsync.notices.outcome import CAME_THROUGH, Outcome

SERVICES = frozenset({"discord", "gchat", "line", "pover", "slack", "tgram", "twilio", "vonage", "whatsapp", "wxteams"})
OPTIONS = frozenset({"to", "topic", "thread", "silent", "preview"})
_FORM = re.compile(r"([a-z]+)://[!-~]+", re.ASCII)
_NAMES = re.compile(r"[?&]([^=&?#]*)", re.ASCII)


def check_service(url: str, services: frozenset[str] = SERVICES) -> None:
    """Refuse a URL of Apprise that may lead elsewhere than to a known service.

    Raises:
        AddressError: ``bad_url``, ``not_permitted``, or ``no_apprise`` when it is not installed.
    """
    form = _FORM.fullmatch(url) if len(url) <= LONGEST else None
    if form is None:
        raise AddressError("bad_url", "this is no URL of Apprise, as tgram://token/chat")
    if form.group(1) not in services:
        listed = ", ".join(sorted(services))
        raise AddressError(
            "not_permitted", f"{form.group(1)}:// may reach any host; permitted are {listed}, or take --kind webhook"
        )
    strange = {one.lower() for one in _NAMES.findall(url)} - OPTIONS
    if strange:
        raise AddressError("not_permitted", f"of options, only {', '.join(sorted(OPTIONS))} are permitted in the URL")
    apprise = _apprise()
    if apprise.Apprise.instantiate(url, asset=_asset(apprise)) is None:
        raise AddressError("bad_url", f"Apprise does not take this URL of {form.group(1)}://")


def send_chat(url: str, title: str, text: str, services: frozenset[str] = SERVICES) -> Outcome:
    """Send a message once; Apprise does not tell why one did not come through."""
    try:
        check_service(url, services)
        apprise = _apprise()
    except AddressError as error:
        return Outcome(error.code)
    way = apprise.Apprise(asset=_asset(apprise))
    way.add(url)
    return CAME_THROUGH if way.notify(body=text, title=title, body_format="text") else Outcome("refused")


def _asset(apprise: ModuleType) -> object:
    """Let Apprise write no file and load no plug-in of anybody's."""
    return apprise.AppriseAsset(
        app_id="FieldSync", storage_mode=apprise.PersistentStoreMode.MEMORY, plugin_paths=None, async_mode=False
    )


def _apprise() -> ModuleType:
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        raise AddressError("no_apprise", "Apprise is not installed: pip install 'fieldsync[notices]'") from None
    # What it logs may hold tokens.
    logger = logging.getLogger("apprise")
    logger.handlers, logger.propagate = [logging.NullHandler()], False
    return apprise
