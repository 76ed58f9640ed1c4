"""The levels of agreement in words, for whoever must judge a pair: Indonesian first, English second.

One short phrase per level of every feature; a test holds that none is missing and none means two things.
"""

from collections.abc import Mapping, Sequence

MINUS = "\N{MINUS SIGN}"
Words = tuple[str, str]
_NOTHING: Words = ("", "")

_NAME: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "same": ("nama sama", "same name"),
    "folded": ("nama sama, ejaan lain", "same name, other spelling"),
    "close": ("nama hampir sama", "nearly the same name"),
    "partial": ("sebagian nama tidak ada", "part of the name is missing"),
    "initial": ("nama sama dengan singkatan", "same name with an initial"),
    "two_words": ("dua kata nama sama", "two words of the name agree"),
    "single": ("satu-satunya kata nama cocok", "the only word of the name agrees"),
    "near": ("nama beda satu huruf per kata", "name off by a letter a word"),
    "alike": ("nama mirip seperti saudara", "name alike as of siblings"),
    "called": ("nama panggilan cocok", "a short form of the name fits"),
    "one_word": ("hanya satu kata nama sama", "only one word of the name agrees"),
    "light": ("hanya kata umum yang cocok", "only an everyday word agrees"),
    "other": ("nama lain", "other name"),
    "spouses": ("memakai nama pasangan", "goes by the spouse's name"),
}
_DATE: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "same": ("tanggal lahir sama", "same birth date"),
    "same_placeholder": ("tanggal lahir perkiraan yang sama", "same stand-in birth date"),
    "swapped": ("tanggal lahir tertukar", "birth date swapped"),
    "year_placeholder": ("tahun lahir sama, tanggal perkiraan", "same birth year, stand-in date"),
    "slip": ("tanggal lahir beda satu angka", "birth date off by one digit"),
    "days": ("tanggal lahir selisih beberapa hari", "birth date some days apart"),
    "estimated": ("tahun lahir perkiraan berdekatan", "estimated birth years near"),
    "year": ("tanggal lahir selisih setahun", "birth date a year apart"),
    "some_years": ("tanggal lahir selisih beberapa tahun", "birth date some years apart"),
    "other": ("tanggal lahir lain", "other birth date"),
    "vague": ("tanggal lahir hanya kira-kira", "birth date only guessed"),
}
_SHARED: Mapping[str, Words] = {
    "nothing": ("tidak ada kata yang sama", "no word shared"),
    "very_common": ("kata yang sangat umum", "a very common word"),
    "common": ("kata yang umum", "a common word"),
    "usual": ("kata yang biasa", "a usual word"),
    "uncommon": ("kata yang jarang", "an uncommon word"),
    "rare": ("kata yang langka", "a rare word"),
    "very_rare": ("kata yang sangat langka", "a very rare word"),
}


def _about(indonesian: str, english: str) -> Mapping[str, Words]:
    """Return the words for good, doubtful and bad agreement of a thing."""
    return {
        "unknown": _NOTHING,
        "good": (f"{indonesian} cocok", f"{english} fits"),
        "doubtful": (f"{indonesian} meragukan", f"{english} is doubtful"),
        "bad": (f"{indonesian} tidak cocok", f"{english} does not fit"),
        "spouses": (f"{indonesian} milik pasangan", f"{english} is the spouse's"),
    }


def _relative(indonesian: str, english: str) -> Mapping[str, Words]:
    return {
        "unknown": _NOTHING,
        "same": (f"nama {indonesian} sama", f"same {english}"),
        "close": (f"nama {indonesian} hampir sama", f"nearly the same {english}"),
        "partial": (f"nama {indonesian} sebagian sama", f"{english} agrees in part"),
        "called": (f"panggilan {indonesian} cocok", f"a short form of {english} fits"),
        "light": (f"nama {indonesian} hanya kata umum yang cocok", f"only an everyday word of {english} agrees"),
        "other": (f"nama {indonesian} lain", f"other {english}"),
    }


def _yes(indonesian: str, english: str, no: Words = _NOTHING) -> Mapping[str, Words]:
    return {"no": no, "yes": (indonesian, english)}


