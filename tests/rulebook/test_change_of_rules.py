"""A change of a limit on its way: tried, proposed, approved by a second person, judged by, taken back."""

import re
from datetime import date, timedelta

import pytest
import yaml
from sqlalchemy import select, update

from fieldsync.access import audit_of
from fieldsync.cases.tables import FlagRow, WatchRow
from fieldsync.rulebook.tables import OfficeRulesRow, SpreadRow
from tests.field import pregnancy, stranger, visit
from tests.office import KAYU_AGUNG_DESA
from tests.rulebook.conftest import bp_01

BETWEEN = {"systolic_mmhg": 172, "diastolic_mmhg": 90}
ABOVE = {"systolic_mmhg": 184, "diastolic_mmhg": 90}
NORMAL = {"systolic_mmhg": 112, "diastolic_mmhg": 72}


def seen(tablet, number, *values, **envelope):
    """A woman of this number, seen with each of these blood pressures on days of their own, the last today."""
    she = stranger(tablet, number)
    hers = pregnancy(tablet, she["id"])
    today = tablet.office.clock().date()
    visits = []
    for back, given in zip(range(len(values) - 1, -1, -1), values, strict=True):
        day = (today - timedelta(days=back)).isoformat()
        visits.append(visit(tablet, hers["id"], {"recorded_at": f"{day}T02:00:00+00:00"}, visit_date=day, **given))
    results = tablet.push(she, hers, *visits)
    assert {one["status"] for one in results} == {"applied"}
    return she, hers, results[-1]["flags"]


def rules_in(flags):
    return {one["rule"] for one in flags}


def flags(office, rule="ANC-BP-01"):
    query = select(FlagRow.subject, FlagRow.state, FlagRow.why).where(FlagRow.rule == rule)
    with office.store.reading() as connection:
        return {(one.subject, one.state, one.why) for one in connection.execute(query)}


@pytest.fixture
def two_women(tablet):
    """One woman with 172, one with 184 mmHg: the first is no emergency by a limit of 180."""
    return seen(tablet, 1, BETWEEN)[0], seen(tablet, 2, ABOVE)[0]


@pytest.fixture
def in_force(desk, head, second, two_women):
    """The limit of 180 mmHg, in force; the women were judged by it."""
    desk.write(bp_01())
    made = desk.approve(desk.propose(head), second)
    desk.look()
    return made


def test_a_dry_run_counts_and_names_what_would_go(desk, two_women):
    desk.write(bp_01())
    found = desk.read("rules", "dry-run")
    (one,) = (one for one in found["rules"] if one["rule"] == "ANC-BP-01")
    assert (one["change"], one["version_before"], one["version_after"]) == ("changed", 1, 2)
    assert (one["before"], one["after"], one["new"], one["gone"]) == (2, 1, 0, 1)
    assert (one["open_before"], one["open_after"]) == (2, 1)
    assert [flag["subject"] for flag in one["gone_flags"]] == [two_women[0]["id"]]
    assert one["gone_flags"][0]["episode"]
    assert (found["persons"], found["days"], found["last"]) == (2, 90, "2026-03-02")
    assert "new_flags" in one
    words = desk.run("rules", "dry-run")[1]
    assert two_women[0]["id"] in words
    assert "Uji coba 90 hari, 2025-12-03 s.d. 2026-03-02" in words


def test_a_dry_run_changes_nothing(desk, office, two_women):
    def everything():
        with office.store.reading() as connection:
            tables = (FlagRow, WatchRow, OfficeRulesRow, SpreadRow)
            return [connection.execute(select(one.__table__)).all() for one in tables]

    desk.write(bp_01())
    before = everything()
    desk.read("rules", "dry-run")
    assert everything() == before


