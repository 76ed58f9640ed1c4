"""The record type child_visit: growth, development and sickness of a child under five.

Whether a weight is plausible for an age is not asked here: that needs the child's birth
date and the growth standard.
"""

from fieldsync.programs.declare import (
    C,
    R,
    RecordType,
    choice,
    choices,
    coded,
    day,
    integer,
    label,
    link,
    number,
    yes_no,
)

_MEASURED = coded("""
lying | berbaring | lying
standing | berdiri | standing
""")
_GAIN = coded("""
N | naik | gained
T | tidak naik | did not gain
O | bulan lalu tidak ditimbang | not weighed last month
B | baru pertama ditimbang | first weighing
""")
_DANGER = coded("""
unable_to_drink | tidak bisa minum/menyusu | unable to drink
vomits_everything | memuntahkan semuanya | vomits everything
convulsions | kejang | convulsions
lethargic_unconscious | letargis/tidak sadar | lethargic or unconscious
""")

CHILD_VISIT = RecordType(
    name="child_visit",
    program="child",
    label=label("Kunjungan tumbuh kembang dan sakit", "Child visit"),
    subject="person_id",
    fields=(
        link("person_id", "anak", "child", R, names="person"),
        day("visit_date", "tanggal kunjungan", "date of the visit", R),
        number("weight_kg", "berat badan", "weight", R, unit="kg", hard=(0.5, 60), source="S7"),
        number(
            "length_height_cm", "panjang/tinggi badan", "length or height", R, unit="cm", hard=(35, 140), source="S7"
        ),
        choice("measured", "cara ukur", "how it was measured", R, codes=_MEASURED, source="S7"),
        number("muac_cm", "LILA anak", "arm circumference", C, unit="cm", hard=(5, 30), soft=(8, 22), source="S15"),
        number("head_circumference_cm", "lingkar kepala", "head circumference", unit="cm", hard=(20, 65), source="S7"),
        yes_no("oedema", "bengkak kedua kaki", "oedema of both feet", R, source="S16"),
        choice("weight_gain_status", "KMS", "weight gain on the growth card", codes=_GAIN, source="gk"),
        integer("kpsp_score", "skor KPSP", "development score (KPSP)", hard=(0, 10), source="gk"),
        integer("kpsp_age_months", "umur formulir KPSP", "age of the KPSP form", hard=(0, 72), source="gk"),
        choices("danger_signs", "tanda bahaya umum", "general danger signs", C, codes=_DANGER, source="S15"),
        yes_no("cough", "batuk atau sukar bernapas", "cough or difficult breathing", C, source="S15"),
        integer("respiratory_rate", "napas", "breaths", C, unit="/min", hard=(5, 150), source="S15"),
        integer("respiratory_rate_repeat", "napas ulang", "breaths again", C, unit="/min", hard=(5, 150), source="S15"),
        integer("spo2_pct", "saturasi", "oxygen saturation", C, unit="%", hard=(50, 100), source="S15"),
        yes_no("stridor_calm", "stridor saat tenang", "stridor when calm", C, source="S15"),
        number("temp_c", "suhu", "temperature", C, unit="°C", hard=(30, 43), soft=(35, 40.5), source="S15"),
        integer("diarrhoea_days", "lama diare", "days of diarrhoea", C, hard=(0, 60), source="S15"),
        yes_no("blood_in_stool", "darah dalam tinja", "blood in the stool", C, source="S15"),
        yes_no("vitamin_a_given", "vitamin A", "vitamin A given", source="gk"),
        yes_no("deworming_given", "obat cacing", "deworming given", source="gk"),
        yes_no("pmt_given", "PMT", "extra food given", source="gk"),
    ),
)
