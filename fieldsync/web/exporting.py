"""Cases as files for other programs: CSV and XLSX for sheets, GeoJSON for maps; the rows of exactly one filter.

CSV and GeoJSON stream as the rows are read, a workbook goes to a file first; memory stays flat, however many rows.
A text that a sheet would take for a formula is marked as text. On a map, a case stands at the point of its district:
nobody's home is shown.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import xlsxwriter

from fieldsync.access import DISTRICT

CSV, GEOJSON = "text/csv", "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_OF_A_SHEET = 1_000_000
PIECE = 64 * 1024
Place = tuple[float, float]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    *("id", "severity", "status", "program", "area", "village", "district", "due", "full_name", "sex", "birth_date"),
    *("phone", "rules", "titles", "assignee", "escalation", "opened_at", "updated_at"),
)
PERSONAL = frozenset({"full_name", "sex", "birth_date", "phone"})
Row = Mapping[str, Any]


def flat(row: Row, names: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return a case of a list as one value for each of `COLUMNS`."""
    person, flags, area = row["person"], row["flags"], row["area"]
    told = {name: row.get(name) for name in COLUMNS} | {name: person.get(name) for name in PERSONAL}
    told["village"], told["district"] = names.get(area), names.get(area[:DISTRICT])
    told["rules"] = " ".join(one["rule"] for one in flags)
    told["titles"] = "; ".join(one["title"][language] for one in flags)
    told["updated_at"] = row["updated_at"].isoformat(timespec="seconds")
    return told


def safe(value: Any) -> Any:
    """Return a value as a sheet may open it: what looks like a formula becomes a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> Iterator[bytes]:
    """Yield these columns of rows as CSV in UTF-8, with the mark by which sheets know it."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    yield b"\xef\xbb\xbf"
    writer.writerow(columns)
    for number, row in enumerate(rows):
        writer.writerow([safe(row[name]) for name in columns])
        if number % 100 == 0:
            yield _taken(kept)
    yield _taken(kept)


def _taken(kept: io.StringIO) -> bytes:
    text = kept.getvalue()
    kept.seek(0)
    kept.truncate()
    return text.encode()


def as_geojson(rows: Iterable[Mapping[str, Any]], points: Mapping[str, Place]) -> Iterator[bytes]:
    """Yield rows as a collection of features, without anything personal; where no point is known, without a place."""
    yield b'{"type":"FeatureCollection","features":['
    for number, row in enumerate(rows):
        point = points.get(row["area"][:DISTRICT])
        place = None if point is None else {"type": "Point", "coordinates": [point[1], point[0]]}
        told = {name: row[name] for name in COLUMNS if name not in PERSONAL}
        feature = {"type": "Feature", "id": row["id"], "geometry": place, "properties": told}
        yield (b"," if number else b"") + orjson.dumps(feature)
    yield b"]}"


def as_xlsx(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield rows as a workbook, a sheet for each million; all values are texts, numbers or empty, never formulas."""
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            sheet: Any = None
            at = 0
            for row in rows:
                if sheet is None or at > ROWS_OF_A_SHEET:
                    sheet, at = _sheet(book), 1
                sheet.write_row(at, 0, [row[name] for name in COLUMNS])
                at += 1
            if sheet is None:
                _sheet(book)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet(book: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
    return sheet
