"""The answer that is a file of cases: the same filters, rows and hiding as the list's, noted in the audit trail.

It begins before the last row is read, and holds one page at a time; each page is read by itself.
"""

from collections.abc import Iterator
from typing import Any

from flask import Response

from fieldsync import sync
from fieldsync.access import district_points, note_audit, region_names
from fieldsync.web.exporting import CSV, DISTRICT, GEOJSON, XLSX, as_csv, as_geojson, as_xlsx, flat, paged
from fieldsync.web.gate import user
from fieldsync.web.house import house

AT_ONCE = 500
_ENDINGS = {CSV: "csv", XLSX: "xlsx", GEOJSON: "geojson"}
KINDS = tuple(_ENDINGS)


def exported(wanted: sync.CasesAsked, kind: str, language: str) -> Response:
    """Return all cases of a filter as a file of one of `KINDS`; titles in one language."""
    store, asker, now = house().store, user(), house().clock()
    codes = {"program": list(wanted.programs), "status": list(wanted.statuses), "area": wanted.area}
    detail = {"form": _ENDINGS[kind], **codes, "restricted": asker.may("restricted.read")}
    store.transact(lambda connection: note_audit(connection, asker, "cases.export", "cases", now, detail))

    def page_after(after: sync.Place | None) -> tuple[list[dict[str, Any]], sync.Place | None]:
        with store.reading() as connection:
            rows, more = sync.case_list(connection, store.sealer, asker, wanted, AT_ONCE, after)
            places = {one["area"] for one in rows}
            names = region_names(connection, places | {one[:DISTRICT] for one in places})
        return [flat(one, names, language) for one in rows], more

    rows: Iterator[Any] = (one for page in paged(page_after) for one in page)
    if kind == CSV:
        body = as_csv(rows)
    elif kind == XLSX:
        body = as_xlsx(rows)
    else:
        with store.reading() as connection:
            points = district_points(connection)
        body = as_geojson(rows, points)
    response = Response(body, content_type=f"{kind}; charset=utf-8" if kind == CSV else kind)
    name = f"fieldsync-cases-{now:%Y%m%d-%H%M}.{_ENDINGS[kind]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
