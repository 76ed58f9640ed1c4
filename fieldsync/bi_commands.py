"""Commands for those who make charts: the views that they may read, and what each column is."""

import click

from fieldsync import reporting
from fieldsync.console import JSON, show, within


@click.group()
def bi() -> None:
    """Views without NIK, name or telephone for chart makers (PostgreSQL)."""


@bi.command("create")
@click.option("--role", default=reporting.ROLE, show_default=True, help="The role that may read them; made if need be.")
@JSON
def bi_create(role: str, *, as_json: bool) -> None:
    """Make schema bi with its views, and a role that can read nothing else. Run again, it renews them."""
    views = within(lambda _store, connection: reporting.make_views(connection, role))
    text = f"{len(views)} views in schema {reporting.SCHEMA}. Let an account read them: GRANT {role} TO its_name;"
    show(as_json, {"schema": reporting.SCHEMA, "role": role, "views": views}, text)


@bi.command("dictionary")
@JSON
def bi_dictionary(*, as_json: bool) -> None:
    """List every column of every view: its type, what it says, its unit, the codes that it takes."""
    for view in reporting.dictionary():
        for one in view.columns:
            codes = {code: dict(words) for code, words in (one.codes or {}).items()}
            told = {"view": view.name, "column": one.name, "type": one.type, "unit": one.unit, "codes": codes}
            unit = f" [{one.unit}]" if one.unit else ""
            text = f"{view.name}.{one.name}  {one.type}  {one.label['id']} / {one.label['en']}{unit}"
            show(as_json, {**told, "label": dict(one.label)}, text)
