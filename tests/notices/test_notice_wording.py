"""What notices say: in both languages, without a word about the person."""

from datetime import UTC, datetime

import orjson
import pytest

from fieldsync.notices.targets import EVENTS, TEST
from fieldsync.notices.wording import Said, body_of, subject_of, text_of
from fieldsync.programs import PROGRAMS

CASE = "0d1f2a3b-1111-5222-8333-444455556666"
AT = datetime(2026, 3, 2, 5, 7, 9, tzinfo=UTC)
DETAIL = {"program": "maternal", "district": "16.02.05", "since": AT.isoformat()}
COUNTS = {"programs": {"maternal": {"unacknowledged": 1, "overdue": 2, "due_this_week": 3}}}


def said(event: str, **changes) -> Said:
    about, detail = ("2026-03-02", COUNTS) if event == "summary" else ("", {}) if event == TEST else (CASE, DETAIL)
    return Said(
        event, about, detail, **{"district_name": "Kota Kayu Agung", "link": "https://x.go.id/cases/1", **changes}
    )


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
    assert "https://x.go.id/cases/1" in text


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
            "url": "https://x.go.id/cases/1",
        },
    }
    assert orjson.loads(body_of(said("summary", link=None), AT))["data"] == {"day": "2026-03-02", **COUNTS}
    assert orjson.loads(body_of(said(TEST, link=None), AT))["data"] == {}
    assert "url" not in orjson.loads(body_of(said("emergency", link=None, district_name=None), AT))["data"]