def test_what_a_lower_limit_would_raise_is_new(desk, tablet):
    she, _, _ = seen(tablet, 3, {"systolic_mmhg": 151, "diastolic_mmhg": 90})
    desk.write(bp_01(150))
    one = next(one for one in desk.read("rules", "dry-run")["rules"] if one["rule"] == "ANC-BP-01")
    assert (one["new"], one["gone"], [flag["subject"] for flag in one["new_flags"]]) == (1, 0, [she["id"]])


def test_what_was_raised_and_ended_within_the_days_counts(desk, tablet):
    seen(tablet, 4, BETWEEN, NORMAL)
    ends = {"severity": "urgent", "ends": "data"}
    desk.write(bp_01(170, **ends))
    one = next(one for one in desk.read("rules", "dry-run")["rules"] if one["rule"] == "ANC-BP-01")
    assert (one["before"], one["after"], one["open_after"]) == (1, 1, 0)
    # Both visits written on one day: no evening between them.
    desk.write(bp_01(150, id="OKI-01", version=1, **ends))
    she = stranger(tablet, 5)
    hers = pregnancy(tablet, she["id"])
    days = [{"visit_date": f"2026-02-{day}"} for day in (10, 20)]
    tablet.push(
        she,
        hers,
        *(visit(tablet, hers["id"], **day, **values) for day, values in zip(days, (BETWEEN, NORMAL), strict=True)),
    )
    one = next(one for one in desk.read("rules", "dry-run")["rules"] if one["rule"] == "OKI-01")
    assert (one["change"], one["before"], one["after"], one["new"], one["open_after"]) == ("added", 0, 2, 2, 0)


def test_what_lies_before_the_days_does_not_count_unless_it_still_stands(desk, office, tablet):
    seen(tablet, 6, BETWEEN, NORMAL)
    seen(tablet, 7, ABOVE)
    office.clock.forward(days=60)
    ends = {"severity": "urgent", "ends": "data"}
    desk.write(bp_01(150, id="OKI-01", version=1, **ends))
    found = {
        days: next(one for one in desk.read("rules", "dry-run", "--days", days)["rules"] if one["rule"] == "OKI-01")
        for days in ("30", "90")
    }
    assert (found["30"]["after"], found["30"]["open_after"]) == (1, 1)
    assert (found["90"]["after"], found["90"]["open_after"]) == (2, 1)


def test_what_a_day_alone_raised_counts_too(desk, office, tablet):
    """She was late for some weeks in between, and nothing was written on the day on which she became so."""
    she = stranger(tablet, 8)
    hers = pregnancy(tablet, she["id"], recorded_at="2026-01-10T02:00:00+00:00")
    office.clock.forward(days=30)
    late = visit(tablet, hers["id"], visit_date="2026-03-30")
    assert {one["status"] for one in tablet.push(she, hers, late)} == {"applied"}
    rule = {
        "about": "pregnancy",
        "parameters": {"late": {"value": 140, "unit": "days"}, "visits": {"value": 1, "unit": "visits"}},
        "condition": {
            "all": [
                {"fact": "ga_days", "over": {"parameter": "late"}},
                {"fact": "visits", "under": {"parameter": "visits"}},
            ]
        },
    }
    desk.write(bp_01(id="OKI-02", version=1, severity="routine", ends="data", **rule))
    code, _, err = desk.run("rules", "check")
    assert (code, err) == (0, "")
    one = next(one for one in desk.read("rules", "dry-run")["rules"] if one["rule"] == "OKI-02")
    assert (one["after"], one["open_after"]) == (1, 0)


def test_who_proposes_can_not_approve(desk, office, two_women, head):
    admin = office.clerk("admin")
    desk.write(bp_01())
    made = desk.propose(admin)
    code, out, err = desk.run("rules", "approve", made["id"], "--by", admin.username)
    assert (code, out) == (1, "")
    assert "a second person must approve" in err
    code, _, err = desk.run("rules", "approve", made["id"], "--by", head.username)
    assert (code, "this user's role does not allow it" in err) == (1, True)
    assert [one["state"] for one in desk.read_lines("rules", "proposals")] == ["proposed"]


