"""Trends: coverage, flags and times by month and by area, each against its target, with the numbers and as a file.

The numbers are kept ones, of the last count; the page says when that was. Filters stand in the address.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Response, request
from sqlalchemy import Connection

from fieldsync import reporting
from fieldsync.access import region_names
from fieldsync.programs import PROGRAMS
from fieldsync.programs.coverage import Indicator, indicators, month_of, months_before
from fieldsync.reporting import KEPT_MONTHS, TIMES, By, Span, Target, TargetsError
from fieldsync.web.exporting import CSV, as_csv
from fieldsync.web.gate import permission, user
from fieldsync.web.house import house
from fieldsync.web.pages import trend_lines
from fieldsync.web.pages.areas import area_choices
from fieldsync.web.pages.rules import rule_titles
from fieldsync.web.pages.shell import page_blueprint, render, speech
from fieldsync.web.pages.trend_lines import COLUMNS, FLAGS, Line
from fieldsync.web.queries import area, choice, invalid, month

USUAL_MONTHS = 12
HTML = "text/html"

blueprint = page_blueprint("trends")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for, and what there is to choose among: `topics` for these programs."""

    topic: str
    topics: tuple[str, ...]
    program: str
    area: str | None
    span: Span

    @property
    def filters(self) -> dict[str, str]:
        given = {"program": self.program, "area": self.area, "from": self.span.first, "to": self.span.last}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines of the page: of each topic in short, of the chosen one by month, by area, and by rule for flags."""

    summary: Mapping[str, Line]
    months: Sequence[Line]
    areas: Sequence[Line]
    rules: Sequence[Line]
    names: Mapping[str, str]


@blueprint.get("/trends")
@permission("cases.read")
def show() -> Response:
    """Show the page; with ``Accept: text/csv`` its numbers as a file."""
    if request.accept_mimetypes.best_match([HTML, CSV], default=HTML) == CSV:
        return as_file()
    asked, (targets, problems) = _asked(), _targets()
    with house().store.reading() as connection:
        found, counted_at = _found(connection, asked, targets), reporting.counted_at(connection)
    target = targets.get(asked.topic)
    return render(
        "trends.html",
        asked=asked,
        found=found,
        lines=trend_lines,
        about=indicators().get(asked.topic),
        indicators=indicators(),
        target=target,
        targets=targets,
        problems=problems,
        plot=trend_lines.picture(speech(), asked.topic, found.months, target),
        sum_is_whole=trend_lines.counting_months(found.months)[1],
        counted_at=counted_at,
        areas=area_choices(asked.area),
        rules=rule_titles(),
        programs=[one for one in PROGRAMS if one in user().scope.programs],
        months=_months_to_choose(),
    )


@blueprint.get("/trends/export.csv")
@permission("cases.read")
def as_file() -> Response:
    """Give exactly the page's numbers as a file."""
    asked, (targets, _) = _asked(), _targets()
    with house().store.reading() as connection:
        found = _found(connection, asked, targets)
    titles, say = rule_titles(), speech()
    rows = [trend_lines.file_row(topic, "total", one, None, targets.get(topic)) for topic, one in found.summary.items()]
    one_of = partial(trend_lines.file_row, asked.topic)
    target = targets.get(asked.topic)
    rows += [one_of("month", one, None, target) for one in found.months]
    rows += [one_of("area", one, found.names.get(one.key), target) for one in found.areas]
    rows += [one_of("rule", one, say.label(titles.get(one.key)), target) for one in found.rules]
    lines = [tuple(one[name] for name in COLUMNS) for one in rows]
    response = Response(as_csv([lines], COLUMNS), content_type=f"{CSV}; charset=utf-8")
    name = f"fieldsync-trends-{asked.topic}-{asked.span.first}-{asked.span.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _targets() -> tuple[Mapping[str, Target], list[str]]:
    """Return what is aimed at; with a mistake in the office's file the shipped targets, and what is wrong."""
    try:
        return reporting.read_targets(house().settings.targets), []
    except TargetsError as error:
        return reporting.shipped_targets(), error.problems


