"""What notices say: in both languages, without a word about the person."""

from datetime import UTC, datetime

import orjson
import pytest

from fieldsync.notices.links import links_of
from fieldsync.notices.targets import EVENTS, TEST
from fieldsync.notices.wording import Said, body_of, subject_of, text_of
from fieldsync.programs import PROGRAMS

CASE = "0d1f2a3b-1111-5222-8333-444455556666"
AT = datetime(2026, 3, 2, 5, 7, 9, tzinfo=UTC)
DETAIL = {"program": "maternal", "district": "16.02.05", "since": AT.isoformat()}
COUNTS = {"programs": {"maternal": {"unacknowledged": 1, "overdue": 2, "due_this_week": 3}}}
REMINDED = {"program": "maternal", "district": "16.02.05", "due": 3, "late": 2, "late_from": "2026-03-01"}
ABOUT = {"summary": ("2026-03-02", COUNTS), "reminder": ("2026-03-02", REMINDED), TEST: ("", {})}


def said(event: str, public_url: str | None = "https://x.go.id", **changes) -> Said:
    about, detail = ABOUT.get(event, (CASE, DETAIL))
    name = "Kota Kayu Agung" if "district" in detail else None
    links = links_of(public_url, event, about, detail)
    return Said(event, about, detail, **{"district_name": name, "links": links, **changes})


@pytest.mark.parametrize(
    ("language", "subject", "lines"),
    [
        (
            "id",
            "[FieldSync] Kasus darurat baru: Kesehatan ibu, Kota Kayu Agung",
            ["Program: Kesehatan ibu", "Kecamatan: Kota Kayu Agung", "Sejak: 2 Maret 2026 12.07 WIB", f"Kasus: {CASE}"],
        ),
        (
            "en",
            "[FieldSync] New emergency case: Maternal health, Kota Kayu Agung",
            ["Program: Maternal health", "District: Kota Kayu Agung", "Since: 2 March 2026 12:07 WIB", f"Case: {CASE}"],
        ),
    ],
)
def test_an_emergency(language, subject, lines):
    assert subject_of(said("emergency"), language) == subject
    text = text_of(said("emergency"), language)
    assert "\n".join(lines) in text
    assert f"https://x.go.id/cases/{CASE}" in text


LISTS = {
    "due": "https://x.go.id/cases?program=maternal&area=16.02.05&due_after=2026-03-02&due_before=2026-03-03",
    "late": "https://x.go.id/cases?program=maternal&area=16.02.05&status=open&due_after=2026-03-01&due_before=2026-03-01",
}


def test_a_reminder():
    assert subject_of(said("reminder"), "id") == (
        "[FieldSync] Pengingat tindak lanjut, 2 Maret 2026: Kesehatan ibu, Kota Kayu Agung"
    )
    assert text_of(said("reminder"), "id").split("\n\n")[1].splitlines() == [
        "Program: Kesehatan ibu",
        "Kecamatan: Kota Kayu Agung",
        "Jatuh tempo hari ini atau besok: 3",
        LISTS["due"],
        "Baru lewat tenggat, belum diterima siapa pun: 2",
        LISTS["late"],
    ]
    assert "Due today or tomorrow: 3\nNewly late, acknowledged by nobody: 2" in text_of(
        said("reminder", public_url=None), "en"
    )


def test_a_reminder_for_programs():
    told = orjson.loads(body_of(said("reminder"), AT))
    links = {f"{name}_url": link for name, link in LISTS.items()}
    place = {**REMINDED, "district_name": "Kota Kayu Agung"}
    assert (told["type"], told["data"]) == ("cases.reminder", {"day": "2026-03-02", **place, **links})


def test_a_number_that_is_0_has_no_link():
    detail = {"program": "child", "district": "16.02.05", "due": 1, "late": 0}
    assert list(links_of("https://x.go.id", "reminder", "2026-03-02", detail)) == ["due"]


def test_a_summary():
    text = text_of(said("summary"), "id")
    assert "- Kesehatan ibu: 1 darurat belum diterima, 2 lewat tenggat, 3 jatuh tempo dalam 7 hari" in text
    assert "2 Maret 2026" in text
    assert subject_of(said("summary"), "id") == "[FieldSync] Ringkasan tindak lanjut, 2 Maret 2026"


@pytest.mark.parametrize("event", [*EVENTS, TEST])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_event_has_its_words(event, language):
    said_ = said(event)
    assert subject_of(said_, language).startswith("[FieldSync] ")
    assert len({text_of(said(one), language) for one in (*EVENTS, TEST)}) == len(EVENTS) + 1
    assert orjson.loads(body_of(said_, AT))["type"] in {
        "case.emergency",
        "case.escalated",
        "cases.reminder",
        "cases.summary",
        "notice.test",
    }


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_has_its_name(program):
    told = Said("head", CASE, {**DETAIL, "program": program})
    assert "16.02.05" in subject_of(told, "id")  # where the district has no name here
    assert program not in subject_of(told, "id")


def test_a_name_with_a_line_break_does_not_break_the_subject():
    assert "\n" not in subject_of(said("emergency", district_name="Kota\r\nBcc: x@y.z"), "id")


def test_the_body_for_programs():
    assert orjson.loads(body_of(said("coordinator"), AT)) == {
        "type": "case.escalated",
        "timestamp": "2026-03-02T05:07:09+00:00",
        "data": {
            "case_id": CASE,
            "severity": "emergency",
            "level": "coordinator",
            **DETAIL,
            "district_name": "Kota Kayu Agung",
            "url": f"https://x.go.id/cases/{CASE}",
        },
    }
    assert orjson.loads(body_of(said("summary", None), AT))["data"] == {"day": "2026-03-02", **COUNTS}
    assert orjson.loads(body_of(said(TEST, None), AT))["data"] == {}
    assert "url" not in orjson.loads(body_of(said("emergency", None, district_name=None), AT))["data"]