def test_the_next_push_is_judged_by_what_was_approved(desk, tablet, two_women, head, second):
    desk.write(bp_01())
    made = desk.propose(head)
    assert "ANC-BP-01" in rules_in(seen(tablet, 11, BETWEEN)[2])
    done = desk.approve(made, second)
    assert (done["state"], done["approved"]["by_name"]) == ("in_force", second.username)
    assert "ANC-BP-01" not in rules_in(seen(tablet, 12, BETWEEN)[2])
    assert "ANC-BP-01" in rules_in(seen(tablet, 13, ABOVE)[2])


def test_the_timed_run_brings_the_old_flags_to_what_is_approved_and_back(desk, office, two_women, head, second):
    between, above = (one["id"] for one in two_women)
    stands = {(between, "open", None), (above, "open", None)}
    assert flags(office) == stands
    desk.write(bp_01())
    desk.approve(desk.propose(head), second)
    assert flags(office) == stands
    desk.look()
    assert flags(office) == {(between, "resolved", "corrected"), (above, "open", None)}
    assert desk.look()["looked_at"] == 0
    desk.clear()
    made = desk.propose(head)
    assert [one["change"] for one in made["dry_run"]["rules"] if one["rule"] == "ANC-BP-01"] == ["changed"]
    desk.approve(made, second)
    desk.look()
    assert flags(office) == stands
    assert [one["state"] for one in desk.read_lines("rules", "proposals")] == ["in_force", "superseded"]


def test_a_rule_that_leaves_an_office_leaves_its_list(desk, tablet, head, second):
    def lists():
        found = {one["id"]: one for one in tablet.pull()[0] if one["entity"] == "case"}.values()
        return {
            one["data"]["program"]: one["deleted"]
            for one in found
            if one["deleted"] or "XS-NIK-01" in rules_in(one["data"]["flags"])
        }

    seen(tablet, 3, NORMAL)
    assert lists() == {"civil": False, "maternal": False}
    changed = bp_01(
        id="XS-NIK-01",
        about="pregnancy",
        severity="urgent",
        parameters={},
        condition={"fact": "nik_known", "is": False},
    )
    del changed["closed_within_hours"]
    desk.write(changed)
    desk.approve(desk.propose(head), second)
    desk.look()
    assert lists() == {"maternal": False}


def test_each_step_is_in_the_audit_trail(office, in_force, head, second):
    with office.store.reading() as connection:
        noted = [(one.username, one.action, one.detail["way"]) for one in audit_of(connection, in_force["id"])]
    assert noted == [
        (head.username, "rules.propose", "command"),
        (second.username, "rules.approve", "command"),
    ]


def test_the_list_tells_what_is_in_force_and_what_is_proposed(desk, in_force, head):
    desk.write(bp_01(), bp_01(190, version=3, valid_from=date(2026, 5, 1)))
    made = desk.propose(head)
    assert made["dry_run"]["as_on"] == "2026-05-01"
    told = [one for one in desk.read_lines("rules", "list", "--in-force") if one["id"] == "ANC-BP-01"]
    assert [(one["state"], one["version"], one["origin"], one["proposal"]) for one in told] == [
        ("in_force", 2, "office/ours.yaml", None),
        ("proposed", 3, "office/ours.yaml", made["id"]),
    ]
    lines = desk.run("rules", "list", "--in-force")[1].splitlines()
    assert any(one.startswith("in_force  ANC-BP-01") for one in lines)
    assert any(one.startswith("proposed  ANC-BP-01") and one.endswith(made["id"]) for one in lines)