_CHILD = _yes("anak", "a child")
_AT_HOME = _yes("serumah", "same home", ("bukan serumah", "not the same home"))
_NAME5, _DATE4 = _about("nama", "the name"), _about("tanggal lahir", "the birth date")
_PARENT: Mapping[str, Words] = {
    **_about("orang tua", "the parent"),
    "neither": ("ayah dan ibu tidak cocok", "neither parent fits"),
}
_NUMBERED: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "same": ("NIK sama", "same NIK"),
    "slip": ("NIK beda satu angka", "NIK off by one digit"),
    "serial_slip": ("NIK beda di nomor urut (kembar?)", "NIK differs in its serial (twins?)"),
    "near": ("NIK berdekatan", "NIK near"),
    "other": ("NIK lain", "other NIK"),
}
_NIK_DATE: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "agrees": ("tanggal di NIK cocok", "the date inside the NIK agrees"),
    "near": ("tahun di NIK cocok", "the year inside the NIK agrees"),
    "clashes": ("tanggal di NIK tidak cocok", "the date inside the NIK clashes"),
}
_SEX: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "same": ("jenis kelamin sama", "same sex"),
    "other": ("jenis kelamin lain", "other sex"),
}
_KK: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "same": ("KK sama", "same KK"),
    "slip": ("KK beda satu angka", "KK off by one digit"),
    "other": ("KK lain", "other KK"),
}
_PHONE: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "same": ("telepon sama", "same telephone"),
    "other": ("telepon lain", "other telephone"),
}
_PLACE: Mapping[str, Words] = {
    "unknown": _NOTHING,
    "same": ("desa sama", "same village"),
    "district": ("kecamatan sama", "same district"),
    "other": ("desa lain", "other village"),
}
_ONE_DAY: Mapping[str, Words] = {
    "no": ("keluarga tidak sama pada hari lahir", "no one family on the day of birth"),
    "home": ("lahir sehari di rumah yang sama", "born one day in one home"),
    "parent": ("lahir sehari dari orang tua yang sama", "born one day to one parent"),
    "both": ("lahir sehari, orang tua dan rumah sama", "born one day, one parent and home"),
}
_SIZE: Mapping[str, Words] = {
    "one": ("satu catatan dikenal", "one record known"),
    "two": ("dua catatan dikenal", "two records known"),
    "few": ("beberapa catatan dikenal", "a few records known"),
    "many": ("banyak catatan dikenal", "many records known"),
}
_VILLAGE: Mapping[str, Words] = {
    "no": ("bukan satu desa", "not one village"),
    "few": ("desa dengan sedikit catatan", "a village of few records"),
    "some": ("desa dengan beberapa ratus catatan", "a village of some hundred records"),
    "many": ("desa dengan banyak catatan", "a village of many records"),
    "crowd": ("desa yang sangat ramai", "a very populous village"),
}
_STRAY_NAME = _yes("pernah bernama lain", "once under another name")
_STRAY_DATE: Mapping[str, Words] = {
    "no": _NOTHING,
    "beside": ("pernah juga dengan tanggal lahir lain", "once with another birth date, too"),
    "year": ("pernah dengan tanggal lahir setahun lain", "once with a birth date a year off"),
    "far": ("pernah dengan tanggal lahir yang jauh", "once with a birth date far off"),
}

