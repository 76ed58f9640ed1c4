"""What all pages share: the token against forged posts, headers, nothing inline, errors as pages, notices."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from tests.pages.desk import REACTIVE, SEVERE, SITE, case_of, mother, reader, words

POLICY = {"default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'"}
POLICY |= {"form-action 'self'", "frame-ancestors 'none'"}


def paths(case_id):
    return ("/login", "/today", "/today/live", "/cases", "/cases/print", f"/cases/{case_id}", "/cases?area=x")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_safe_to_open(office, coordinator, her_case, language):
    coordinator.speak(language)
    anybody = office.app.test_client()
    for path in paths(her_case):
        answer = (anybody if path == "/login" else coordinator.client).get(path)
        assert {one.strip() for one in answer.headers["Content-Security-Policy"].split(";")} >= POLICY
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]
        page = answer.text
        assert not re.search(r"\s(style|on[a-z]+)=", page), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), path
        assert not re.search(r'(src|href|action)="(https?:)?//', page), path
        assert page.count("<h1") == (0 if path.endswith("live") else 1), path


def test_what_is_typed_is_shown_as_text(office, tablet, coordinator):
    she = mother(tablet, name="Siti <b>Aminah", **SEVERE)
    case_id = case_of(coordinator.clerk, she)
    coordinator.press(f"/cases/{case_id}/events", event="note", note="<script>alert(1)</script>")
    coordinator.press(f"/cases/{case_id}/events", event="assign", assignee='"><i>')
    for path in (*paths(case_id), '/cases?q=<u>"'):
        page = coordinator.open(path).text
        assert not {"<b>Aminah", "<script>alert", '"><i>', "<u>"} & set(
            re.findall(r"<b>Aminah|<script>alert|\"><i>|<u>", page)
        )
    assert "&lt;script&gt;alert(1)" in coordinator.page(f"/cases/{case_id}")


def test_a_post_needs_the_token_of_its_own_session(office, coordinator, her_case):
    other = reader(office)
    path, given = f"/cases/{her_case}/events", {"event": "acknowledge"}
    for token in (None, "", "0" * 64, "é", other.token()):
        fields = given if token is None else {**given, "csrf": token}
        answer = coordinator.client.post(path, data=fields, headers={"Origin": SITE})
        assert answer.status_code == 403
        assert "halaman sudah terlalu lama terbuka" in answer.text
    assert "Belum diterima" in words(coordinator.page(f"/cases/{her_case}"))
    by_header = {"Origin": SITE, "X-CSRF-Token": coordinator.token()}
    assert coordinator.client.post(path, data=given, headers=by_header).status_code == 303


def test_a_post_from_another_site_is_refused_even_with_the_token(coordinator, her_case):
    answer = coordinator.press(f"/cases/{her_case}/events", "https://evil.example", event="acknowledge")
    assert answer.status_code == 403


def test_a_form_has_its_limit(coordinator, her_case):
    answer = coordinator.press(f"/cases/{her_case}/events", event="note", note="x" * 300_000)
    assert answer.status_code == 413
    assert answer.content_type.startswith("text/html")


@pytest.mark.parametrize(("language", "said"), [("id", "Ada yang tidak beres"), ("en", "Something is not right")])
def test_what_goes_wrong_is_said_as_a_page(office, coordinator, monkeypatch, language, said):
    coordinator.speak(language)
    for path, status in (("/cases?severity=dire", 422), ("/cases?cursor=x", 400), ("/cases?area=1&area=2", 422)):
        page = coordinator.page(path, status)
        assert said in words(page)
        assert f"({status})" in words(page)
    assert coordinator.client.delete("/cases").status_code == 405

    def away(*_args):
        raise OperationalError("select secret", {}, Exception("secret"))

    monkeypatch.setattr("fieldsync.web.pages.today.sync.case_list", away)
    answer = coordinator.open("/today")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert said in answer.text
    monkeypatch.setattr("fieldsync.web.pages.today.sync.case_list", lambda *_args: 1 / 0)
    office.app.testing = False
    answer = coordinator.open("/today")
    assert answer.status_code == 500
    assert said in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "forged",
    [
        "{",
        "[]",
        '{"key": "cases.done_assign"}',
        '{"key": "no.such", "values": {}}',
        '{"key": "cases.done_assign", "values": {"n": "<b>"}}',
        '{"key": "cases.done_assign", "values": {}}',
        '{"key": "cases.done_assign", "values": 7}',
        '{"key": ["x"], "values": {}}',
    ],
)
def test_a_notice_that_somebody_made_up_says_nothing(coordinator, forged):
    coordinator.client.set_cookie("notice", forged)
    assert 'class="notice"' not in coordinator.page("/today")


def test_a_look_at_restricted_flags_is_noted_on_every_page(office, tablet, coordinator):
    she = mother(tablet, **REACTIVE, **SEVERE)
    case_id = case_of(coordinator.clerk, she)
    before = restricted_looks(office)
    for number, path in enumerate(("/today", "/today/live", "/cases", "/cases/print", f"/cases/{case_id}"), 1):
        coordinator.page(path)
        assert restricted_looks(office) == before + number, path


def restricted_looks(office) -> int:
    with office.store.reading() as connection:
        query = "SELECT count(*) FROM audit_entry WHERE action = 'restricted.read'"
        return connection.exec_driver_sql(query).scalar_one()
