"""Cases as files for other programs: CSV and XLSX for sheets, GeoJSON for maps; the rows of exactly one filter.

CSV and GeoJSON stream as the rows are read, a workbook goes to a file first; memory stays flat, however many rows.
A text that a sheet would take for a formula is marked as text. On a map, a case stands at the point of its district:
nobody's home is shown.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

import orjson
import xlsxwriter

from fieldsync.access import DISTRICT
from fieldsync.rules import SEVERITIES
from fieldsync.sync import CaseSheet

CSV, GEOJSON = "text/csv", "application/geo+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_OF_A_SHEET = 1_000_000
PIECE = 64 * 1024
Place = tuple[float, float]
_FORMULA = frozenset("=+-@\t\r\n")
COLUMNS = (
    *("id", "severity", "status", "program", "area", "village", "district", "due", "full_name", "sex", "birth_date"),
    *("phone", "rules", "titles", "assignee", "escalation", "opened_at", "updated_at"),
)
PERSONAL = frozenset({"full_name", "sex", "birth_date", "phone"})
_OPEN = tuple(name for name in COLUMNS if name not in PERSONAL)
_open_of, _where_of = itemgetter(*map(COLUMNS.index, _OPEN)), itemgetter(*map(COLUMNS.index, ("id", "area")))
Line = tuple[str | int | None, ...]
Pages = Iterable[Sequence[Line]]


def lines_of(sheet: CaseSheet, names: Mapping[str, str], language: str) -> Iterator[Line]:
    """Yield one value for each of `COLUMNS` of each case; `names` are those of areas."""
    titles = {rule: words["title"][language] for rule, words in sheet.words.items()}
    severities: dict[int | None, str | None] = dict(enumerate(SEVERITIES))
    for case_id, person_id, status, program, area, severity, due, assignee, escalation, opened, updated in sheet.rows:
        rules, person = sheet.rules.get(case_id, ()), sheet.persons.get(person_id or "", {})
        where = (area, names.get(area), names.get(area[:DISTRICT]))
        who = (person.get("full_name"), person.get("sex"), person.get("birth_date"), person.get("phone"))
        why = (" ".join([rule for rule, _ in rules]), "; ".join([titles[rule] for rule in rules]))
        how_far = (assignee, escalation, opened, updated)
        yield (case_id, severities.get(severity), status, program, *where, due, *who, *why, *how_far)


def safe(line: Line) -> list[str | int | None]:
    """Return values as a sheet may open them: what looks like a formula becomes a text."""
    return [f"'{one}" if one and one.__class__ is str and one[0] in _FORMULA else one for one in line]


def as_csv(pages: Pages, columns: Sequence[str] = COLUMNS) -> Iterator[bytes]:
    """Yield pages of lines with these columns as CSV in UTF-8, with the mark by which sheets know it."""
    yield b"\xef\xbb\xbf"
    yield _csv([columns])
    for page in pages:
        yield _csv(map(safe, page))


def _csv(lines: Iterable[Sequence[Any]]) -> bytes:
    kept = io.StringIO()
    csv.writer(kept).writerows(lines)
    return kept.getvalue().encode()


def as_geojson(pages: Pages, points: Mapping[str, Place]) -> Iterator[bytes]:
    """Yield lines as a collection of features, without anything personal; where no point is known, without a place."""
    places = {area: {"type": "Point", "coordinates": [lon, lat]} for area, (lat, lon) in points.items()}
    yield b'{"type":"FeatureCollection","features":['
    begun = b""
    for page in pages:
        if page:
            yield begun + orjson.dumps([_feature(one, places) for one in page])[1:-1]
            begun = b","
    yield b"]}"


def _feature(line: Line, places: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    case_id, area = _where_of(line)
    told = dict(zip(_OPEN, _open_of(line), strict=True))
    return {"type": "Feature", "id": case_id, "geometry": places.get(area[:DISTRICT]), "properties": told}


def as_xlsx(pages: Pages) -> Iterator[bytes]:
    """Yield lines as a workbook, a sheet for each million; all values are texts, numbers or empty, never formulas."""
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            sheet: Any = None
            at = 0
            for line in chain.from_iterable(pages):
                if sheet is None or at > ROWS_OF_A_SHEET:
                    sheet, at = _sheet(book), 1
                sheet.write_row(at, 0, line)
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