def test_a_version_that_begins_later_reaches_everybody_on_its_day(desk, office, two_women, head, second):
    between, above = (one["id"] for one in two_women)
    desk.write(bp_01(valid_from=date(2026, 3, 20)))
    made = desk.propose(head)
    assert made["dry_run"]["totals"]["gone"] == 1
    desk.approve(made, second)
    desk.look()
    assert (between, "open", None) in flags(office)
    office.clock.forward(days=18)
    desk.look()
    assert flags(office) == {(between, "resolved", "corrected"), (above, "open", None)}


def test_a_complaint_that_is_nobody_s_is_tried_and_judged_anew(desk, office, tablet, head, second):
    data = {"received_on": "2026-02-27", "channel": "van", "anonymous": False, "confidential": False}
    data |= {"class": "supervisory", "category": "medicine", "text": "Obat habis", "place": KAYU_AGUNG_DESA}
    data |= {"subject_unit": "Puskesmas", "status": "received"}
    (result,) = tablet.push(tablet.record("complaint", data))
    assert result["status"] == "applied", result
    rule = {
        "about": "complaint",
        "programs": ["service"],
        "severity": "routine",
        "parameters": {},
        "condition": {"fact": "class", "is": "supervisory"},
    }
    desk.write(bp_01(id="OKI-03", version=1, **rule))
    made = desk.propose(head)
    one = next(one for one in made["dry_run"]["rules"] if one["rule"] == "OKI-03")
    assert (made["dry_run"]["records"], one["new"]) == (1, 1)
    desk.approve(made, second)
    assert flags(office, "OKI-03") == set()
    desk.look()
    assert {state for _, state, _ in flags(office, "OKI-03")} == {"open"}


def test_a_broken_file_is_refused_with_what_is_wrong(desk, head):
    desk.write(bp_01(400))
    for command in (("propose", "--by", head.username), ("dry-run",)):
        code, out, err = desk.run("rules", *command)
        assert (code, out) == (1, "")
        assert "office/ours.yaml: ANC-BP-01: version 2: systolic_effective_mmhg: 400 is outside its range" in err
    (desk.folder / "ours.yaml").write_bytes(b"\xff")
    code, _, err = desk.run("rules", "propose", "--by", head.username)
    assert (code, "office/ours.yaml: 'utf-8' codec" in err) == (1, True)
    (desk.folder / "ours.yaml").write_bytes(b"#" * (1024 * 1024 + 1))
    code, _, err = desk.run("rules", "propose", "--by", head.username)
    assert (code, "take at most" in err) == (1, True)


def test_what_differs_in_nothing_is_refused(desk, in_force, office, head, second):
    code, _, err = desk.run("rules", "propose", "--by", head.username)
    assert (code, "nothing_differs" in err) == (1, True)
    desk.write(bp_01(190))
    made = desk.propose(head)
    code, _, err = desk.run("rules", "propose", "--by", second.username)
    assert (code, "already_proposed" in err) == (1, True)
    done = desk.read("rules", "withdraw", made["id"], "--by", head.username)
    assert (done["state"], done["ended"]["by_name"]) == ("withdrawn", head.username)
    assert desk.propose(second)["state"] == "proposed"


def test_where_nothing_is_in_force_nothing_can_be_taken_back(desk, head):
    code, _, err = desk.run("rules", "propose", "--by", head.username)
    assert (code, "nothing_differs" in err) == (1, True)
    assert "no rule differs" in desk.run("rules", "dry-run")[1]


def test_a_proposal_that_was_tried_against_other_rules_is_stale(desk, in_force, head, second):
    desk.write(bp_01(190))
    first = desk.propose(head)
    desk.write(bp_01(200))
    desk.approve(desk.propose(head), second)
    code, _, err = desk.run("rules", "approve", first["id"], "--by", second.username)
    assert (code, "stale" in err) == (1, True)
    code, _, err = desk.run("rules", "withdraw", in_force["id"], "--by", second.username)
    assert (code, "not_proposed" in err) == (1, True)


