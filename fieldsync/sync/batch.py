"""The envelope of a whole batch. Only what is wrong here refuses a request as a whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from fieldsync.sync.arrival import UNFIT, UUID, freeze, parse_time
from fieldsync.sync.messages import finding

MAX_VERSION = 40


class BatchError(Exception):
    """The batch's own envelope is wrong: nothing of it was stored. `errors` name each fault by pointer and code."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("the batch can't be read")
        self.errors = errors


class TooManyRecordsError(BatchError):
    """More records than one batch may bring; split it and send again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch whose envelope is right. `body` is the JSON text as it was sent, decompressed."""

    batch_id: str
    device_time: datetime
    app_version: str | None
    records: list[Any]
    body: bytes


def read_batch(document: Any, body: bytes, most: int, language: str) -> Batch:
    """Check the envelope of a decoded batch.

    Args:
        document: the decoded JSON.
        body: its text as sent.
        most: how many records a batch may bring.
        language: ``id`` or ``en``, for the messages.

    Raises:
        TooManyRecordsError: over `most`.
        BatchError: anything else wrong with the envelope.
    """
    if not isinstance(document, dict):
        raise BatchError([finding("", "wrong_type", language, "object")])
    errors: list[dict[str, str]] = []

    def wrong(name: str, code: str, takes: Any = "") -> None:
        errors.append(finding(f"/{name}", code, language, takes))

    batch_id = document.get("batch_id")
    if not isinstance(batch_id, str) or UUID.fullmatch(batch_id) is None:
        wrong("batch_id", "required" if batch_id is None else "bad_format", "UUID")
    device_time = parse_time(document.get("device_time"))
    if device_time is None:
        wrong("device_time", "required" if document.get("device_time") is None else "bad_date")
    version = document.get("app_version")
    if version is not None and (not isinstance(version, str) or len(version) > MAX_VERSION or UNFIT.search(version)):
        wrong("app_version", "bad_format", f"1..{MAX_VERSION}")
    records = document.get("records")
    if not isinstance(records, list):
        wrong("records", "required" if records is None else "wrong_type", "list")
    elif len(records) > most:
        raise TooManyRecordsError([finding("/records", "out_of_range", language, f"0..{most}")])
    if errors or device_time is None:
        raise BatchError(errors)
    return Batch(str(batch_id).lower(), device_time, version, records or [], body)


def batch_of_one(record: dict[str, Any], device_time: datetime) -> Batch:
    """Make a batch that the office itself brings, of one record."""
    batch_id = str(uuid4())
    body = {"batch_id": batch_id, "device_time": device_time.isoformat(), "records": [record]}
    return Batch(batch_id, device_time, None, [record], freeze(body))
