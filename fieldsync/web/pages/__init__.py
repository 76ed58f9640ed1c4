"""The pages of the office: server-rendered, in Indonesian and English, on the rooms beneath and the API's own gate.

`install` puts them into an application. How a page is made is told in docs/pages.md.
"""

from flask import Flask
from jinja2 import StrictUndefined

from fieldsync.web.pages import (
    assets,
    case_list,
    case_map,
    case_page,
    conflicts,
    dictionary,
    duplicates,
    issuer_sign_in,
    person_page,
    person_search,
    pregnancies,
    quarantine,
    registrations,
    saved_filters,
    sign_in,
    tablets,
    today,
    trends,
)

BLUEPRINTS = (
    assets.blueprint,
    sign_in.blueprint,
    issuer_sign_in.blueprint,
    today.blueprint,
    case_list.blueprint,
    saved_filters.blueprint,
    case_map.blueprint,
    case_page.blueprint,
    trends.blueprint,
    pregnancies.blueprint,
    registrations.blueprint,
    duplicates.blueprint,
    quarantine.blueprint,
    conflicts.blueprint,
    person_search.blueprint,
    person_page.blueprint,
    tablets.blueprint,
    dictionary.blueprint,
)


def install(app: Flask) -> None:
    """Put the pages into an application."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for one in BLUEPRINTS:
        app.register_blueprint(one)
