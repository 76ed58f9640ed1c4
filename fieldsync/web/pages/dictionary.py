"""The data dictionary for chart makers: every view of schema ``bi``, with what each column says."""

from flask import Response

from fieldsync import reporting
from fieldsync.web.gate import permission
from fieldsync.web.pages.shell import page_blueprint, render

blueprint = page_blueprint("dictionary")


@blueprint.get("/dictionary")
@permission("cases.read")
def show() -> Response:
    """Show all views and their columns; the same for everybody."""
    return render("dictionary.html", views=reporting.dictionary(), schema=reporting.SCHEMA, role=reporting.ROLE)