def _asked() -> _Asked:
    program = choice("program", ("", *PROGRAMS), "")
    programs = tuple(one for one in user().scope.programs if program in ("", one))
    seen = [one.id for one in indicators().values() if not set(programs).isdisjoint(one.programs)]
    topics = (*seen, *TIMES, FLAGS)
    topic = choice("indicator", (*indicators(), *TIMES, FLAGS), topics[0])
    if topic not in topics:  # it is another program's than the one that was chosen
        topic = topics[0]
    place = area()
    first, last = _range(indicators().get(topic))
    return _Asked(topic, topics, program, place, Span(user().scope.areas_under(place), programs, first, last))


def _range(about: Indicator | None) -> tuple[str, str]:
    """Return the first and the last month: a year up to now, longer where it takes a child's first year to tell."""
    last = month("to") or month_of(speech().today)
    back = USUAL_MONTHS - 1 + (about.ready_months if about is not None else 0)
    first = month("from") or months_before(last, back)
    if not months_before(last, KEPT_MONTHS - 1) <= first <= last:
        raise invalid("from", "out_of_range", f"{months_before(last, KEPT_MONTHS - 1)}..{last}")
    return first, last


def _months_to_choose() -> list[str]:
    this = month_of(speech().today)
    return [months_before(this, back) for back in range(KEPT_MONTHS)]


def _found(connection: Connection, asked: _Asked, targets: Mapping[str, Target]) -> _Found:
    ask, make = _question(connection, asked.topic, targets)
    span, whole = asked.span, partial(_is_whole, asked.topic, targets.get(asked.topic))
    rows = ask(span, "month")
    known = min((one.key for one in rows), default=span.last)
    months = trend_lines.by_month(rows, trend_lines.months_of(known, span.last), make, whole)
    (first, last), are_whole = trend_lines.counting_months(months)
    summed = replace(span, first=first, last=last)
    areas = trend_lines.by_key(ask(summed, "area"), make, whole=are_whole)
    rules = trend_lines.by_key(ask(summed, "rule"), make, whole=are_whole) if asked.topic == FLAGS else []
    names = region_names(connection, [one.key for one in areas])
    most_first = sorted(rules, key=lambda one: (-one.counted, one.key))
    return _Found(_summary(connection, asked, targets), months, areas, most_first, names)


def _is_whole(topic: str, target: Target | None, one: str) -> bool:
    return trend_lines.is_whole(topic, target, one, speech().today)


def _question(
    connection: Connection, topic: str, targets: Mapping[str, Target]
) -> tuple[Callable[[Span, By], Sequence[Any]], trend_lines.Make]:
    """Return how the numbers of a topic are asked for, and how a line is made of some of them."""
    if topic == FLAGS:
        restricted = user().may("restricted.read")
        return lambda span, by: reporting.raised(connection, span, by, restricted=restricted), trend_lines.number
    ask, make = (reporting.waited, trend_lines.wait) if topic in TIMES else (reporting.covered, trend_lines.share)
    return lambda span, by: ask(connection, span, [topic], by), partial(make, target=targets[topic])


def _summary(connection: Connection, asked: _Asked, targets: Mapping[str, Target]) -> dict[str, Line]:
    """Return a line for each topic that has a target: of the months that are whole, of all where none is."""
    span, covered = asked.span, [one for one in asked.topics if one in indicators()]
    rows: list[Any] = list(reporting.covered(connection, span, covered, "month"))
    rows += reporting.waited(connection, span, TIMES, "month")
    shown, found = trend_lines.months_of(span.first, span.last), {}
    for topic in (*covered, *TIMES):
        mine, target = [one for one in rows if one.indicator == topic], targets[topic]
        make: trend_lines.Make = partial(trend_lines.wait if topic in TIMES else trend_lines.share, target=target)
        months = trend_lines.by_month(mine, shown, make, partial(_is_whole, topic, target))
        found[topic] = trend_lines.total(mine, months, make)
    return found
