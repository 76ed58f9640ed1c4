"""The record type survey_response: one answered satisfaction survey, nine elements from 1 to 4.

It never names a person, so it has no subject. The index over many answers is reckoned
elsewhere.
"""

from fieldsync.programs import codes
from fieldsync.programs.declare import R, RecordType, choice, day, integer, label, note, text

# The nine elements of Permenpan RB 14/2017 (S13).
_ELEMENTS = (
    ("persyaratan", "requirements"),
    ("sistem, mekanisme dan prosedur", "system, mechanism, procedure"),
    ("waktu penyelesaian", "time"),
    ("biaya/tarif", "cost"),
    ("produk layanan", "product"),
    ("kompetensi pelaksana", "competence"),
    ("perilaku pelaksana", "behaviour"),
    ("penanganan pengaduan", "complaint handling"),
    ("sarana dan prasarana", "facilities"),
)

SURVEY_RESPONSE = RecordType(
    name="survey_response",
    program="service",
    label=label("Survei kepuasan masyarakat", "Satisfaction survey"),
    fields=(
        text("unit", "unit layanan", "unit", R, length=(1, 120), source="S13"),
        text("service", "layanan", "service", R, length=(1, 120), source="S13"),
        day("answered_on", "tanggal diisi", "answered on", R, source="S13"),
        *(
            integer(f"u{number}", indonesian, english, R, hard=(1, 4), source="S13")
            for number, (indonesian, english) in enumerate(_ELEMENTS, start=1)
        ),
        integer("age", "umur", "age", hard=(0, 150), soft=(10, 110)),
        choice("sex", "jenis kelamin", "sex", codes=codes.SEX),
        choice("education", "pendidikan", "education", codes=codes.EDUCATION),
        choice("occupation", "pekerjaan", "occupation", codes=codes.OCCUPATION),
        note("comment", "saran", "comment"),
    ),
)
