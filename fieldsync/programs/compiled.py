"""The fast path: one straight-line function per record type, written from its declaration at first use.

It only says yes or no, and says yes only where `examine` would find nothing, not even a
doubt; a no costs the slow look. The source that is compiled holds names, limits and
operators of our own declarations and nothing from outside; every other value is passed
in by name.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from fieldsync.programs.checks import Check, Order
from fieldsync.programs.declare import Field, RecordType
from fieldsync.programs.older import retired
from fieldsync.programs.values import DAYS, DOUBTS, FIELD_NAME, TIME, UUID, VILLAGE, is_day, is_line, is_lines, unfit

Accept = Callable[[dict[str, Any], str], bool]

_PLAIN = "({v}.isascii() and {v}.isprintable() and not {v}.isspace() or {other}({v}))"


def accepts(kind: RecordType, data: dict[str, Any], today: str) -> bool:
    """Tell whether `examine` would find nothing at all, neither errors nor warnings; in microseconds.

    Args:
        kind: the record's type.
        data: in its current form version.
        today: the date YYYY-MM-DD after which most dates may not lie.
    """
    return acceptor(kind)(data, today)


@cache
def acceptor(kind: RecordType) -> Accept:
    """Return the function of (data, today) for a type."""
    return _compiled(kind.fields, kind.checks, frozenset(retired(kind.translations)), guard=True)


def _compiled(
    fields: Sequence[Field], checks: Sequence[Check], old_names: frozenset[str], *, guard: bool = False
) -> Accept:
    writer = _Writer(fields, checks, old_names)
    return writer.compile(guard=guard)


class _Writer:
    """Writes the source of one function; `names` holds what the source calls by name."""

    def __init__(self, fields: Sequence[Field], checks: Sequence[Check], old_names: frozenset[str]) -> None:
        self.fields = fields
        self.checks = checks
        self.names: dict[str, Any] = {"DAYS": DAYS, "is_day": is_day}
        self.locals: dict[str, str] = {}
        inline = {name for check in checks if isinstance(check, Order) for name in check.fields}
        self.locals = {one.name: f"f{at}" for at, one in enumerate(fields) if one.name in inline}
        self.names["harmless"] = _strangers(frozenset(one.name for one in fields), old_names)

    def compile(self, *, guard: bool) -> Accept:
        required = [one for one in self.fields if one.required]
        body = ["if type(data) is not dict: return False", f"n = {len(required)}"]
        body += [line for one in self.fields for line in self._field(one)]
        body += [self._check(check) for check in self.checks]
        body.append("return n == len(data) or harmless(data)")
        if guard:
            # Unhashable codes, texts of another type and missing required fields end here; no value raises else.
            body = ["try:", *(f"    {line}" for line in body), "except (KeyError, TypeError):", "    return False"]
        source = "\n".join(["def accept(data, today):", *(f"    {line}" for line in body)])
        exec(compile(source, "<declaration>", "exec"), self.names)  # noqa: S102 # only our own declarations
        made: Accept = self.names["accept"]
        return made

    def _name(self, value: Any) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def _field(self, field: Field) -> list[str]:
        value = self.locals.get(field.name, "v")
        test = f"if not ({self._test(field, value)}): return False"
        if field.required:
            return [f"{value} = data[{field.name!r}]", test]
        if value == "v":
            given = f"if {field.name!r} in data:"
            return [given, f"    v = data[{field.name!r}]", "    if v is not None:", f"        {test}", "    n += 1"]
        given = f"if {value} is not None:"
        return [f"{value} = data.get({field.name!r})", given, f"    {test}", "    n += 1"]

    def _check(self, check: Check) -> str:
        if not isinstance(check, Order):
            return f"if {self._name(check.faults)}(data): return False"
        left, right = (self.locals[name] for name in check.fields)
        holds = check.source(left, right)
        return f"if {left} is not None and {right} is not None and not {holds}: return False"

    def _test(self, field: Field, v: str) -> str:
        test: str = getattr(self, f"_{field.kind}")(field, v)
        if field.not_future:
            test += f" and {v} <= today"
        if field.doubt:
            test += f" and not {self._name(DOUBTS[field.doubt])}({v}, today)"
        return test

    def _text(self, field: Field, v: str) -> str:
        low, high = field.length
        visible = _PLAIN.format(v=v, other=self._name(is_lines if field.multiline else is_line))
        test = f"type({v}) is str and {low} <= len({v}) <= {high} and {visible}"
        return f"{test} and {self._name(field.shape.regex.fullmatch)}({v})" if field.shape else test

    def _digits(self, field: Field, v: str) -> str:
        return f"type({v}) is str and len({v}) == {field.length[0]} and {v}.isascii() and {v}.isdigit()"

    def _int(self, field: Field, v: str) -> str:
        return f"type({v}) is int and {_limits(field, v)}"

    def _number(self, field: Field, v: str) -> str:
        return f"(type({v}) is float or type({v}) is int) and {_limits(field, v)}"

    def _date(self, field: Field, v: str) -> str:
        return f"({v} in DAYS or is_day({v}))"

    def _time(self, field: Field, v: str) -> str:
        return f"{self._name(TIME.fullmatch)}({v})"

    def _bool(self, field: Field, v: str) -> str:
        return f"({v} is True or {v} is False)"

    def _code(self, field: Field, v: str) -> str:
        return f"{v} in {self._name(frozenset(field.codes.labels if field.codes else ()))}"

    def _codes(self, field: Field, v: str) -> str:
        known = self._name(frozenset(field.codes.labels if field.codes else ()).issuperset)
        return f"type({v}) is list and len({v}) <= {field.length[1]} and {known}({v})"

    def _id(self, field: Field, v: str) -> str:
        return f"{self._name(UUID.fullmatch)}({v})"

    def _ids(self, field: Field, v: str) -> str:
        return f"{_count(field, v)} and all(map({self._name(UUID.fullmatch)}, {v}))"

    def _area(self, field: Field, v: str) -> str:
        return f"{self._name((field.shape.regex if field.shape else VILLAGE).fullmatch)}({v})"

    def _texts(self, field: Field, v: str) -> str:
        return f"{_count(field, v)} and all({self._text(field_of_one(field), 'one')} for one in {v})"

    def _object(self, field: Field, v: str) -> str:
        return f"{self._name(_compiled(field.fields, (), frozenset()))}({v}, today)"

    def _objects(self, field: Field, v: str) -> str:
        inner = self._name(_compiled(field.fields, (), frozenset()))
        return f"{_count(field, v)} and all([{inner}(one, today) for one in {v}])"


def field_of_one(field: Field) -> Field:
    """Return the declaration of one text in a list of texts."""
    length = (1, TEXT_IN_LIST)
    return Field(name="", kind="text", label=field.label, length=length, shape=field.shape, multiline=field.multiline)


TEXT_IN_LIST = 2000


def _limits(field: Field, v: str) -> str:
    if field.hard is None:
        raise ValueError(f"{field.name}: a number without limits")
    low, high = field.hard
    if field.soft:
        low, high = max(low, field.soft[0]), min(high, field.soft[1])
    return f"{low!r} <= {v} <= {high!r}"


def _count(field: Field, v: str) -> str:
    low, high = field.length
    if field.soft:
        low, high = max(low, int(field.soft[0])), min(high, int(field.soft[1]))
    return f"type({v}) is list and {low} <= len({v}) <= {high}"


def _strangers(declared: frozenset[str], old_names: frozenset[str]) -> Callable[[dict[str, Any]], bool]:
    """Return a test of the fields that are not declared: none in old names, all harmless."""

    def harmless(data: dict[str, Any]) -> bool:
        for name in data.keys() - declared:
            if FIELD_NAME.fullmatch(name) is None or unfit(data[name]):
                return False
            if name in old_names and data[name] is not None:
                return False
        return True

    return harmless
