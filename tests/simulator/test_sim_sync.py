"""Whole simulations against a fake server: a good one passes, each broken promise is found."""

from dataclasses import replace

import pytest
from fake_server import Fake, serving
from sim_plans import ENROLMENTS, NOW, calm, enrolment, plan

from fieldsync.simulator import EnrolmentError, Faults, Plan, UnreachableError, enrolments_from_codes, simulate
from fieldsync.simulator.story import write_script

KEYS = [
    "tablets",
    "days",
    "seed",
    "sent",
    "applied",
    "duplicates",
    "merged",
    "conflicts",
    "held",
    "rejected",
    "persons",
    "warnings",
    "resent_batches",
    "lost_answers",
    "pulled",
    "seconds",
    "records_per_second",
    "digests_equal",
    "tablets_checked",
    "problems",
]
ROUGH = Faults(lost_answers=0.3, truncated=0.2, resent=0.3, regrouped=0.3, shuffled=0.5, repeated_pages=0.3)


def fake(**changes) -> Fake:
    return Fake({one.access_token: one for one in ENROLMENTS}, **changes)


def run(server: Fake, chosen: Plan):
    with serving(server) as url:
        return simulate(replace(chosen, url=url))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_rough_road_loses_nothing(seed):
    server = fake()
    chosen = plan(seed=seed, faults=ROUGH, records=600)
    summary = run(server, chosen)
    assert summary.problems == []
    assert summary.digests_equal
    assert summary.tablets_checked == 6
    assert summary.sent == write_script(chosen).edits
    first = summary.applied + summary.merged + summary.conflicts + summary.held + summary.rejected
    assert first <= summary.sent <= first + summary.duplicates
    for name in ("merged", "conflicts", "held", "rejected", "duplicates", "lost_answers", "resent_batches", "persons"):
        assert getattr(summary, name) > 0, name
    assert summary.pulled > summary.sent


def test_a_calm_road_sends_everything_once():
    server = fake()
    summary = run(server, calm(""))
    assert summary.problems == []
    assert (summary.duplicates, summary.lost_answers, summary.resent_batches) == (0, 0, 0)
    first = summary.applied + summary.merged + summary.conflicts + summary.held + summary.rejected
    assert first == summary.sent


def test_the_summary_has_the_agreed_keys():
    assert list(run(fake(), calm("", records=60, days=3)).to_json()) == KEYS


def test_many_problems_are_cut_short():
    summary = run(fake(broken={"loses surveys"}), calm("", records=1200))
    told = summary.to_json()["problems"]
    assert len(summary.problems) > 50
    assert len(told) == 51
    assert told[-1] == f"… and {len(summary.problems) - 50} more"


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("loses surveys", "lost: survey_response"),
        ("forgets contents", "applied twice"),
        ("skips rows", "digest differs"),
        ("skips rows", "lost: "),
        ("overwrites", "edit lost"),
        ("knows nobody", "not joined"),
        ("refuses all visits", "was refused though right (/data unknown_code)"),
        ("takes anything", "though wrong"),
        ("keeps the dead", "still stands"),
        ("reorders", "results do not answer the records in order"),
    ],
)
def test_a_broken_promise_is_found(broken, found):
    faults = Faults(lost_answers=0.0, truncated=0.0, resent=0.5, regrouped=0.3, shuffled=0.2, repeated_pages=0.0)
    summary = run(fake(broken={broken}), plan(faults=faults))
    assert any(found in line for line in summary.problems), summary.problems[:5]
    assert summary.digests_equal is (broken not in ("skips rows", "keeps the dead"))


def test_no_problem_names_a_person():
    server = fake(broken={"refuses all visits", "loses surveys", "knows nobody"})
    summary = run(server, calm(""))
    names = {
        value
        for draft in write_script(calm("")).drafts.values()
        for name, value in draft.data.items()
        if name in ("full_name", "nik", "phone", "kk_number")
    }
    assert summary.problems
    assert not any(name in line for line in summary.problems for name in names if len(name) > 4)


def test_a_server_that_takes_small_batches_only_gets_small_ones():
    server = fake(most=7)
    assert run(server, calm("", records=150)).problems == []


def test_a_restored_server_makes_the_tablet_start_over():
    assert run(fake(broken={"forgets history"}), calm("", records=100)).problems == []


def test_an_unknown_tablet_gives_up_and_the_others_go_on():
    server = fake()
    del server.enrolments["token-2"]
    summary = run(server, calm("", records=100))
    assert "tablet 2 gave up: push: status 401 tablet tidak dikenal" in summary.problems
    assert summary.tablets_checked == 5
    assert not summary.digests_equal


def test_a_tablet_alone_on_one_day():
    server = fake()
    summary = run(server, plan(enrolments=(enrolment(0),), days=1, records=40))
    assert summary.problems == []
    assert summary.tablets == 1


def test_progress_is_told():
    told = []
    with serving(fake()) as url:
        summary = simulate(calm(url, records=100, days=5), lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (summary.sent, summary.sent)


def test_the_future_is_refused():
    with pytest.raises(ValueError, match="future"):
        simulate(calm("", start=NOW.date(), days=2))


def test_failing_answers_are_counted_and_borne():
    summary = run(fake(trouble=[500, 503, 502, 429]), calm("", records=60, days=3))
    assert sorted(summary.problems) == ["the server answered 500 1 times", "the server answered 502 1 times"]
    assert summary.digests_equal


def test_codes_become_tablets():
    server = Fake(codes={"AAAA": enrolment(0), "BBBB": enrolment(1, 1)})
    with serving(server) as url:
        assert enrolments_from_codes(url, ["AAAA", "BBBB"]) == [enrolment(0), enrolment(1, 1)]
        with pytest.raises(EnrolmentError, match=r"code 1 of 1: status 401 kode salah"):
            enrolments_from_codes(url, ["AAAA"])


def test_nobody_there(monkeypatch):
    monkeypatch.setattr("fieldsync.simulator.transport.FIRST_PAUSE_S", 0.0)
    with pytest.raises(UnreachableError, match="POST /api/v1/devices/enroll"):
        enrolments_from_codes("http://127.0.0.1:9", ["AAAA"])
