"""The script: valid records, possible edits, every kind of mishap, the same for the same seed."""

import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sim_plans import ENROLMENTS, START, enrolment, plan

from fieldsync.programs import TYPES, examine, references, translate
from fieldsync.simulator import Village, edits, mistakes
from fieldsync.simulator.diary import PROGRAM_OF, Draft
from fieldsync.simulator.rota import NEVER, Rota
from fieldsync.simulator.scene import sees
from fieldsync.simulator.story import write_script

LAST_DAY = (START + timedelta(days=29)).isoformat()
WANTED = set(PROGRAM_OF)


def faults(draft, data):
    kind = TYPES[draft.type]
    return examine(kind, translate(kind, draft.form_version, data), LAST_DAY, "en")


def changes_of(script):
    return [one for days in script.work for entries in days for one in entries if not isinstance(one, Draft)]


@pytest.fixture(scope="module", params=[1, 2, 3])
def script(request):
    return write_script(plan(records=3000, seed=request.param))


def test_every_record_is_valid_and_every_mistake_is_not(script):
    for draft in script.drafts.values():
        errors, _ = faults(draft, draft.data)
        assert not errors, (draft.type, errors)
        if draft.wrong is not None:
            errors, _ = faults(draft, draft.wrong)
            assert errors, draft.type


def test_every_edit_leaves_the_record_valid(script):
    for change in changes_of(script):
        draft = script.drafts[change.record_id]
        errors, _ = faults(draft, draft.data | (change.fields or {}))
        assert not errors, (draft.type, change.fields, errors)


def test_all_types_all_mishaps(script):
    drafts = script.drafts.values()
    assert {draft.type for draft in drafts} == WANTED
    assert {draft.form_version for draft in drafts if draft.type == "anc_visit"} == {"2026.1", "2025.2"}
    assert {draft.consent for draft in drafts} == {"given", "refused", "by_law"}
    assert any(draft.foreign for draft in drafts)
    assert any(draft.wrong is not None and draft.group for draft in drafts)
    assert script.expected.same
    assert script.expected.deleted
    soft = sum(bool(faults(draft, draft.data)[1]) for draft in drafts)
    assert 30 < soft < 200
    assert Counter(len(values) for values in script.expected.values.values())[2] > 5


def test_a_visit_fills_most_of_its_form(script):
    visits = [draft.data for draft in script.drafts.values() if draft.type == "anc_visit"]
    assert sum(map(len, visits)) / len(visits) >= 25


def test_what_is_named_is_told_of_and_groups_stay_together(script):
    groups = {}
    for draft in script.drafts.values():
        assert set(draft.names()) <= script.drafts.keys()
        kind = TYPES[draft.type]
        named = references(kind, translate(kind, draft.form_version, draft.data))
        assert {one.id for one in named if one.awaited} == set(draft.names())
        if draft.group:
            groups.setdefault(draft.group, set()).add((draft.tablet, draft.day))
    assert len(groups) > 20
    assert all(len(places) == 1 for places in groups.values())


def test_everybody_works_within_scope_but_for_the_foreign(script):
    for draft in script.drafts.values():
        inside = sees(ENROLMENTS[draft.tablet], draft.area, PROGRAM_OF[draft.type])
        assert inside is not draft.foreign
        assert PROGRAM_OF[draft.type] == TYPES[draft.type].program
    for change in changes_of(script):
        draft = script.drafts[change.record_id]
        assert sees(ENROLMENTS[change.tablet], draft.area, PROGRAM_OF[draft.type])


def test_nobody_edits_what_it_can_not_know(script):
    effect = script.rota.effects(list(script.drafts.values()))
    others = 0
    for change in changes_of(script):
        draft = script.drafts[change.record_id]
        if change.tablet == draft.tablet:
            assert (change.day, change.moment) > (draft.day, draft.moment)
            continue
        others += 1
        assert effect[draft.id] <= script.rota.next_contact(change.tablet, effect[draft.id]) < change.day
    assert others > 20


def test_work_is_in_order_of_time_on_its_day(script):
    midnight = 1_792_774_800_000  # 2026-10-24T00:00+07:00
    for days in script.work:
        for day, entries in enumerate(days):
            moments = [one.moment for one in entries]
            assert moments == sorted(moments)
            assert all(0 < moment - midnight - 86_400_000 * day < 86_400_000 for moment in moments)