# Per feature: what it is called, and the words of the parts of which its levels are made.
_FEATURES: Mapping[str, tuple[Words, Sequence[Mapping[str, Words]]]] = {
    "nik": (("NIK", "NIK"), (_NUMBERED,)),
    "nik_date": (("tanggal di NIK", "date inside the NIK"), (_DATE, _NIK_DATE)),
    "name": (("nama", "name"), (_NAME,)),
    "shared_words": (("kata nama", "words of the name"), (_SHARED,)),
    "birth_date": (("tanggal lahir", "birth date"), (_CHILD, _DATE)),
    "sex": (("jenis kelamin", "sex"), (_SEX,)),
    "home": (("rumah", "home"), (_KK, _PHONE, _PLACE)),
    "mother": (("ibu", "mother"), (_relative("ibu", "mother's name"),)),
    "father": (("ayah", "father"), (_about("ibu", "the mother"), _relative("ayah", "father's name"))),
    "spouse": (("pasangan", "spouse"), (_relative("pasangan", "spouse's name"),)),
    "mother_words": (("kata nama ibu", "words of the mother's name"), (_AT_HOME, _DATE, _SHARED)),
    "home_name_date": (("rumah, nama dan tanggal", "home, name and date"), (_AT_HOME, _NAME5, _DATE)),
    "nik_name_date": (("NIK, nama dan tanggal", "NIK, name and date"), (_NUMBERED, _NAME5, _DATE)),
    "child_date_parent_name": (
        ("anak, tanggal, orang tua dan nama", "child, date, parent and name"),
        (_CHILD, _DATE4, _PARENT, _NAME5),
    ),
    "born_one_day": (("lahir sehari", "born one day"), (_ONE_DAY, _NAME)),
    "strays": (("catatan yang menyimpang", "records that stray"), (_CHILD, _STRAY_DATE, _STRAY_NAME)),
    "size": (("catatan", "records"), (_SIZE,)),
    "home_words": (("rumah dan kata nama", "home and words of the name"), (_AT_HOME, _SHARED)),
    "name_words": (("nama dan kata", "name and words"), (_NAME, _SHARED)),
    "village_name": (("desa dan nama", "village and name"), (_VILLAGE, _NAME5)),
    "died_before": (("kematian", "death"), (_yes("sudah meninggal sebelumnya", "had died before"),)),
}
_TITLED = frozenset(
    {"shared_words", "mother_words", "home_name_date", "nik_name_date", "child_date_parent_name", "home_words"}
    | {"name_words", "born_one_day", "strays", "village_name"}
)
_UNKNOWN: Words = ("tidak diketahui", "not known")
_NONE: Words = ("tidak ada", "none")

_REASONS: Mapping[str, Words] = {
    "unsure": ("belum cukup yakin", "not sure enough"),
    "two_fit": ("cocok dengan dua orang", "fits two persons"),
    "told_apart": ("sudah dinyatakan bukan orang yang sama", "was said not to be the same"),
    "serial_slip": ("NIK hanya beda nomor urut: mungkin kembar", "NIKs differ in their serial: perhaps twins"),
    "twin": (
        "lahir sehari dari satu orang tua, nama lain: mungkin kembar",
        "born one day to one parent, other name: twins?",
    ),
    "two_niks": ("dua NIK sah yang berbeda", "two different valid NIKs"),
    "too_many_niks": ("terlalu banyak NIK untuk satu orang", "too many NIKs for one person"),
    "sex_and_date": ("jenis kelamin dan tanggal lahir berbeda", "sex and birth date differ"),
    "child_date": (
        "anak dengan tanggal lahir lain: mungkin saudara",
        "a child with another birth date: perhaps a sibling",
    ),
    "died_before": ("sudah meninggal sebelumnya", "had died before"),
    "split": ("catatan ini mungkin milik orang lain", "this record may be about somebody else"),
    "too_many_records": ("terlalu banyak catatan untuk satu orang", "too many records for one person"),
}


def _which(language: str) -> int:
    return 1 if language == "en" else 0


def phrase(feature: str, level: str, language: str) -> str:
    """Return a level of a feature in words.

    Raises:
        KeyError: there is no such feature or level.
    """
    at = _which(language)
    title, parts = _FEATURES[feature]
    words = [part[name][at] for part, name in zip(parts, level.split("/"), strict=True)]
    said = ", ".join(word for word in words if word)
    if not said:
        said = f"{title[at]} {(_NONE if feature == 'strays' else _UNKNOWN)[at]}"
    return f"{title[at]}: {said}" if feature in _TITLED and not said.startswith(title[at]) else said


def reason(code: str, language: str) -> str:
    """Return in words why a pair was not decided by the machine; a code of an older model as it is."""
    return _REASONS[code][_which(language)] if code in _REASONS else code


def signed(weight: float, language: str) -> str:
    """Return a weight with its sign and one digit after the point, or comma."""
    shown = f"{abs(weight):.1f}"
    return f"{MINUS if weight < 0 and shown != '0.0' else '+'}{_pointed(shown, language)}"


def per_cent(p: float, language: str) -> str:
    """Return a probability in per cent, as it is written in the language."""
    shown = _pointed(f"{p * 100:.1f}", language)
    return f"{shown}%" if language == "en" else f"{shown} %"


def _pointed(shown: str, language: str) -> str:
    return shown if language == "en" else shown.replace(".", ",")
