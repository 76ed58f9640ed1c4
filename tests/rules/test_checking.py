"""Every way in which rules are refused, each told in one line."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from fieldsync.rules import Fact, Known, RuleError, check, read_rules
from tests.rules.strategies import context, label

KNOWN = Known(frozenset({"S1", "S12", "project policy"}), frozenset({"maternal", "child", "civil"}))


def number(name, unit, limits):
    return Fact(name=name, kind="number", label=label(name), unit=unit, limits=limits)


FACTS = (
    number("pulse", "/min", (30, 220)),
    number("weight", "kg", (1, 200)),
    Fact(name="heart", kind="bool", label=label("heart")),
    Fact(name="position", kind="code", label=label("position"), codes={"breech": label("b"), "head": label("h")}),
    Fact(name="signs", kind="codes", label=label("signs"), codes={"fits": label("f"), "fever": label("v")}),
    Fact(name="born", kind="date", label=label("born")),
    Fact(name="unit", kind="text", label=label("unit")),
    Fact(name="papers", kind="texts", label=label("papers")),
    Fact(name="hiv", kind="code", label=label("hiv"), codes={"reactive": label("r")}, restricted=True),
)
CONTEXTS = {"visit": context({one.name: one for one in FACTS}, "visit")}
FAST = {"fact": "pulse", "over": {"parameter": "fast"}}
PLAIN = {
    "id": "R-01",
    "version": 1,
    "valid_from": date(2026, 1, 1),
    "about": "visit",
    "programs": ["maternal"],
    "severity": "urgent",
    "source": "S1: DT.17",
    "title": {"id": "judul", "en": "title"},
    "action": {"id": "lakukan", "en": "do"},
    "parameters": {"fast": {"value": 100, "unit": "/min"}},
    "condition": FAST,
    "due": {"days": 1},
}
NONE = {"parameters": {}}


def rule(**changes):
    return {name: value for name, value in {**PLAIN, **changes}.items() if value is not None}


def of(condition, **parameters):
    """Return a rule of this condition with these parameters, each a (value, unit)."""
    given = {name: {"value": value, "unit": unit} for name, (value, unit) in parameters.items()}
    return rule(condition=condition, parameters=given)


def files(folder: Path, *given, tables=()):
    path = folder / "given.yaml"
    path.write_text(yaml.safe_dump({"rules": list(given), "tables": list(tables)}), encoding="utf-8")
    return read_rules({"maternal/given.yaml": path})


def problems(folder: Path, *given, tables=()):
    return [str(one) for one in check(files(folder, *given, tables=tables), CONTEXTS, KNOWN)]


def test_good_rules_are_taken(tmp_path):
    good = [
        rule(),
        rule(version=2, valid_from=date(2026, 2, 1)),
        rule(
            version=3,
            valid_from=date(2026, 3, 1),
            retired=True,
            condition={"fact": "gone", "known": True},
            parameters={},
        ),
        rule(
            id="R-02",
            severity="emergency",
            closed_within_hours=24,
            supersedes=["R-01"],
            source="project policy from S12",
        ),
        rule(id="R-03", condition={"fact": "hiv", "is": "reactive"}, parameters={}, restricted=True),
        rule(id="R-04", due={"days": 1, "since": "born", "offset": 60}),
    ]
    assert problems(tmp_path, *good, tables=[TABLE]) == []


TABLE = {"id": "scores", "version": 1, "valid_from": date(2026, 1, 1), "source": "S1", "values": {"a": 1}}

CASES = {
    "no context": (rule(about="delivery"), "no context delivery"),
    "no fact": (of({"fact": "pulse_bpm", "known": True}), "visit has no fact pulse_bpm"),
    "due of no fact": (rule(due={"days": 1, "since": "delivered"}), "due: delivered is no date of visit"),
    "due of a number": (rule(due={"days": 1, "since": "pulse"}), "due: pulse is no date of visit"),
    "order of a code": (
        of({"fact": "position", "over": {"parameter": "p"}}, p=(1, "")),
        "position: over does not go with a code",
    ),
    "any of a code": (of({"fact": "position", "has_any": ["breech"]}), "position: has_any does not go with a code"),
    "one of codes": (of({"fact": "signs", "is": "fits"}), "signs: is does not go with a codes"),
    "one of texts": (of({"fact": "papers", "in": ["KK"]}), "papers: in does not go with a texts"),
    "value of a date": (of({"fact": "born", "is": date(2026, 1, 1)}), "born: is does not go with a date"),
    "in of a bool": (of({"fact": "heart", "in": [True]}), "heart: in does not go with a bool"),
    "unknown code": (of({"fact": "position", "is": "oblique"}), "position: is takes a code of its list, not oblique"),
    "unknown codes": (
        of({"fact": "signs", "has_any": ["fits", "cough", "ache"]}),
        "signs: has_any takes a code of its list, not ache, cough",
    ),
    "yes is no code": (of({"fact": "position", "is": True}), "position: is takes a code of its list, not True"),
    "no codes": (of({"fact": "position", "in": []}), "position: in takes a code of its list, not nothing"),
    "text for bool": (of({"fact": "heart", "is": "no"}), "heart: is takes true or false, not no"),
    "number for bool": (of({"fact": "heart", "is_not": 0}), "heart: is_not takes true or false, not 0"),
    "known maybe": (of({"fact": "heart", "known": "maybe"}), "heart: known takes true or false, not maybe"),
    "bool for text": (of({"fact": "unit", "is": False}), "unit: is takes a text, not False"),
    "text for number": (
        of({"fact": "pulse", "over": {"parameter": "p"}}, p=("100", "/min")),
        "pulse: over takes a number, not 100",
    ),
    "bool for number": (
        of({"fact": "pulse", "over": {"parameter": "p"}}, p=(True, "/min")),
        "pulse: over takes a number, not True",
    ),
    "bare number": (
        of({"fact": "pulse", "is": 100}),
        "pulse: a number must be a parameter, so that it has a name and a unit",
    ),
    "wrong unit": (of(FAST, fast=(100, "kg")), "parameter fast is in kg, but pulse in /min"),
    "no unit": (of(FAST, fast=(100, "")), "parameter fast is in no unit, but pulse in /min"),
    "over its range": (of(FAST, fast=(900, "/min")), "pulse: 900 is outside its range, 30 to 220"),
    "under its range": (
        of({"fact": "pulse", "at_most": {"parameter": "p"}}, p=(29.9, "/min")),
        "pulse: 29.9 is outside its range, 30 to 220",
    ),
    "no number": (of(FAST, fast=(float("nan"), "/min")), "pulse: nan is outside its range, 30 to 220"),
    "restricted": (of({"fact": "hiv", "is": "reactive"}), "hiv is restricted, so the rule must be"),
    "unused parameter": (of({"fact": "heart", "is": True}, slow=(1, "")), "parameter slow is never used"),
    "no program": (rule(programs=["maternal", "tax"]), "no program tax"),
    "program twice": (rule(programs=["civil", "civil"]), "program civil twice"),
    "for nobody": (rule(programs=[]), "no program gets its flags"),
    "no key of a source": (rule(source="the nurse said so"), "its source names no known one: the nurse said so"),
    "unknown source": (rule(source="S1: DT.17; S99"), "no source S99"),
    "part of a key": (rule(source="projects policy"), "its source names no known one: projects policy"),
    "supersedes nothing": (rule(supersedes=["R-77"]), "supersedes R-77, which is no rule"),
    "supersedes itself": (rule(supersedes=["R-01"]), "supersedes itself, in a circle"),
    "emergency without end": (rule(severity="emergency"), "an emergency needs closed_within_hours"),
    "later version": (rule(version=2, source="S99"), "version 2: no source S99"),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_one_wrong_thing_is_told_in_one_line(tmp_path, given, expected):
    assert problems(tmp_path, given) == [f"maternal/given.yaml: R-01: {expected}"]


def both(*parts):
    return {"all": list(parts)}


def limit(op, name="p", fact="pulse"):
    return {"fact": fact, op: {"parameter": name}}


NEVER = {
    "apart": both(limit("at_least"), limit("under", "q")),
    "the same, open": both(limit("at_least"), limit("under")),
    "beyond the range": limit("over", "most"),
    "below the range": limit("under", "least"),
    "one value barred": both(limit("at_least", "most"), limit("is_not", "most")),
    "two values": both(limit("is"), limit("is", "q")),
    "two codes": both({"fact": "position", "is": "head"}, {"fact": "position", "is": "breech"}),
    "no code left": {"fact": "position", "not_in": ["head", "breech"]},
    "true and false": both({"fact": "heart", "is": True}, {"fact": "heart", "is_not": True}),
    "known and not": both({"fact": "pulse", "known": False}, limit("over")),
    "not known": {
        "not": {"fact": "born", "known": True},
    },
    "has and has none": both({"fact": "signs", "has_any": ["fits"]}, {"fact": "signs", "has_none": ["fits", "fever"]}),
    "two texts": both({"fact": "unit", "is": "a"}, {"fact": "unit", "in": ["b", "c"]}),
    "the opposite": both(limit("over"), {"not": {"any": [limit("over"), limit("under", "least")]}}),
    "in each case": both(
        {"any": [limit("under", "q"), {"fact": "heart", "is": True}]}, limit("over"), {"fact": "heart", "is": False}
    ),
}
NEVER["not known"] = both(NEVER["not known"], {"fact": "born", "known": True})
VALUES = {"p": (100, "/min"), "q": (60, "/min"), "most": (220, "/min"), "least": (30, "/min")}


def used(condition):
    text = str(condition)
    return of(condition, **{name: value for name, value in VALUES.items() if f"'parameter': '{name}'" in text})


@pytest.mark.parametrize("condition", NEVER.values(), ids=NEVER)
def test_what_can_never_fire_is_told(tmp_path, condition):
    found = problems(tmp_path, used(condition))
    assert found == ["maternal/given.yaml: R-01: it can never fire: its condition contradicts itself"]


@pytest.mark.parametrize("condition", NEVER.values(), ids=NEVER)
def test_a_part_that_can_never_count_is_told(tmp_path, condition):
    for whole in (
        {"any": [condition, {"fact": "unit", "known": True}]},
        {"not": both({"not": condition}, {"fact": "unit", "known": True})},
    ):
        (told,) = problems(tmp_path, used(whole))[-1:]
        assert "a part of it can never count" in told


@pytest.mark.parametrize(
    "condition",
    [
        both(limit("at_least"), limit("at_most")),
        limit("at_least", "most"),
        limit("at_most", "least"),
        both(limit("under"), limit("over", "q")),
        both({"fact": "signs", "has_any": ["fits"]}, {"fact": "signs", "has_none": ["fever"]}),
        {"any": [both(limit("over"), {"fact": "heart", "is": True}), limit("under", "q")]},
        {"not": both(limit("at_least"), limit("over", "q"))},
    ],
)
def test_what_can_fire_is_taken(tmp_path, condition):
    assert problems(tmp_path, used(condition)) == []


def test_a_condition_of_very_many_cases_is_not_looked_through_for_ever(tmp_path):
    pairs = [{"any": [{"fact": "unit", "is_not": f"{at}{side}"} for side in "abcd"]} for at in range(20)]
    given = both(*pairs, both({"fact": "heart", "is": True}, {"not": {"fact": "heart", "is": True}}))
    assert all("part" not in one for one in problems(tmp_path, of(given)))


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([(1, 1), (1, 2)], "version 1 is also in maternal/given.yaml"),
        ([(1, 1), (2, 1)], "version 2: begins 2026-01-01, but version 1 2026-01-01"),
        ([(2, 1), (1, 2)], "version 2: begins 2026-01-01, but version 1 2026-02-01"),
    ],
)
def test_versions_that_clash(tmp_path, versions, expected):
    dated = [{"version": version, "valid_from": date(2026, month, 1)} for version, month in versions]
    assert problems(tmp_path, *(rule(**one) for one in dated)) == [f"maternal/given.yaml: R-01: {expected}"]
    tables = [{**TABLE, **one} for one in dated]
    assert problems(tmp_path, tables=tables) == [f"maternal/given.yaml: scores: {expected}"]


def test_rules_that_supersede_in_a_circle(tmp_path):
    ring = [rule(id=f"R-0{at}", supersedes=[f"R-0{at % 3 + 1}"]) for at in (1, 2, 3)]
    above = rule(id="R-04", supersedes=["R-01"])
    found = problems(tmp_path, *ring, above)
    assert found == [f"maternal/given.yaml: R-0{at}: supersedes itself, in a circle" for at in (1, 2, 3)]
    broken = rule(id="R-03", version=2, valid_from=date(2026, 2, 1))
    earlier = [rule(id=f"R-0{at}", supersedes=[f"R-0{at + 1}"]) for at in (1, 2)]
    later = rule(version=2, valid_from=date(2026, 3, 1))
    closing = rule(id="R-03", version=3, valid_from=date(2026, 4, 1), supersedes=["R-01"])
    assert problems(tmp_path, *earlier, later, rule(id="R-03"), broken, closing) == []


def test_a_table_needs_a_known_source(tmp_path):
    assert problems(tmp_path, tables=[{**TABLE, "source": "S98"}]) == ["maternal/given.yaml: scores: no source S98"]


READING = {
    "no YAML": ("rules: [", "flow"),
    "no text": (b"\xff\xfe\x00", "codec"),
    "not a file of rules": ("- a", "has the lists `rules` and `tables`"),
    "another part": ("rules: []\nfacts: []", "has the lists `rules` and `tables`"),
    "no list": ("rules: {id: R-01}", "has the lists `rules` and `tables`"),
    "empty": ("", "has the lists `rules` and `tables`"),
    "key twice": ("rules: []\nrules: []", "twice: rules"),
    "an object": ("rules: [!!python/object/apply:os.getcwd []]", "could not determine a constructor"),
    "in itself": ("rules: &a [*a]", "recursive"),
    "no rule": ("rules: [7]", "#1"),
}


@pytest.mark.parametrize(("text", "said"), READING.values(), ids=READING)
def test_files_that_can_not_be_read(tmp_path, text, said):
    path = tmp_path / "given.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RuleError) as refused:
        read_rules({"office/given.yaml": path, "office/none.yaml": tmp_path / "none.yaml"})
    first, second = refused.value.problems
    assert first.startswith("office/given.yaml: ")
    assert said in first
    assert "\n" not in first
    assert second.startswith("office/none.yaml: ")


SHAPES = {
    "without id": (rule(id=None), "#1: id is missing"),
    "empty title": (rule(title={"id": " ", "en": "title"}), "title must have texts"),
    "one language": (rule(title={"id": "judul"}), "title must have texts"),
    "unknown key": (rule(colour="red"), "unknown: colour"),
    "severity": (rule(severity="fatal"), "severity fatal is none of"),
    "version": (rule(version=0), "version must be a whole number from 1"),
    "day": (rule(valid_from="soon"), "valid_from must be a date"),
    "ends": (rule(ends="night"), "ends night is neither data nor person"),
    "restricted": (rule(restricted="yes"), "restricted must be true or false"),
    "hours": (rule(closed_within_hours="soon"), "closed_within_hours must be a whole number from 1"),
    "programs": (rule(programs="maternal"), "programs must be a list of texts"),
    "supersedes": (rule(supersedes="R-02"), "supersedes must be a list of texts"),
    "due": (rule(due={"days": "soon"}), "due: days must be a whole number"),
    "due before": (rule(due={"days": -1}), "due: days must be a whole number"),
    "offset of nothing": (rule(due={"days": 1, "offset": 2}), "due: since must name a fact"),
    "due of more": (rule(due={"days": 1, "hours": 2}), "hours"),
    "no condition": (rule(condition="always"), "a condition is all, any, not or a fact"),
    "no operator": (rule(condition={"fact": "pulse"}), "nothing is no operator"),
    "unknown operator": (rule(condition={"fact": "pulse", "above": 1}), "above is no operator"),
    "nothing in it": (rule(condition={"all": []}), "all has no parts"),
    "fact of no name": (rule(condition={"fact": ["pulse"], "known": True}), "fact must be a text"),
    "limit without a name": (rule(condition={"fact": "pulse", "over": 100}), "a limit must be a parameter"),
    "no such parameter": (rule(condition=limit("over", "slow")), "no parameter slow"),
}


@pytest.mark.parametrize(("given", "said"), SHAPES.values(), ids=SHAPES)
def test_what_has_not_the_shape_of_a_rule(tmp_path, given, said):
    with pytest.raises(RuleError) as refused:
        files(tmp_path, given)
    (problem,) = refused.value.problems
    assert said in problem
