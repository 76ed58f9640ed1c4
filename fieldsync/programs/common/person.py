"""The form of a person: who somebody is, as far as one officer could tell on one day.

Only what is impossible in itself is refused; odd names, NIKs whose date can't be and very
old people are kept and doubted. Many such records may be about one person; finding that
out is not for here.
"""

from fieldsync.programs import codes
from fieldsync.programs.checks import Order
from fieldsync.programs.declare import (
    C,
    R,
    RecordType,
    area,
    choice,
    choices,
    coded,
    day,
    digits,
    label,
    link,
    text,
    yes_no,
)

_NAME_LENGTH = (1, 60)
_NIK_REASON_ABSENT = coded("""
never_registered | belum pernah terdaftar | never registered
lost_unknown | hilang, nomor tidak diketahui | lost, number not known
newborn | bayi baru lahir | newborn
foreigner | warga negara asing | foreigner
refused | menolak memberi tahu | refused to tell
""")
_BIRTH_DATE_PRECISION = coded("""
day | tepat sampai hari | exact to the day
month | hanya bulan dan tahun | month and year only
year | hanya tahun | year only
estimated | perkiraan | estimated
""")
_MARITAL_STATUS = coded("""
single | belum kawin | single
married_recorded | kawin tercatat | married, recorded
married_unrecorded | kawin belum tercatat | married, not recorded
divorced_alive | cerai hidup | divorced
widowed | cerai mati | widowed
""")
_DISABILITY = coded("""
physical | disabilitas fisik | physical
visual | disabilitas netra | visual
hearing_speech | disabilitas rungu/wicara | hearing or speech
mental | disabilitas mental/jiwa | mental
intellectual | disabilitas intelektual | intellectual
other | disabilitas lainnya | other
""")
_KTP_STATUS = coded("""
none | belum punya | none
recorded | sudah rekam | biometrics recorded
issued | sudah terbit | issued
lost | hilang | lost
damaged | rusak | damaged
""")
_KIA_STATUS = coded("""
none | belum punya | none
issued | sudah terbit | issued
lost | hilang | lost
""")

_NAMES = (
    digits("nik", "NIK", "NIK (national identity number)", count=16, doubt="nik", sealed=True, source="S19"),
    choice("nik_reason_absent", "alasan tanpa NIK", "why there is no NIK", C, codes=_NIK_REASON_ABSENT),
    text("full_name", "nama lengkap", "full name", R, length=_NAME_LENGTH, doubt="words", sealed=True, source="S11"),
    choice("sex", "jenis kelamin", "sex", R, codes=codes.SEX),
    day("birth_date", "tanggal lahir", "date of birth", R, doubt="age"),
    choice(
        "birth_date_precision",
        "ketepatan tanggal lahir",
        "how exact the date of birth is",
        R,
        codes=_BIRTH_DATE_PRECISION,
    ),
    text("birth_place", "tempat lahir", "place of birth", source="S11"),
)

_FAMILY = (
    link("mother_id", "ibu", "mother", names="person", source="S20"),
    link("father_id", "ayah", "father", names="person"),
    text("mother_name", "nama ibu", "mother's name", C, sealed=True),
    text("father_name", "nama ayah", "father's name", C, sealed=True),
    choice("marital_status", "status kawin", "marital status", C, codes=_MARITAL_STATUS),
    text("spouse_name", "nama suami/istri", "spouse's name", sealed=True),
    link("household_id", "rumah tangga", "household", names="household", awaited=False),
    choice(
        "relation_to_head",
        "hubungan dengan kepala keluarga",
        "relation to the head of family",
        C,
        codes=codes.RELATION,
    ),
)

_LIFE = (
    choice("religion", "agama", "religion", codes=codes.RELIGION, restricted=True),
    choice("education", "pendidikan", "education", codes=codes.EDUCATION),
    choice("occupation", "pekerjaan", "occupation", codes=codes.OCCUPATION),
    choice("blood_type", "golongan darah", "blood group", codes=codes.BLOOD_TYPE),
    choices("disability", "disabilitas", "disability", codes=_DISABILITY, restricted=True),
    area("village_code", "desa domisili", "village of residence", R),
    text("phone", "telepon", "telephone", length=(8, 40), shape=codes.PHONE, sealed=True),
)

_PAPERS = (
    digits("kk_number", "nomor KK", "family card number", count=16, sealed=True, source="S11"),
    choice("ktp_status", "status KTP-el", "identity card status", C, codes=_KTP_STATUS, source="S11"),
    choice("kia_status", "status KIA", "child identity card status", C, codes=_KIA_STATUS, source="S11"),
    text("birth_certificate_no", "nomor akta lahir", "birth certificate number", sealed=True),
    yes_no("civil_documents_checked", "dokumen ditanyakan", "papers were asked about", C),
    yes_no("enrolled_child_program", "dipantau program anak", "followed by the child program", C),
    day("death_date", "tanggal meninggal", "date of death", C),
)

PERSON = RecordType(
    name="person",
    program="common",
    label=label("orang", "person"),
    fields=(*_NAMES, *_FAMILY, *_LIFE, *_PAPERS),
    checks=(
        Order(
            "death_date",
            ">=",
            "birth_date",
            why=label("tanggal meninggal sebelum tanggal lahir", "the date of death is before the date of birth"),
        ),
        Order(
            "mother_id",
            "!=",
            "father_id",
            why=label("ibu dan ayah orang yang sama", "mother and father are the same person"),
            grave=False,
        ),
    ),
)
