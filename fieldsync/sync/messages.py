"""What an officer reads when a record is refused: one text per code, in Indonesian and English.

The texts name limits, never the value that was given: values may be personal.
"""

from collections.abc import Mapping
from typing import Any

_TEXTS = {
    "required": ("wajib diisi", "must be given"),
    "wrong_type": ("jenis nilai salah: {takes}", "wrong kind of value: takes {takes}"),
    "bad_format": ("bentuk salah: {takes}", "wrong form: takes {takes}"),
    "bad_date": ("bukan waktu RFC 3339 dengan zona", "not an RFC 3339 time with its offset"),
    "unusual": ("tidak lazim; mohon diperiksa", "unusual; please check"),
    "soft_range": ("di luar rentang yang lazim {takes}; mohon diperiksa", "outside the usual {takes}; please check"),
    "out_of_range": ("di luar rentang {takes}", "outside {takes}"),
    "unknown_type": ("jenis rekaman tidak dikenal", "unknown record type"),
    "unknown_code": ("kode tidak dikenal: {takes}", "unknown code: takes {takes}"),
    "unknown_area": ("kode wilayah tidak ada di daftar", "no such area code"),
    "unknown_form_version": ("versi formulir tidak dikenal", "unknown form version"),
    "out_of_scope": ("di luar wilayah atau program tablet ini", "outside this tablet's areas or programs"),
    "beyond_user": ("di luar wilayah atau program Anda", "outside your areas or programs"),
    "clock_implausible": (
        "waktu perekaman lebih dari 24 jam di depan, setelah koreksi jam tablet",
        "recorded more than 24 h in the future, after correction of the tablet's clock",
    ),
    "server_owned": ("diisi oleh server", "set by the server, not by the tablet"),
    "bad_text": ("teks memuat karakter yang tidak boleh", "text holds characters that are not allowed"),
    "too_deep": ("bersarang terlalu dalam", "nested too deep"),
    "type_changed": ("jenis rekaman tidak dapat diubah", "a record can't change its type"),
    "unknown_reference": ("tidak ada rekaman ini untuk tablet ini", "no such record for this tablet"),
    "wrong_reference_type": ("menunjuk rekaman jenis lain", "names a record of another type"),
    "circular_reference": (
        "rekaman saling menunjuk atau menunjuk dirinya sendiri",
        "records name each other in a circle, or themselves",
    ),
    "too_many": ("hanya boleh sekali", "may be given once"),
    "unknown_field": ("isian tidak dikenal", "no such member"),
    "unknown_record": ("bukan rekaman orang ini di wilayah Anda", "no record of this person in your areas"),
    "nothing_left": ("sisakan paling sedikit satu rekaman", "leave at least one record"),
    "outcome_required": (
        "tanda darurat hanya ditutup dengan hasil atau catatan",
        "an emergency is closed with an outcome or a note only",
    ),
    "not_storable": (
        "tidak dapat disimpan; kantor akan memeriksanya",
        "can't be stored; the office will look at it",
    ),
}


def finding(pointer: str, code: str, language: str, takes: Any = "") -> dict[str, str]:
    """Return one error or warning as it goes into an answer."""
    indonesian, english = _TEXTS[code]
    text = english if language == "en" else indonesian
    return {"pointer": pointer, "code": code, "message": text.format(takes=takes)}


def said_again(error: Mapping[str, str], language: str) -> dict[str, str]:
    """Return an error in another language; one whose text named limits, which are not kept, as it was said."""
    indonesian, english = _TEXTS.get(error["code"], ("{", ""))
    text = english if language == "en" else indonesian
    return {**error} if "{" in indonesian else {**error, "message": text}