def test_the_same_person_twice_has_the_same_number(script):
    for first, second in script.expected.same:
        one, other = script.drafts[first], script.drafts[second]
        assert one.tablet != other.tablet
        for name in ("nik", "birth_date", "sex"):
            assert one.data[name] == other.data[name]
        assert "household_id" not in other.data


def test_the_same_seed_tells_the_same_story():
    first, second, other = (write_script(plan(records=500, seed=seed)) for seed in (8, 8, 9))
    assert first.work == second.work
    assert first.expected == second.expected
    assert first.work != other.work


def test_ten_thousand_records_take_less_than_three_seconds():
    began = time.process_time()
    script = write_script(plan(records=10_000))
    assert time.process_time() - began < 3
    assert 10_000 <= len(script.drafts) < 11_000
    assert script.edits > len(script.drafts)


@pytest.mark.parametrize("programs", [("civil",), ("service",), ("maternal",), ("child",)])
def test_a_van_of_one_program(programs):
    script = write_script(plan(enrolments=(replace(enrolment(0), programs=programs),), records=60))
    assert {PROGRAM_OF[draft.type] for draft in script.drafts.values() if not draft.foreign} - {"common"} == set(
        programs
    )


@pytest.mark.parametrize("days", [1, 2, 5])
def test_few_days(days):
    script = write_script(plan(days=days, records=80))
    assert len(script.work[0]) == days
    assert all(row[-1] for row in script.rota.contacts)


@pytest.mark.parametrize(
    "changes",
    [
        {"enrolments": ()},
        {"days": 0},
        {"records": 0},
        {"villages": (Village("16.02.19.2001", "Desa"),)},
        {"enrolments": (replace(enrolment(0), programs=()),)},
    ],
)
def test_an_impossible_plan_is_told(changes):
    with pytest.raises(ValueError, match=r"tablet|village"):
        write_script(plan(**changes))


def test_a_rota_ends_with_contact_for_all():
    rota = Rota.drawn(3, 10, Random(1))
    assert [rota.next_contact(one, 9) for one in range(3)] == [9, 9, 9]
    assert rota.next_contact(0, 10) == NEVER
    for tablet in range(3):
        for day in range(10):
            following = rota.next_contact(tablet, day)
            assert following == next(one for one in range(day, 10) if rota.contacts[tablet][one])


def draft(number, tablet=0, day=0, **changes):
    given = {"data": {}, "group": None, "wrong": None}
    return Draft(f"r{number}", "person", tablet, day, 0, "16.02.05.2001", None, "given", **(given | changes))


def test_a_record_takes_effect_when_all_that_it_waits_for_is_there():
    rota = Rota([[True] * 6, [False, False, False, False, True, True]])
    drafts = [
        draft(1),
        draft(2, tablet=1),
        draft(3, data={"mother_id": "r2"}),
        draft(4, group="g", data={"mother_id": "r3"}),
        draft(5, group="g"),
        draft(6, day=2, wrong={}),
        draft(7, foreign=True),
    ]
    effect = rota.effects(drafts)
    assert effect == {"r1": 0, "r2": 4, "r3": 4, "r4": 4, "r5": 4, "r6": 3, "r7": NEVER}
    assert rota.editable_from(0, drafts[0], effect) == 0
    assert rota.editable_from(1, drafts[0], effect) == 5
    assert rota.editable_from(0, drafts[5], effect) == 4


@pytest.mark.parametrize(("kind", "field"), [(kind, name) for kind, table in edits.EDITABLE.items() for name in table])
def test_an_edit_gives_more_than_two_values(kind, field):
    old = next(
        one.data[field]
        for one in write_script(plan(records=800)).drafts.values()
        if one.type == kind and field in one.data and one.form_version == "2026.1" and one.wrong is None
    )
    rng = Random(1)
    values = {edits.new_value(rng, kind, field, old) for _ in range(50)}
    assert old not in values
    assert len(values) >= 2


def test_unusual_values_only_warn(script):
    for one in script.drafts.values():
        if mistakes.can_be_unusual(one.type) and one.form_version == "2026.1":
            errors, warnings = faults(one, mistakes.unusual(one.type, one.data, Random(1)))
            assert not errors
            assert any(warning.code == "soft_range" for warning in warnings)
