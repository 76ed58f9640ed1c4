"""What an officer reads when a value is refused or doubted: one text per code, in Indonesian and English.

The texts name limits and units, never the value that was given: values may be personal.
"""

from collections.abc import Mapping
from typing import Any, Self

TEXTS: Mapping[str, tuple[str, str]] = {
    "required": ("wajib diisi{why}", "must be given{why}"),
    "wrong_type": ("jenis nilai salah: harus {takes}", "wrong kind of value: must be {takes}"),
    "out_of_range": (
        "di luar batas {low} sampai {high}{unit}",
        "outside the limits {low} to {high}{unit}",
    ),
    "bad_format": ("bentuk tulisan salah: harus {takes}", "wrong form: must be {takes}"),
    "bad_date": (
        "bukan tanggal kalender yang ada; tulis TTTT-BB-HH",
        "not a date of the calendar; write YYYY-MM-DD",
    ),
    "in_future": ("tidak boleh setelah hari ini", "may not be after today"),
    "too_long": ("terlalu panjang: paling banyak {high} karakter", "too long: at most {high} characters"),
    "too_short": ("terlalu sedikit: paling sedikit {low} {takes}", "too short: at least {low} {takes}"),
    "too_many": ("terlalu banyak: paling banyak {high} butir", "too many: at most {high} items"),
    "unknown_code": ("kode tidak dikenal; pilihan: {takes}", "unknown code; choices: {takes}"),
    "bad_text": (
        "berisi karakter kendali yang tidak dapat disimpan, atau tidak ada karakter yang tampak",
        "holds control characters that can't be kept, or nothing visible",
    ),
    "inconsistent": ("tidak sesuai: {why}", "does not fit: {why}"),
    "bad_field_name": (
        "nama isian tidak sah: huruf, angka dan garis bawah, paling banyak 64",
        "not a field name: letters, digits and underscores, at most 64",
    ),
    "soft_range": (
        "di luar kisaran biasa {low} sampai {high}{unit}; periksa lagi",
        "outside the usual {low} to {high}{unit}; please check",
    ),
    "unusual": ("tidak lazim: {why}; periksa lagi", "unusual: {why}; please check"),
    "nik_suspect": (
        "bagian tanggal NIK tidak mungkin: hari 01-31 (perempuan 41-71), bulan 01-12; periksa kartunya",
        "the NIK's date can't be: day 01-31 (women 41-71), month 01-12; please check the card",
    ),
}


class Fault(str):
    """One code with what its text names; a text itself, so that marshmallow carries it whole.

    `limits` may hold `low`, `high`, `unit`, and `takes` or `why` as texts by language.
    """

    __slots__ = ("limits",)
    limits: Mapping[str, Any]

    def __new__(cls, code: str, **limits: Any) -> Self:
        """Make the text `code`, and keep what its message names."""
        made = super().__new__(cls, code)
        made.limits = limits
        return made

    def format(self, *_: object, **__: object) -> Self:
        """Return itself: marshmallow formats its messages, these wait for the reader's language."""
        return self


def message(fault: Fault, language: str) -> str:
    """Return the text of a fault in ``en``, else in Indonesian."""
    chosen = "en" if language == "en" else "id"
    words = {"low": "", "high": "", "unit": "", "takes": "", "why": ""}
    words.update({name: _shown(value, chosen) for name, value in fault.limits.items()})
    if words["unit"]:
        words["unit"] = f" {words['unit']}"
    if fault == "required" and words["why"]:
        words["why"] = f": {words['why']}"
    return TEXTS[str(fault)][chosen == "en"].format(**words)


def _shown(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        return str(value[language])
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if language == "id" else ".")
    return str(value)
