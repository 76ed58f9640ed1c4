"""Older form versions: how fields were called and written then, and how they become those of today.

Translating never loses a value: what can't be read stays under its old name, and a
record with an old name left in it is refused with a pointer to it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fieldsync.programs.messages import Fault


class NewerVersion(Exception):  # noqa: N818 # the name is the answer
    """The form version is newer than this server knows."""


class UnknownVersion(Exception):  # noqa: N818 # the name is the answer
    """The form version is malformed, or never was one of this type."""


class Step(ABC):
    """One change between two versions. `old` is the name that is no longer in use."""

    old: str

    @abstractmethod
    def apply(self, data: dict[str, Any]) -> None:
        """Change `data` in place; leave the old field where it can't be carried over."""

    @abstractmethod
    def left_over(self) -> Fault:
        """Return what is wrong with a record in which the old field is left."""


@dataclass(frozen=True, slots=True)
class Renamed(Step):
    """A field got another name; its values stay."""

    old: str
    new: str

    def apply(self, data: dict[str, Any]) -> None:
        """Rename it, unless the new name is taken by another value."""
        value, taken = data[self.old], data.get(self.new)
        if value is not None and taken is not None and (type(taken), taken) != (type(value), value):
            return
        del data[self.old]
        if value is not None:
            data[self.new] = value

    def left_over(self) -> Fault:
        """Return that both names are given and differ."""
        why = {"id": f"{self.new} juga diisi, dengan nilai lain", "en": f"{self.new} is given too, and differs"}
        return Fault("inconsistent", why=why)


@dataclass(frozen=True, slots=True)
class Split(Step):
    """A text that held several whole numbers became several fields; `regex` has one group for each."""

    old: str
    new: tuple[str, ...]
    regex: re.Pattern[str]
    takes: Mapping[str, str]

    def apply(self, data: dict[str, Any]) -> None:
        """Split it, unless it can't be read or a new name is taken."""
        value = data[self.old]
        if value is None:
            del data[self.old]
            return
        found = self.regex.fullmatch(value) if isinstance(value, str) else None
        if found is None or any(data.get(name) is not None for name in self.new):
            return
        del data[self.old]
        data.update({name: int(part) for name, part in zip(self.new, found.groups(), strict=True)})

    def left_over(self) -> Fault:
        """Return what it should have looked like."""
        return Fault("bad_format", takes=self.takes)


@dataclass(frozen=True, slots=True)
class Translation:
    """From an older form version to the one after it."""

    version: str
    steps: tuple[Step, ...]


_VERSION = re.compile(r"(\d{4})\.(\d{1,3})", re.ASCII)


def since(translations: tuple[Translation, ...], current: str, form_version: object) -> Iterator[Translation]:
    """Yield the translations that lead from a form version to the current one, oldest first.

    Args:
        translations: of the type, oldest first.
        current: its form version today.
        form_version: as sent.

    Raises:
        NewerVersion: it is newer than `current`.
        UnknownVersion: it is malformed, or older and not among `translations`.
    """
    parsed = _parsed(form_version)
    if parsed > _parsed(current):
        raise NewerVersion(form_version)
    versions = [_parsed(one.version) for one in translations]
    if parsed not in (*versions, _parsed(current)):
        raise UnknownVersion(form_version)
    yield from (one for one, version in zip(translations, versions, strict=True) if version >= parsed)


def retired(translations: tuple[Translation, ...]) -> dict[str, Fault]:
    """Return the names that are no longer in use, each with what is wrong when it is left in a record."""
    return {step.old: step.left_over() for one in translations for step in one.steps}


def _parsed(version: object) -> tuple[int, int]:
    found = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        raise UnknownVersion(version)
    return int(found[1]), int(found[2])
