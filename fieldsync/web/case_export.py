"""The answer that is a file of cases: the same filters, rows and hiding as the list's, noted in the audit trail.

Which cases, and in which order, is read in one look and laid aside in a file; what is told of them is read page by page
while the answer goes out, two pages ahead, so that a bad line holds neither memory nor the database. A case that fits
no more by then is left out.
"""

import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from flask import Response

from fieldsync import sync
from fieldsync.access import OfficeUser, district_points, note_audit, place_names
from fieldsync.db import Store
from fieldsync.web.exporting import CSV, GEOJSON, XLSX, Line, as_csv, as_geojson, as_xlsx, lines_of
from fieldsync.web.gate import user
from fieldsync.web.house import house

AT_ONCE = 2000
AHEAD = 2
ID_BYTES = 36 + len("\n")
_ENDINGS = {CSV: "csv", XLSX: "xlsx", GEOJSON: "geojson"}
KINDS = tuple(_ENDINGS)


def exported(wanted: sync.CasesAsked, kind: str, language: str) -> Response:
    """Return all cases of a filter as a file of one of `KINDS`; titles in one language."""
    store, asker, now = house().store, user(), house().clock()
    codes = {"program": list(wanted.programs), "status": list(wanted.statuses), "area": wanted.area}
    detail = {"form": _ENDINGS[kind], **codes, "restricted": asker.may("restricted.read")}
    store.transact(lambda connection: note_audit(connection, asker, "cases.export", "cases", now, detail))

    pages = _pages(store, asker, wanted, language)
    if kind == CSV:
        body = as_csv(pages)
    elif kind == XLSX:
        body = as_xlsx(pages)
    else:
        with store.reading() as connection:
            points = district_points(connection)
        body = as_geojson(pages, points)
    response = Response(body, content_type=f"{kind}; charset=utf-8" if kind == CSV else kind)
    name = f"fieldsync-cases-{now:%Y%m%d-%H%M}.{_ENDINGS[kind]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _pages(store: Store, asker: OfficeUser, wanted: sync.CasesAsked, language: str) -> Iterator[list[Line]]:
    names: dict[str, str] = {}
    # The database works on the next pages while this one is written.
    with tempfile.TemporaryFile() as kept, ThreadPoolExecutor(AHEAD) as readers:
        with store.snapshot() as connection:
            kept.writelines(("\n".join(ids) + "\n").encode() for ids in sync.case_ids(connection, asker, wanted))
        kept.seek(0)

        def begin() -> Iterator[Future[sync.CaseSheet]]:
            if ids := kept.read(ID_BYTES * AT_ONCE).decode().split():
                yield readers.submit(_sheet, store, asker, wanted, ids, names)

        coming = deque(one for _ in range(AHEAD) for one in begin())
        while coming:
            sheet = coming.popleft().result()
            coming += begin()
            yield list(lines_of(sheet, names, language))


def _sheet(
    store: Store, asker: OfficeUser, wanted: sync.CasesAsked, ids: Sequence[str], names: dict[str, str]
) -> sync.CaseSheet:
    """Read these cases as they are now; the names of their areas are added to `names`."""
    with store.snapshot() as connection:
        sheet = sync.case_sheet(connection, store.sealer, asker, wanted, ids)
        names |= place_names(connection, {one.area for one in sheet.rows} - names.keys())
    return sheet
