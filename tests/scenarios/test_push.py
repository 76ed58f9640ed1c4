"""What a tablet is told about its records, outcome by outcome."""

from datetime import timedelta

import pytest

from fieldsync.ledger import quarantine, waiting
from tests.field import pregnancy, stranger, visit, woman
from tests.office import TULUNG_SELAPAN, new_id

NIK = "1602055205980001"


def statuses(results):
    return [one["status"] for one in results]


@pytest.fixture
def registered(tablet):
    """A woman and her pregnancy that the office has."""
    she = woman(tablet, nik=NIK)
    hers = pregnancy(tablet, she["id"])
    assert statuses(tablet.push(she, hers)) == ["applied", "applied"]
    return she, hers


def test_a_family_in_one_batch_is_applied_whatever_the_order(tablet):
    she = woman(tablet, nik=NIK)
    hers = pregnancy(tablet, she["id"])
    seen = visit(tablet, hers["id"])
    results = tablet.push(seen, hers, she)
    assert statuses(results) == ["applied"] * 3
    assert {one["person_id"] for one in results} == {she["id"]}
    assert results[2]["identity"] == "new"
    assert [one["rev"] for one in results] == [1, 1, 1]


def test_the_same_batch_again_is_all_duplicates(tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    first = tablet.push(she, hers)
    again = tablet.push(she, hers)
    assert [(one["status"], one["rev"]) for one in again] == [("duplicate", 1)] * 2
    assert [one["person_id"] for one in again] == [one["person_id"] for one in first]


def test_the_same_record_twice_in_one_batch_is_applied_once(tablet):
    she = woman(tablet)
    assert statuses(tablet.push(she, she)) == ["applied", "duplicate"]


def test_the_same_id_twice_in_one_batch_with_other_content_is_a_conflict(tablet):
    she = woman(tablet)
    other = {**she, "data": {**she["data"], "full_name": "Siti Amina"}}
    results = tablet.push(she, other)
    assert statuses(results) == ["applied", "conflict"]
    assert [one["field"] for one in results[1]["conflicts"]] == ["full_name"]


def test_a_later_edit_of_the_same_tablet_supersedes_though_no_answer_was_seen(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    corrected = tablet.edited(seen, weight_kg=56.0)
    assert statuses(tablet.push(seen)) == ["applied"]
    assert [(r["status"], r["rev"]) for r in tablet.push(corrected)] == [("applied", 2)]
    assert state(other, seen["id"])["data"]["weight_kg"] == 56.0


def test_an_earlier_edit_that_arrives_late_changes_nothing(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    corrected = tablet.edited(seen, weight_kg=56.0)
    tablet.push(corrected)
    assert statuses(tablet.push(seen)) == ["applied"]
    assert state(other, seen["id"])["data"]["weight_kg"] == 56.0
    assert statuses(tablet.push(seen, corrected)) == ["duplicate", "duplicate"]
    assert state(other, seen["id"])["rev"] == 2


def test_a_wrong_clock_set_back_between_two_edits_does_not_matter(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    corrected = tablet.edited(seen, weight_kg=56.0)
    corrected["recorded_at"] = "2026-02-01T08:00:00+07:00"
    tablet.push(seen)
    tablet.push(corrected)
    assert state(other, seen["id"])["data"]["weight_kg"] == 56.0


def test_edits_of_other_fields_are_merged(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    tablet.push(seen)
    assert statuses(tablet.push(tablet.edited(seen, 1, weight_kg=56.0))) == ["applied"]
    [result] = other.push(other.edited(seen, 1, muac_cm=25.0))
    assert (result["status"], result["rev"]) == ("merged", 3)
    data = state(tablet, seen["id"])["data"]
    assert (data["weight_kg"], data["muac_cm"]) == (56.0, 25.0)


def test_edits_of_one_field_conflict_and_the_later_one_holds(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    tablet.push(seen)
    mine = tablet.edited(seen, 1, weight_kg=56.0)
    tablet.office.clock.forward(hours=1)
    theirs = other.edited(seen, 1, weight_kg=57.0)
    assert statuses(other.push(theirs)) == ["applied"]
    [result] = tablet.push(mine)
    assert result["status"] == "conflict"
    assert result["conflicts"] == [{"field": "weight_kg", "kept": 57.0, "other": 56.0}]
    assert state(tablet, seen["id"])["data"]["weight_kg"] == 57.0


def test_a_deletion_and_a_later_edit_apart_conflict(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    tablet.push(seen)
    gone = tablet.edited(seen, 1, deleted=True)
    tablet.office.clock.forward(hours=1)
    assert statuses(tablet.push(gone)) == ["applied"]
    [result] = other.push(other.edited(seen, 1, muac_cm=25.0))
    assert result["status"] == "conflict"
    assert result["conflicts"] == [{"field": "deleted", "kept": False, "other": True}]
    assert state(tablet, seen["id"])["data"]["muac_cm"] == 25.0


def test_a_visit_before_its_pregnancy_is_held_and_takes_effect_later(tablet, other):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    seen = visit(tablet, hers["id"])
    assert statuses(tablet.push(seen)) == ["held"]
    assert statuses(tablet.push(seen)) == ["held"]
    assert state(other, seen["id"]) is None
    assert statuses(tablet.push(hers)) == ["held"]
    assert statuses(other.push({**she, "device_seq": 1})) == ["applied"]
    assert state(other, seen["id"])["person_id"] == she["id"]
    assert statuses(tablet.push(seen, hers)) == ["duplicate", "duplicate"]
    with tablet.office.store.reading() as connection:
        assert waiting.count(connection) == 0


def test_resending_what_is_held_with_what_it_waits_for_answers_applied(tablet):
    she = woman(tablet)
    hers = pregnancy(tablet, she["id"])
    assert statuses(tablet.push(hers)) == ["held"]
    assert statuses(tablet.push(hers, she)) == ["applied", "applied"]


def test_a_bad_record_costs_its_neighbours_nothing_and_comes_again_corrected(tablet, registered):
    bad = visit(tablet, registered[1]["id"], systolic_mmhg=900)
    good = visit(tablet, registered[1]["id"], visit_date="2026-02-01")
    results = tablet.push(bad, good)
    assert statuses(results) == ["rejected", "applied"]
    assert next((e["pointer"], e["code"]) for e in results[0]["errors"]) == ("/data/systolic_mmhg", "out_of_range")
    store = tablet.office.store
    with store.reading() as connection:
        [kept] = quarantine.open_records(connection, store.sealer)
    assert '"systolic_mmhg":900' in kept["as_sent"].replace(" ", "")
    assert statuses(tablet.push(bad)) == ["rejected"]
    assert statuses(tablet.push(tablet.edited(bad, systolic_mmhg=120))) == ["applied"]
    with store.reading() as connection:
        assert quarantine.open_records(connection, store.sealer) == []


def test_a_soft_range_is_applied_with_a_warning(tablet, registered):
    [result] = tablet.push(visit(tablet, registered[1]["id"], systolic_mmhg=210))
    assert result["status"] == "applied"
    assert [(w["pointer"], w["code"]) for w in result["warnings"]] == [("/data/systolic_mmhg", "soft_range")]


def test_unknown_fields_of_a_newer_app_are_kept_and_given_back(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"], mood="baik", nested={"deep": [1, 2.5, None]})
    assert statuses(tablet.push(seen)) == ["applied"]
    data = state(other, seen["id"])["data"]
    assert (data["mood"], data["nested"]) == ("baik", {"deep": [1, 2.5, None]})
    older = {name: value for name, value in data.items() if name not in ("mood", "nested")}
    [result] = other.push(other.edited({**seen, "data": older}, 1, muac_cm=25.0))
    assert result["status"] == "applied"
    assert state(tablet, seen["id"])["data"]["mood"] == "baik"


def test_an_older_form_is_translated(tablet, other, registered):
    seen = visit(
        tablet,
        registered[1]["id"],
        {"form_version": "2025.2"},
        tensi="118/76",
        ttd=30,
        systolic_mmhg=...,
        diastolic_mmhg=...,
        iron_tablets_given=...,
    )
    [result] = tablet.push(seen)
    assert result["status"] == "applied", result
    now = state(other, seen["id"])
    assert (now["data"]["systolic_mmhg"], now["data"]["iron_tablets_given"]) == (118, 30)
    assert now["form_version"] == "2026.1"


def test_an_unreadable_old_blood_pressure_is_rejected_by_name(tablet, registered):
    seen = visit(tablet, registered[1]["id"], {"form_version": "2025.2"}, tensi="tinggi", ttd=30)
    for name in ("systolic_mmhg", "diastolic_mmhg", "iron_tablets_given"):
        del seen["data"][name]
    [result] = tablet.push(seen)
    assert result["status"] == "rejected"
    assert "/data/tensi" in [error["pointer"] for error in result["errors"]]


def test_a_newer_form_is_held_for_the_upgrade(tablet, registered):
    seen = visit(tablet, registered[1]["id"], {"form_version": "2099.1"})
    assert statuses(tablet.push(seen)) == ["held"]
    assert statuses(tablet.push(seen)) == ["held"]


def test_a_group_takes_effect_together_or_not_at_all(tablet, other, registered):
    group = new_id()
    good = visit(tablet, registered[1]["id"], {"group": group})
    bad = visit(tablet, registered[1]["id"], {"group": group}, weight_kg=900)
    alone = visit(tablet, registered[1]["id"])
    assert statuses(tablet.push(good, bad, alone)) == ["held", "rejected", "applied"]
    assert state(other, good["id"]) is None
    assert statuses(tablet.push(tablet.edited(bad, weight_kg=60.0))) == ["applied"]
    assert state(other, good["id"])["rev"] == 1
    assert statuses(tablet.push(good)) == ["duplicate"]


def test_a_refused_record_and_its_correction_in_one_batch_do_not_hold_the_group(tablet, other, registered):
    group = new_id()
    good = visit(tablet, registered[1]["id"], {"group": group})
    bad = visit(tablet, registered[1]["id"], {"group": group}, weight_kg=900)
    corrected = tablet.edited(bad, weight_kg=60.0)
    assert statuses(tablet.push(good, bad, corrected)) == ["applied", "rejected", "applied"]
    assert statuses(tablet.push(bad, good, corrected)) == ["rejected", "duplicate", "duplicate"]
    assert state(other, good["id"])["rev"] == 1


def test_a_group_waits_as_one_for_what_one_of_it_names(tablet, other, registered):
    group = new_id()
    later = woman(tablet, "Dewi Lestari")
    hers = pregnancy(tablet, later["id"], group=group)
    good = visit(tablet, registered[1]["id"], {"group": group})
    assert statuses(tablet.push(hers, good)) == ["held", "held"]
    assert statuses(tablet.push(later)) == ["applied"]
    assert state(other, good["id"])["rev"] == 1


def test_outside_the_tablets_areas_or_programs_is_rejected(office, registered):
    narrow = office.tablet(areas=("16.02.05",), programs=("civil",))
    far = woman(narrow, area=TULUNG_SELAPAN)
    [result] = narrow.push(far)
    assert [(e["pointer"], e["code"]) for e in result["errors"]] == [("/area", "out_of_scope")]
    [result] = narrow.push(pregnancy(narrow, registered[0]["id"]))
    assert [(e["pointer"], e["code"]) for e in result["errors"]] == [("/type", "out_of_scope")]


def test_a_subject_of_a_foreign_area_is_refused_without_telling_that_it_exists(office, registered):
    narrow = office.tablet(areas=("16.02.11",))
    [result] = narrow.push(pregnancy(narrow, registered[0]["id"], area=TULUNG_SELAPAN))
    assert [(e["pointer"], e["code"]) for e in result["errors"]] == [("/data/woman_id", "unknown_reference")]
    [result] = narrow.push({**registered[0], "device_seq": 99, "area": TULUNG_SELAPAN})
    assert result["status"] == "rejected"


def test_records_that_name_themselves_or_each_other_are_rejected(tablet):
    alone = woman(tablet)
    alone["data"]["mother_id"] = alone["id"]
    [result] = tablet.push(alone)
    assert [(e["pointer"], e["code"]) for e in result["errors"]] == [("/data/mother_id", "circular_reference")]
    one, two, three = woman(tablet), woman(tablet, "Dewi Lestari"), woman(tablet, "Nur Hayati")
    one["data"]["mother_id"], two["data"]["mother_id"], three["data"]["mother_id"] = two["id"], three["id"], one["id"]
    leaf = pregnancy(tablet, one["id"])
    assert statuses(tablet.push(one, leaf)) == ["held", "held"]
    assert statuses(tablet.push(two)) == ["held"]
    assert statuses(tablet.push(three)) == ["rejected"]


def test_a_known_person_can_not_become_its_own_ancestor(tablet):
    mother, daughter = woman(tablet), woman(tablet, "Dewi Lestari")
    daughter["data"]["mother_id"] = mother["id"]
    assert statuses(tablet.push(daughter, mother)) == ["applied", "applied"]
    [result] = tablet.push(tablet.edited(mother, 1, mother_id=daughter["id"]))
    assert [e["code"] for e in result["errors"]] == ["circular_reference"]


def test_the_same_nik_is_the_same_person(tablet, other, registered):
    again = woman(other, "Siti Aminah binti Rahman", nik=NIK)
    [result] = other.push(again)
    assert (result["identity"], result["person_id"]) == ("matched", registered[0]["id"])
    hers = pregnancy(other, again["id"])
    [result] = other.push(hers)
    assert result["person_id"] == registered[0]["id"]


def test_a_nik_learned_later_merges_two_persons(tablet, other, registered):
    tablet.office.clock.forward(days=1)
    second = stranger(other, 1)
    [result] = other.push(second)
    assert result["person_id"] == second["id"]
    _, cursor = tablet.pull()
    known = {"nik": NIK, "full_name": "Siti Aminah", "birth_date": "1998-05-12", "birth_date_precision": "day"}
    [result] = other.push(other.edited(second, 1, **known))
    assert result["person_id"] == registered[0]["id"]
    changes, _ = tablet.pull(cursor)
    [gone] = [one for one in changes if one["entity"] == "person" and one["id"] == second["id"]]
    assert (gone["deleted"], gone["reason"], gone["merged_into"]) == (True, "merged", registered[0]["id"])
    [result] = tablet.push(pregnancy(tablet, second["id"]))
    assert result["person_id"] == registered[0]["id"]
    assert tablet.digest()["person"]["count"] == 1


def test_refused_health_data_stay_with_the_officer(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"], {"consent": "refused"}, systolic_mmhg=171)
    assert statuses(tablet.push(seen, visit(tablet, registered[1]["id"]))) == ["applied", "applied"]
    now = state(other, seen["id"])
    assert (now["data"], now["consent"]) == ({}, "refused")
    stored = everything_stored(tablet.office.store)
    assert b"systolic_mmhg" in stored
    assert b'"systolic_mmhg":171' not in stored


def test_recorded_far_in_the_future_is_rejected_but_a_wrong_clock_is_corrected(tablet, registered):
    late = visit(tablet, registered[1]["id"])
    late["recorded_at"] = "2026-03-04T12:00:00+07:00"
    [result] = tablet.push(late)
    assert [(e["pointer"], e["code"]) for e in result["errors"]] == [("/recorded_at", "clock_implausible")]
    tablet.skew = timedelta(days=1100)
    assert statuses(tablet.push(visit(tablet, registered[1]["id"]))) == ["applied"]


def test_a_record_that_the_database_refuses_is_isolated(tablet, registered, monkeypatch):
    from fieldsync.registry import records

    poisoned = [visit(tablet, registered[1]["id"]) for _ in range(7)]
    real = records.orjson.dumps

    class Poison:
        @staticmethod
        def dumps(value, *rest):
            text = real(value, *rest)
            return text[:-1] if poisoned[4]["id"].encode() in text else text

        loads = staticmethod(records.orjson.loads)

    monkeypatch.setattr(records, "orjson", Poison)
    results = tablet.push(*poisoned)
    if tablet.office.store.is_postgresql:
        assert [one["status"] == "applied" for one in results] == [n != 4 for n in range(7)]
        assert results[4]["errors"][0]["code"] == "not_storable"


def state(tablet, record_id):
    """How a tablet that pulls everything sees a record now."""
    found = [one for one in tablet.pull()[0] if one["entity"] == "record" and one["id"] == record_id]
    return {**found[-1]["data"], "rev": found[-1]["rev"]} if found else None


def everything_stored(store) -> bytes:
    from sqlalchemy import text

    from fieldsync.db import Base
    from fieldsync.ledger import receipts
    from fieldsync.ledger.tables import BatchRow, HeldRow

    with store.reading() as connection:
        tables = [f"SELECT * FROM {table.name}" for table in Base.metadata.sorted_tables]
        rows = [str(tuple(row)).encode() for query in tables for row in connection.execute(text(query))]
        kept = connection.execute(BatchRow.__table__.select()).all()
        rows += [receipts.body_of(connection, store.sealer, row.id) or b"" for row in kept]
        held = connection.execute(HeldRow.__table__.select()).all()
        rows += [store.sealer.open(row.edit, f"held {row.record_id}") for row in held]
    return b"".join(rows)


def test_a_tablet_that_never_saw_the_answer_does_not_overwrite_what_it_never_saw(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    tablet.push(seen)
    mine = tablet.edited(seen, 1, weight_kg=56.0)
    tablet.office.clock.forward(hours=-2)
    theirs = other.edited(seen, 1, muac_cm=25.0)
    tablet.office.clock.forward(hours=2)
    assert statuses(tablet.push(mine)) == ["applied"]  # the answer is lost
    assert statuses(other.push(theirs)) == ["merged"]
    [again] = tablet.push(mine)
    assert (again["status"], again["rev"]) == ("duplicate", 2)
    [result] = tablet.push(tablet.edited(mine, again["rev"], weight_kg=57.0))
    assert result["status"] == "merged"
    data = state(tablet, seen["id"])["data"]
    assert (data["weight_kg"], data["muac_cm"]) == (57.0, 25.0)


def test_a_move_to_another_village_is_not_undone_by_an_edit_made_apart(tablet, other, registered):
    seen = visit(tablet, registered[1]["id"])
    tablet.push(seen)
    tablet.push(tablet.edited(seen, 1, area=TULUNG_SELAPAN))
    tablet.office.clock.forward(hours=1)
    [result] = other.push(other.edited(seen, 1, muac_cm=25.0))
    assert result["status"] == "merged"
    now = state(tablet, seen["id"])
    assert (now["area"], now["data"]["muac_cm"]) == (TULUNG_SELAPAN, 25.0)


def test_a_group_waits_for_a_mate_that_was_refused_for_its_very_id(tablet, other, registered):
    group = new_id()
    good = visit(tablet, registered[1]["id"], {"group": group})
    bad = visit(tablet, registered[1]["id"], {"group": group, "id": "no-uuid"})
    assert statuses(tablet.push(good, bad)) == ["held", "rejected"]
    assert statuses(tablet.push({**bad, "id": new_id()})) == ["applied"]
    assert state(other, good["id"])["rev"] == 1


def test_refused_health_data_are_not_kept_while_held_or_after_a_change_of_mind(tablet, other, registered):
    group = new_id()
    held = visit(tablet, registered[1]["id"], {"group": group, "consent": "refused"}, systolic_mmhg=173, mood="173")
    bad = visit(tablet, registered[1]["id"], {"group": group}, weight_kg=900)
    newer = visit(tablet, registered[1]["id"], {"form_version": "2099.1", "consent": "refused"}, systolic_mmhg=173)
    assert statuses(tablet.push(held, bad, newer)) == ["held", "rejected", "held"]
    assert b'"systolic_mmhg":173' not in everything_stored(tablet.office.store)
    given = visit(tablet, registered[1]["id"], mood="baik")
    tablet.push(given)
    tablet.push(tablet.edited(given, 1, consent="refused"))
    assert state(other, given["id"])["data"] == {}


def test_a_late_older_nik_does_not_merge_persons(tablet, other, registered):
    wrong = woman(other, "Dewi Lestari")
    wrong["data"]["nik"] = NIK
    corrected = other.edited(wrong, nik="1602054107990002")
    assert statuses(other.push(corrected)) == ["applied"]
    [late] = other.push(wrong)
    assert late["person_id"] == wrong["id"]
    assert len({one["id"] for one in tablet.pull()[0] if one["entity"] == "person"}) == 2


def test_a_record_takes_effect_though_a_further_edit_of_it_waits_for_its_group(tablet, other, registered):
    group = new_id()
    seen = visit(tablet, registered[1]["id"])
    edited = {**tablet.edited(seen, weight_kg=56.0), "group": group}
    bad = visit(tablet, registered[1]["id"], {"group": group}, weight_kg=900)
    assert statuses(tablet.push(seen, edited, bad)) == ["applied", "held", "rejected"]
    assert statuses(tablet.push(tablet.edited(bad, weight_kg=60.0))) == ["applied"]
    assert state(other, seen["id"])["data"]["weight_kg"] == 56.0


def test_a_group_waits_for_the_correction_of_an_edit_of_a_known_record(tablet, other, registered):
    group = new_id()
    known = visit(tablet, registered[1]["id"])
    tablet.push(known)
    bad = {**tablet.edited(known, 1, weight_kg=900), "group": group}
    mate = visit(tablet, registered[1]["id"], {"group": group})
    assert statuses(tablet.push(bad, mate)) == ["rejected", "held"]
    assert statuses(tablet.push(tablet.edited(bad, 1, weight_kg=60.0))) == ["applied"]
    assert state(other, mate["id"])["rev"] == 1
