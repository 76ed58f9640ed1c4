"""What a notice says: to people a subject and a text in their language, to programs a small JSON object.

Neither holds anything about the person: no name, no number, no village, no rule and no value. Who may see more opens
the case in FieldSync, after a log-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from fieldsync.notices.targets import COORDINATOR, EMERGENCY, HEAD, REMINDER, SUMMARY, TEST
from fieldsync.rules.wording import WORDS, day_text

JAKARTA = ZoneInfo("Asia/Jakarta")
COUNTS = ("unacknowledged", "overdue", "due_this_week")
REMINDED = ("due", "late")
_OF_A_DAY = (REMINDER, SUMMARY)
_TYPES = {
    EMERGENCY: "case.emergency",
    COORDINATOR: "case.escalated",
    HEAD: "case.escalated",
    REMINDER: "cases.reminder",
    SUMMARY: "cases.summary",
    TEST: "notice.test",
}
_PROGRAMS = {
    "civil": {"id": "Kependudukan dan pencatatan sipil", "en": "Civil registration"},
    "maternal": {"id": "Kesehatan ibu", "en": "Maternal health"},
    "child": {"id": "Kesehatan anak", "en": "Child health"},
    "service": {"id": "Pengaduan dan layanan", "en": "Complaints and service"},
}
_SUBJECTS = {
    EMERGENCY: {"id": "Kasus darurat baru", "en": "New emergency case"},
    COORDINATOR: {"id": "Kasus darurat belum diterima", "en": "Emergency case not acknowledged"},
    HEAD: {"id": "Kasus darurat belum selesai", "en": "Emergency case not closed"},
    REMINDER: {"id": "Pengingat tindak lanjut", "en": "Follow-up reminder"},
    SUMMARY: {"id": "Ringkasan tindak lanjut", "en": "Follow-up summary"},
    TEST: {"id": "Uji coba pemberitahuan", "en": "Test of notices"},
}
_LEADS = {
    EMERGENCY: {
        "id": "Ada kasus darurat baru yang menunggu tindak lanjut sekarang juga.",
        "en": "A new emergency case needs follow-up now.",
    },
    COORDINATOR: {
        "id": "Kasus darurat ini belum diterima siapa pun setelah 2 jam. Mohon koordinator menindaklanjuti.",
        "en": "Nobody has acknowledged this emergency case for 2 hours. It is handed up to the coordinator.",
    },
    HEAD: {
        "id": "Kasus darurat ini belum selesai setelah 24 jam. Mohon perhatian kepala dinas.",
        "en": "This emergency case has not been closed for 24 hours. It is handed up to the head of office.",
    },
    REMINDER: {
        "id": "Pengingat untuk {day}: kasus yang perlu ditemui, dan yang baru lewat tenggat.",
        "en": "Reminder for {day}: cases to be seen, and cases that became late.",
    },
    SUMMARY: {"id": "Kasus terbuka pada {day}:", "en": "Open cases on {day}:"},
    TEST: {
        "id": "Pemberitahuan FieldSync sampai ke tujuan ini. Tidak ada yang perlu dilakukan.",
        "en": "Notices of FieldSync reach this place. There is nothing to do.",
    },
}
_LABELS = {
    "program": {"id": "Program", "en": "Program"},
    "district": {"id": "Kecamatan", "en": "District"},
    "since": {"id": "Sejak", "en": "Since"},
    "case": {"id": "Kasus", "en": "Case"},
    "unacknowledged": {"id": "darurat belum diterima", "en": "emergencies not acknowledged"},
    "overdue": {"id": "lewat tenggat", "en": "overdue"},
    "due_this_week": {"id": "jatuh tempo dalam 7 hari", "en": "due within 7 days"},
    "due": {"id": "Jatuh tempo hari ini atau besok", "en": "Due today or tomorrow"},
    "late": {"id": "Baru lewat tenggat, belum diterima siapa pun", "en": "Newly late, acknowledged by nobody"},
}
_FOOT = {
    "id": "Pesan ini sengaja tidak memuat data pribadi. Rinciannya ada di FieldSync, setelah masuk.",
    "en": "This message holds no personal data on purpose. Details are in FieldSync, after a log-in.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said: the event, what it is about (a case's id, or a day), and what is known of it.

    `detail` holds ``program``, ``district``, ``since``; of a reminder ``program``, ``district`` and its counts, of a
    summary ``programs`` with their counts. `district_name` is None where it is not known; `links` are those of
    `links.links_of`.
    """

    event: str
    about: str
    detail: Mapping[str, Any]
    district_name: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)


def subject_of(said: Said, language: str) -> str:
    """Return the subject, without a line break whatever the name of a district may be."""
    head = f"[FieldSync] {_SUBJECTS[said.event][language]}"
    if said.event in _OF_A_DAY:
        head = f"{head}, {_day(said, language)}"
    if said.event in (SUMMARY, TEST):
        return head
    place = said.district_name or said.detail["district"]
    return " ".join(f"{head}: {_PROGRAMS[said.detail['program']][language]}, {place}".split())


def text_of(said: Said, language: str) -> str:
    """Return the text for people."""
    lead = _LEADS[said.event][language]
    if said.event in _OF_A_DAY:
        lead = lead.format(day=_day(said, language))
    parts = [lead, "\n".join(_lines(said, language)), said.links.get("all", ""), _FOOT[language]]
    return "\n\n".join(one for one in parts if one) + "\n"


def _day(said: Said, language: str) -> str:
    return day_text(date.fromisoformat(said.about), WORDS[language])


def _lines(said: Said, language: str) -> list[str]:
    if said.event == TEST:
        return []
    if said.event == SUMMARY:
        return [
            f"- {_PROGRAMS[program][language]}: "
            + ", ".join(f"{counts[name]} {_LABELS[name][language]}" for name in COUNTS)
            for program, counts in said.detail["programs"].items()
        ]
    values = {
        "program": _PROGRAMS[said.detail["program"]][language],
        "district": said.district_name or said.detail["district"],
    }
    if said.event == REMINDER:
        linked = {name: f"\n{said.links[name]}" if name in said.links else "" for name in REMINDED}
        values |= {name: f"{said.detail[name]}{linked[name]}" for name in REMINDED}
    else:
        since = _moment(datetime.fromisoformat(said.detail["since"]), language)
        values |= {"since": since, "case": said.about}
    return [f"{_LABELS[name][language]}: {value}" for name, value in values.items()]


def body_of(said: Said, at: datetime) -> bytes:
    """Return the JSON of a webhook: ``type``, ``timestamp`` (when it was queued) and ``data``."""
    data: dict[str, Any] = {}
    if said.event in _OF_A_DAY:
        data = {"day": said.about, **said.detail}
    elif said.event != TEST:
        level = {"level": said.event} if said.event in (COORDINATOR, HEAD) else {}
        data = {"case_id": said.about, "severity": "emergency", **level, **said.detail}
    data |= {"district_name": said.district_name} if said.district_name else {}
    data |= {"url" if name == "all" else f"{name}_url": link for name, link in said.links.items()}
    return orjson.dumps({"type": _TYPES[said.event], "timestamp": at, "data": data})


def _moment(at: datetime, language: str) -> str:
    there = at.astimezone(JAKARTA)
    clock = there.strftime("%H.%M" if language == "id" else "%H:%M")
    return f"{day_text(there.date(), WORDS[language])} {clock} WIB"
