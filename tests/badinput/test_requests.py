"""Faults of whole requests: one problem, the right one, and nothing of it is stored."""

import pytest

from tests.badinput import catalogue
from tests.badinput.conftest import quick
from tests.office import Office, Tablet, new_id

JSON = "application/json"


def _answered(response, case) -> None:
    """Check that an answer is the problem that a case expects."""
    assert response.status_code in catalogue.any_of(case["status"]), response.data[:500]
    assert response.content_type == "application/problem+json"
    problem = response.json
    assert problem["status"] == response.status_code
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].rpartition("/")[2] in catalogue.any_of(case["kind"])
    for name, expected in case.get("members", {}).items():
        assert problem.get(name, catalogue.ABSENT) == expected
    if "pointer" in case:
        faults = {one["pointer"]: one for one in problem["errors"]}
        assert case["pointer"] in faults
        assert all(one["message"] for one in faults.values())
        assert faults[case["pointer"]]["code"] == case.get("code", faults[case["pointer"]]["code"])


def _timed(call):
    with quick():
        return call()


@pytest.mark.parametrize("case", catalogue.of("push"), ids=catalogue.name)
def test_a_batch_that_cannot_be_read_is_refused_as_a_whole(case, tablet: Tablet, credentials, rows_kept):
    body = catalogue.body(case, tablet, credentials)
    headers = catalogue.headers(case, {"Content-Type": JSON, **tablet.headers}, credentials)
    path = catalogue.text(case.get("path", "/api/v1/sync/push"), credentials)
    before = rows_kept()
    _answered(_timed(lambda: tablet.client.post(path, data=body, headers=headers)), case)
    assert rows_kept() == before


@pytest.mark.parametrize("case", catalogue.of("call"), ids=catalogue.name)
def test_a_call_that_makes_no_sense_is_refused(case, tablet: Tablet, credentials, rows_kept):
    path = catalogue.text(case["path"], credentials)
    headers = catalogue.headers(case, tablet.headers, credentials)
    before = rows_kept()
    _answered(_timed(lambda: tablet.client.open(path, method=case["method"], headers=headers)), case)
    assert rows_kept() == before


@pytest.mark.parametrize("case", catalogue.of("enroll"), ids=catalogue.name)
def test_an_enrolment_that_makes_no_sense_is_refused(case, office: Office, tablet: Tablet, rows_kept):
    body = catalogue.body(case, tablet, {})
    headers = catalogue.headers(case, {"Content-Type": JSON}, {})
    address = {"REMOTE_ADDR": f"192.0.2.{new_id()}"}  # a new one each time: wrong codes are counted by address
    before = rows_kept()
    path = "/api/v1/devices/enroll"
    _answered(
        _timed(lambda: tablet.client.post(path, data=body, headers=headers, environ_overrides=address)),
        case,
    )
    assert rows_kept() == before


def test_a_problem_speaks_the_reader_s_language(tablet: Tablet):
    def title(language: str) -> str:
        headers = {"Accept-Language": language}
        answer = tablet.send(b"{", **headers)
        assert answer.status_code == 400
        return answer.json["title"]

    assert title("en") == "The request can't be read"
    assert title("id") == title("fr;q=0.5") == title("*;;q=x") == "Permintaan tidak dapat dibaca"


def test_limits_are_told_with_the_refusal(tablet: Tablet, office: Office):
    records = tablet.send(b'{"records": [%s]}' % b",".join([b"null"] * 501))
    assert (records.status_code, records.json["limit_records"]) == (413, 500)
    sent = tablet.send(b" " * (office.settings.max_batch_bytes + 1))
    assert (sent.status_code, sent.json["limit_bytes"]) == (413, 5 * 1024 * 1024)


def test_five_wrong_codes_a_minute_and_no_more(office: Office, tablet: Tablet):
    code = office.code(tablet.van)

    def enroll(given: str, address: str = "203.0.113.9"):
        document = {"enrollment_code": given, "name": "Tablet"}
        forged = {"X-Forwarded-For": new_id()}
        where = {"REMOTE_ADDR": address}
        return office.app.test_client().post(
            "/api/v1/devices/enroll", json=document, headers=forged, environ_overrides=where
        )

    assert [enroll("AAAA-AAAA-AAAA").status_code for _ in range(5)] == [401] * 5
    refused = enroll(code)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert enroll(code, "203.0.113.10").status_code == 201