@pytest.mark.parametrize(
    ("role", "said"), [("viewer", "may_not"), (None, "there is no user named"), ("disabled", "is disabled")]
)
def test_who_may_not_propose(desk, office, role, said):
    desk.write(bp_01())
    name = "nobody" if role is None else office.clerk("admin" if role == "disabled" else role).username
    if role == "disabled":
        assert desk.run("user", "disable", name)[0] == 0
    code, out, err = desk.run("rules", "propose", "--by", name)
    assert (code, out) == (1, "")
    assert said in err


def test_a_set_that_can_not_be_taken_any_more_fails_no_push(desk, office, tablet, in_force, head, second, caplog):
    """As after an upgrade to a version of the program that clashes with it: the last set that can be taken counts."""
    desk.write(bp_01(190, id="OKI-01", version=1))
    made = desk.approve(desk.propose(head), second)
    broken = update(OfficeRulesRow).where(OfficeRulesRow.id == made["id"]).values(texts='{"a.yaml": "rules: 7"}')
    office.store.transact(lambda connection: connection.execute(broken))
    caplog.clear()
    assert "ANC-BP-01" not in rules_in(seen(tablet, 21, BETWEEN)[2])
    said = [one.getMessage() for one in caplog.records if one.name == "fieldsync.rules"]
    assert said == [f"rules_not_taken {made['id']}: 1 problems"]
    spoiled = update(OfficeRulesRow).values(texts='{"a.yaml": "rules: 7"}')
    office.store.transact(lambda connection: connection.execute(spoiled.where(OfficeRulesRow.id == in_force["id"])))
    shelf = "fieldsync.rulebook.in_force._SHELF.sets"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shelf, {})
        assert "ANC-BP-01" in rules_in(seen(tablet, 22, BETWEEN)[2])


def test_a_change_of_a_table_is_tried_with_all_rules(desk, two_women):
    table = {"id": "sp4n_clocks", "version": 2, "valid_from": date(2026, 2, 1), "source": "S12"}
    same = {"verify": 3, "information_request": 5, "non_supervisory": 14, "supervisory": 60}
    for values, number in ((same, 0), ({**same, "verify": 2}, 100)):
        text = yaml.safe_dump({"tables": [{**table, "values": values}]})
        (desk.folder / "ours.yaml").write_text(text, encoding="utf-8")
        found = desk.read("rules", "dry-run")
        assert len(found["rules"]) >= number
        assert (found["totals"]["before"] > 0) is bool(number)
        assert (found["totals"]["new"], found["totals"]["gone"]) == (0, 0)
    assert "ANC-BP-01" not in desk.run("rules", "dry-run")[1]


def test_words_for_people(desk, head, second, two_women):
    desk.write(bp_01())
    code, out, err = desk.run("rules", "propose", "--by", head.username)
    assert (code, err) == (0, "")
    number = out.split()[-1]
    assert "perlu persetujuan orang kedua / proposed, a second person approves" in out
    assert re.search(r"ANC-BP-01 +v1 > 2 +Hipertensi berat +2 +1 +0 +1\n", out)
    assert desk.run("rules", "approve", number, "--by", second.username)[1] == (
        f"Berlaku sejak sekarang / in force from now on: {number}\n"
    )
    assert f"{number}  berlaku / in_force" in desk.run("rules", "proposals")[1]
    desk.write(bp_01(190))
    waiting = desk.propose(head)["id"]
    assert desk.run("rules", "withdraw", waiting, "--by", head.username)[1] == f"Ditarik / withdrawn: {waiting}\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("dry-run", "--days", "0"), 2),
        (("dry-run", "--days", "367"), 2),
        (("propose",), 2),
        (("approve", "7", "--by", "x"), 2),
        (("withdraw", "00000000-0000-4000-8000-000000000001", "--by", "{by}"), 1),
    ],
)
def test_bad_usage(desk, head, arguments, code):
    assert desk.run("rules", *(one.format(by=head.username) for one in arguments))[0] == code
