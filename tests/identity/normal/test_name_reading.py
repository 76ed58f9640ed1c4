"""What is read out of a name field: the name, whose child, whose wife; and that nothing makes it fail."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fieldsync.identity.normal import ReadName, read_name
from fieldsync.identity.normal.folding import fold
from fieldsync.identity.normal.lexicon import ABBREVIATIONS, DEGREES, ENDINGS, KNOWN_APART, OPENS_FIRST, TITLES


def said(read):
    """The reading with plain words for names, and only what is there."""
    fields = {name: getattr(read, name) for name in ReadName.__slots__}
    return {name: value if value is True else " ".join(value.words) for name, value in fields.items() if value}


OWN_NAME = {
    "Siti Aminah": "siti aminah",
    "  SITI   AMINAH ": "siti aminah",
    "Sítí Amînah": "siti aminah",
    "Nu'man": "numan",
    "Nur’aini": "nuraini",
    "Hj. Siti Aminah, S.Pd., M.Si": "siti aminah",
    "Hj Siti Aminah SPd MSi": "siti aminah",
    "Siti Aminah S. Pd": "siti aminah",
    "Siti Aminah A. Md. Keb": "siti aminah",
    "Siti Aminah, A.Md.Keb.": "siti aminah",
    "Siti Aminah Amd.Keb": "siti aminah",
    "Ir. H. Budi Santoso, S.E., S.H.": "budi santoso",
    "Drs.H.Budi Santoso": "budi santoso",
    "Prof. Dr. dr. Budi": "budi",
    "Budi Santoso SE": "budi santoso",
    "Budi, SE": "budi",
    "Budi SE": "budi se",
    "K.H. Ahmad Dahlan": "ahmad dahlan",
    "KH Ahmad Dahlan": "ahmad dahlan",
    "Ustadz Ahmad": "ahmad",
    "Tn. Budi": "budi",
    "Bpk Budi": "budi",
    "An. Budi": "budi",
    "a.n. Budi": "budi",
    "Sdri. Ratna": "ratna",
    "Alm. Budi": "budi",
    "Budi (Alm)": "budi",
    "Budi Almarhum": "budi",
    "(Alm) Budi": "budi",
    "Muh. Yusuf": "muhammad yusuf",
    "Moh.Yusuf": "muhammad yusuf",
    "Mhd Yusuf": "muhammad yusuf",
    "M. Yusuf": "muhammad yusuf",
    "M Yusuf": "muhammad yusuf",
    "Yusuf M.": "yusuf m",
    "Siti M. Yusuf": "siti m yusuf",
    "St. Aminah": "siti aminah",
    "Sitti Aminah": "siti aminah",
    "Nurdin, S.T.": "nurdin",
    "Abd. Rahman": "abdul rahman",
    "Ach. Fauzi": "ahmad fauzi",
    "Nr. Aini": "nur aini",
    "Bq. Hartini": "baiq hartini",
    "I Wy. Sudarma": "i wayan sudarma",
    "Ni Nym Sari": "ni nyoman sari",
    "I Md. Suarta": "i made suarta",
    "I Gst Kt Rai": "i gusti ketut rai",
    "I.B. Mantra": "ida bagus mantra",
    "A.A. Rai": "anak agung rai",
    "Anak Agung Rai": "anak agung rai",
    "Tgk. Ali": "tengku ali",
    "Dg. Sibali": "daeng sibali",
    "R. Ahmad": "raden ahmad",
    "Rr. Sekar": "raden sekar",
    "Kgs. M. Ali": "kiagus muhammad ali",
    "5iti Am1nah2": "siti aminah",
    "Siti-Aminah": "siti aminah",
    "Siti B": "siti b",
    "Y": "y",
}


@pytest.mark.parametrize(("text", "words"), OWN_NAME.items())
def test_titles_go_and_abbreviations_open(text, words):
    assert said(read_name(text)) == {"name": words}


READ = {
    "Budi bin Hasan": {"name": "budi", "father": "hasan"},
    "Ratna binti H. Hasan bin Ali": {"name": "ratna", "father": "hasan"},
    "Ratna bt. Hasan, S.Pd": {"name": "ratna", "father": "hasan"},
    "Ahmad B. Hasan": {"name": "ahmad", "father": "hasan"},
    "Ahmad B H": {"name": "ahmad b h"},
    "By. Ny. Siti": {"mother": "siti", "newborn": True},
    "By Ny Siti Aminah, S.Pd": {"mother": "siti aminah", "newborn": True},
    "Bayi Siti": {"mother": "siti", "newborn": True},
    "Bayi dari Ny. Siti": {"mother": "siti", "newborn": True},
    "Bayi perempuan Ibu Siti": {"mother": "siti", "newborn": True},
    "By. Ny. Siti II": {"mother": "siti", "newborn": True},
    "Bayi kembar 2 Ny. Siti": {"mother": "siti", "newborn": True},
    "Bayi Tn. Budi": {"father": "budi", "newborn": True},
    "By.": {"newborn": True},
    "Anak Ny. Siti": {"mother": "siti"},
    "Anak dari Siti": {"mother": "siti"},
    "Anak Bpk Budi": {"father": "budi"},
    "Ny. Budi": {"name": "budi", "married_style": True},
    "Nyonya Budi": {"name": "budi", "married_style": True},
    "Ibu Hj. Ratna": {"name": "ratna", "married_style": True},
    "Istri Tn. Budi": {"name": "budi", "married_style": True},
    "Siti Aisyah (Yanti)": {"name": "siti aisyah", "also": "yanti"},
    'Siti "Yanti" Aisyah': {"name": "siti aisyah", "also": "yanti"},
    "Siti Aisyah (Yanti": {"name": "siti aisyah", "also": "yanti"},
    "Yanti als Siti Aisyah": {"name": "yanti", "also": "siti aisyah"},
    "Yanti alias Ny. Aisyah": {"name": "yanti", "also": "aisyah"},
    "(Yanti)": {"name": "yanti"},
    "": {},
    "-": {},
    "123": {},
    "X": {},
    "Ny.": {},
    "Tidak ada": {},
    "belum diberi nama": {},
    "By. Ny. X": {"newborn": True},
    "أمينة": {},
}


@pytest.mark.parametrize(("text", "parts"), READ.items())
def test_who_else_is_named(text, parts):
    assert said(read_name(text)) == parts


PIECES = st.sampled_from([
    *("Siti", "Budi", "Aminah", "Ahmad", "M.", "R.", "St.", "S.Pd", "S", "Pd", "H.", "Hj", "Ny.", "By.", "Anak", "An."),
    *("bin", "binti", "B.", "b", "als", "(", ")", ",", "SE", "S.E.", "A.A.", "I", "Md", "dr.", "dari", "II", "2", "-"),
    *("agung", "alm", "K.H.", "Tn", "'", "x", "a.n.", "Abd"),
])  # fmt: skip


@given(st.text())
@example("ß" * 300)
@example("İ. ŉ ﬁ ① ²")
@example("((((")
def test_no_text_makes_it_fail_and_words_are_plain_letters(text):
    read = read_name(text)
    for name in (read.name, read.father, read.mother, read.also):
        assert name is None or all(word.isascii() and word.isalpha() and word.islower() for word in name.words)


@given(st.lists(PIECES, max_size=7).map(" ".join))
@example("Siti bin")
@example("b b Budi")
@example("A.A. SE")
def test_a_name_read_again_is_the_same_name(text):
    name = read_name(text).name
    if name:
        assert read_name(" ".join(name.words)).name == name


def test_the_tables_are_plain_words():
    for table in (TITLES, DEGREES, ENDINGS, ABBREVIATIONS, OPENS_FIRST):
        assert all(word.isascii() and word.isalpha() and word.islower() for word in table)
    full = {word for words in (*ABBREVIATIONS.values(), *OPENS_FIRST.values()) for word in words.split()}
    assert full.isdisjoint(ABBREVIATIONS.keys() | OPENS_FIRST.keys() | TITLES | DEGREES)
    assert all(len(set(map(fold, pair))) == 2 for pair in KNOWN_APART)
