"""The views of cases, flags and areas: the columns of the exports without the personal ones, and times besides.

What rests on restricted flags is left out as the case list leaves it out for those who may not see them.
"""

from types import MappingProxyType

from fieldsync.reporting.bi_columns import View, column
from fieldsync.rules import SEVERITIES

_WORDS = " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(SEVERITIES))
_IN_ORDER = "ORDER BY f.severity, f.due, f.id"
_OPEN_FLAGS = f"""
SELECT min(f.severity) AS severity, min(f.due) AS due, string_agg(f.rule, ' ' {_IN_ORDER}) AS rules,
       string_agg(w.words -> 'title' ->> 'id', '; ' {_IN_ORDER}) AS titles
FROM public.flag f LEFT JOIN public.rule_words w ON w.rule = f.rule AND w.version = f.version
WHERE f.case_id = c.id AND f.state = 'open' AND NOT f.restricted"""
_SEEN = """
NOT EXISTS (SELECT 1 FROM public.flag f WHERE f.case_id = c.id AND f.restricted)
OR EXISTS (SELECT 1 FROM public.flag f WHERE f.case_id = c.id AND NOT f.restricted
           AND (f.state = 'open' OR c.severity IS NULL))"""
_CASES = f"""
SELECT c.id, CASE s.severity {_WORDS} END AS severity, c.status, c.program, c.area, v.name AS village,
       d.name AS district, s.due, s.rules, s.titles, c.assignee, c.escalation, c.opened_at, c.updated_at,
       c.person_id, left(c.area, 8) AS district_code, c.emergency_at, c.acknowledged_at, c.closed_at
FROM public.follow_up_case c CROSS JOIN LATERAL ({_OPEN_FLAGS}) s
LEFT JOIN public.region v ON v.code = c.area LEFT JOIN public.region d ON d.code = left(c.area, 8)
WHERE c.merged_into IS NULL AND ({_SEEN})"""
_FLAGS = f"""
SELECT f.id, f.case_id, f.person_id, f.program, c.area, left(c.area, 8) AS district_code, f.rule, f.version,
       w.words -> 'title' ->> 'id' AS title, CASE f.severity {_WORDS} END AS severity, f.state, f.why, f.opened_on,
       f.due, f.opened_at, f.closed_at, f.handled_on
FROM public.flag f JOIN public.follow_up_case c ON c.id = f.case_id
LEFT JOIN public.rule_words w ON w.rule = f.rule AND w.version = f.version
WHERE NOT f.restricted"""
_AREAS = "SELECT r.code, r.level, r.name, r.parent FROM public.region r"

_CASE_COLUMNS = (
    column("id", "uuid", "Nomor kasus", "Id of the case"),
    column("severity", "text", "Tingkat terberat dari tanda terbuka", "Worst severity of its open flags"),
    column("status", "text", "Status", "Status"),
    column("program", "text", "Program", "Program"),
    column("area", "text", "Kode desa", "Code of the village"),
    column("village", "text", "Desa", "Village"),
    column("district", "text", "Kecamatan", "District"),
    column("due", "date", "Tenggat paling awal", "Earliest due date"),
    column("rules", "text", "Aturan tanda terbuka", "Rules of its open flags"),
    column("titles", "text", "Judul aturan itu", "Titles of these rules, in Indonesian"),
    column("assignee", "text", "Akun yang ditugasi", "Account that it is assigned to"),
    column("escalation", "integer", "Tingkat eskalasi, 0 sampai 2", "How far it was handed up, 0 to 2"),
    column("opened_at", "timestamptz", "Dibuka pada", "Opened at"),
    column("updated_at", "timestamptz", "Diubah pada", "Changed at"),
    column("person_id", "uuid", "Nomor orang, tanpa identitas", "Id of the person, no identity"),
    column("district_code", "text", "Kode kecamatan", "Code of the district"),
    column("emergency_at", "timestamptz", "Darurat sejak", "Emergency since"),
    column("acknowledged_at", "timestamptz", "Diterima pada", "Acknowledged at"),
    column("closed_at", "timestamptz", "Ditutup pada", "Closed at"),
)
_FLAG_COLUMNS = (
    column("id", "uuid", "Nomor tanda", "Id of the flag"),
    column("case_id", "uuid", "Nomor kasus", "Id of the case"),
    column("person_id", "uuid", "Nomor orang, tanpa identitas", "Id of the person, no identity"),
    column("program", "text", "Program", "Program"),
    column("area", "text", "Kode desa", "Code of the village"),
    column("district_code", "text", "Kode kecamatan", "Code of the district"),
    column("rule", "text", "Aturan", "Rule"),
    column("version", "integer", "Versi aturan", "Version of the rule"),
    column("title", "text", "Judul aturan", "Title of the rule, in Indonesian"),
    column("severity", "text", "Tingkat", "Severity"),
    column("state", "text", "Keadaan: open atau resolved", "State: open or resolved"),
    column("why", "text", "Mengapa ditutup", "Why it was closed"),
    column("opened_on", "date", "Berlaku sejak tanggal", "Holds since the day"),
    column("due", "date", "Tenggat", "Due date"),
    column("opened_at", "timestamptz", "Dibuka pada", "Opened at"),
    column("closed_at", "timestamptz", "Ditutup pada", "Closed at"),
    column("handled_on", "date", "Ditangani pada tanggal", "Dealt with on the day"),
)
_AREA_COLUMNS = (
    column("code", "text", "Kode Kemendagri", "Kemendagri code"),
    column("level", "text", "Tingkat wilayah", "Level of the area"),
    column("name", "text", "Nama", "Name"),
    column("parent", "text", "Kode wilayah di atasnya", "Code of the area above"),
)


def _named(indonesian: str, english: str) -> MappingProxyType[str, str]:
    return MappingProxyType({"id": indonesian, "en": english})


# Each with its SELECT.
CASE_VIEWS: tuple[tuple[View, str], ...] = (
    (View("cases", _named("Kasus tindak lanjut", "Follow-up cases"), _CASE_COLUMNS), _CASES),
    (View("flags", _named("Tanda tindak lanjut", "Follow-up flags"), _FLAG_COLUMNS), _FLAGS),
    (View("areas", _named("Wilayah", "Areas"), _AREA_COLUMNS), _AREAS),
)
