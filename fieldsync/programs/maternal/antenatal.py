"""The record type anc_visit: one antenatal contact, and how form 2025.2 becomes that of today.

A pressure that can't be read keeps its old name, and the record is refused with a pointer
to it. What a value means for the woman is the rules' business.
"""

import re

from fieldsync.programs import codes
from fieldsync.programs.checks import Order
from fieldsync.programs.declare import (
    C,
    Field,
    R,
    RecordType,
    choice,
    choices,
    coded,
    day,
    integer,
    label,
    link,
    note,
    number,
    part,
    text,
    yes_no,
)
from fieldsync.programs.older import Renamed, Split, Translation

DANGER_SIGNS = coded("""
vaginal_bleeding | perdarahan jalan lahir | vaginal bleeding
convulsions | kejang | convulsions
unconscious | tidak sadar | unconscious
severe_headache | sakit kepala hebat | severe headache
blurred_vision | pandangan kabur | blurred vision
severe_abdominal_pain | nyeri perut hebat | severe abdominal pain
severe_vomiting | muntah hebat | severe vomiting
fever | demam | fever
waters_broken | ketuban pecah | waters broken
reduced_fetal_movement | gerakan janin berkurang | reduced fetal movement
labour | tanda persalinan | in labour
swelling_face_hands | bengkak muka/tangan | swelling of face or hands
central_cyanosis | sianosis sentral | central cyanosis
breathing_difficulty | sesak napas | breathing difficulty
looks_very_ill | tampak sakit berat | looks very ill
severe_pain | nyeri hebat | severe pain
""")
PE_SYMPTOMS = coded("""
epigastric_pain | nyeri ulu hati | epigastric pain
dizziness | pusing | dizziness
vomiting | muntah | vomiting
""")
_PRESENTATION = coded("""
cephalic | kepala | cephalic
breech | sungsang | breech
transverse | lintang | transverse
oblique | oblik | oblique
unknown | belum diketahui | not known
""")
_PROTEIN = coded("""
neg | negatif | negative
trace | samar | trace
+ | + | +
++ | ++ | ++
+++ | +++ | +++
++++ | ++++ | ++++
""")
_MALARIA = coded("""
negative | negatif | negative
positive | positif | positive
refused | menolak diperiksa | refused
""")
_TB = coded("""
negative | tidak ada gejala | no symptoms
suspect | terduga TBC | suspected
positive | terkonfirmasi | confirmed
refused | menolak diperiksa | refused
""")
_TETANUS = coded("""
T0 | T0 | T0
T1 | T1 | T1
T2 | T2 | T2
T3 | T3 | T3
T4 | T4 | T4
T5 | T5 | T5
unknown | tidak diketahui | not known
""")
_NEXT_VISIT_DAYS = 70
_TENSI = re.compile(r"(\d{2,3})/(\d{2,3})", re.ASCII)


def _pressure(name: str, indonesian: str, english: str, hard: tuple[int, int], soft: tuple[int, int]) -> Field:
    if "repeat" in name:
        return integer(name, indonesian, english, C, unit="mmHg", hard=hard, soft=soft, source="S1 DT.04")
    return integer(name, indonesian, english, R, unit="mmHg", hard=hard, soft=soft, source="S4")


def _glucose(name: str, indonesian: str, english: str) -> Field:
    return integer(name, indonesian, english, C, unit="mg/dL", hard=(20, 800), soft=(50, 300), source="S1 DT.23")


def _heart(name: str, indonesian: str, english: str) -> Field:
    return integer(name, indonesian, english, C, unit="/min", hard=(50, 250), soft=(100, 180), source="S1")


def _test(name: str, indonesian: str, english: str) -> Field:
    source = "Permenkes 52/2017 gk"
    return choice(name, indonesian, english, C, codes=codes.TEST_RESULT, restricted=True, source=source)


_MEASURES = (
    number("weight_kg", "berat badan", "weight", R, unit="kg", hard=(25, 200), soft=(35, 120), source="S4"),
    number("muac_cm", "LILA", "mid-upper arm circumference", C, unit="cm", hard=(12, 60), soft=(16, 45), source="S4"),
    _pressure("systolic_mmhg", "tensi sistolik", "systolic pressure", (50, 260), (80, 200)),
    _pressure("diastolic_mmhg", "tensi diastolik", "diastolic pressure", (30, 160), (45, 120)),
    _pressure("systolic_repeat_mmhg", "tensi sistolik ulang", "systolic pressure again", (50, 260), (80, 200)),
    _pressure("diastolic_repeat_mmhg", "tensi diastolik ulang", "diastolic pressure again", (30, 160), (45, 120)),
    number("temp_c", "suhu", "temperature", unit="°C", hard=(33, 43), soft=(35, 40.5), source="S1"),
    number("temp_repeat_c", "suhu ulang", "temperature again", unit="°C", hard=(33, 43), soft=(35, 40.5), source="S1"),
    integer("pulse_bpm", "nadi", "pulse", unit="/min", hard=(30, 220), soft=(45, 150), source="S1"),
    integer("pulse_repeat_bpm", "nadi ulang", "pulse again", unit="/min", hard=(30, 220), soft=(45, 150), source="S1"),
    integer("spo2_pct", "saturasi", "oxygen saturation", unit="%", hard=(50, 100), soft=(85, 100), source="S1"),
)
_FETUS = (
    number("fundal_height_cm", "TFU", "fundal height", C, unit="cm", hard=(4, 60), soft=(8, 45), source="S4"),
    integer("fetus_count", "jumlah janin", "number of fetuses", hard=(1, 5), soft=(1, 2), source="S2"),
    choice("presentation", "letak janin", "presentation", C, codes=_PRESENTATION, source="S4"),
    yes_no("fetal_heart_present", "DJJ terdengar", "fetal heart heard", C, source="S1"),
    _heart("fetal_heart_rate_bpm", "DJJ", "fetal heart rate"),
    _heart("fetal_heart_rate_repeat_bpm", "DJJ ulang", "fetal heart rate again"),
)
_LABORATORY = (
    number("hb_g_dl", "Hb", "haemoglobin", C, unit="g/dL", hard=(2, 20), soft=(5, 16), source="S1"),
    choice("urine_protein", "protein urin", "protein in urine", C, codes=_PROTEIN, source="S1"),
    _glucose("glucose_fasting_mg_dl", "gula darah puasa", "fasting glucose"),
    _glucose("glucose_random_mg_dl", "gula darah sewaktu", "random glucose"),
    _glucose("ogtt_1h_mg_dl", "TTGO 1 jam", "glucose tolerance, 1 hour"),
    _glucose("ogtt_2h_mg_dl", "TTGO 2 jam", "glucose tolerance, 2 hours"),
    _test("hiv_result", "HIV", "HIV"),
    _test("syphilis_result", "sifilis", "syphilis"),
    _test("hbsag_result", "HBsAg", "HBsAg"),
    choice("blood_type", "golongan darah", "blood group", C, codes=codes.BLOOD_TYPE, source="S4"),
    choice("rhesus", "rhesus", "rhesus factor", C, codes=codes.RHESUS, source="S4"),
    choice("malaria_result", "malaria", "malaria", codes=_MALARIA, source="gk"),
    choice("tb_screening", "skrining TBC", "tuberculosis screening", codes=_TB, source="gk"),
)
_CARE = (
    choice("tt_status", "status T", "tetanus status", R, codes=_TETANUS, source="S4"),
    yes_no("tt_given", "Td diberikan", "Td given", R, source="S4"),
    integer(
        "iron_tablets_given", "TTD", "iron tablets given", R, unit="tablet", hard=(0, 180), soft=(0, 90), source="S4"
    ),
    yes_no("calcium_given", "kalsium", "calcium given", source="gk"),
    yes_no("pmt_given", "PMT", "extra food given", source="gk"),
    yes_no("mms_given", "MMS", "multiple micronutrients given", source="gk"),
    yes_no("birth_plan_done", "P4K", "birth plan made", R, source="gk"),
    day("next_visit_date", "kunjungan berikut", "next visit", future=True, source="S1"),
    part(
        "referral",
        "rujukan",
        "referral",
        C,
        source="policy",
        fields=(
            text("to", "dirujuk ke", "referred to", length=(1, 120)),
            note("reason", "alasan", "reason"),
            day("at", "tanggal rujukan", "date of the referral", future=True),
            choice("outcome", "hasil", "outcome", codes=codes.OUTCOME),
        ),
    ),
)

ANC_VISIT = RecordType(
    name="anc_visit",
    program="maternal",
    label=label("Kunjungan antenatal", "Antenatal visit"),
    subject="pregnancy_id",
    fields=(
        link("pregnancy_id", "kehamilan", "pregnancy", R, names="pregnancy"),
        day("visit_date", "tanggal kunjungan", "date of the visit", R, source="DQ-06"),
        choice("place", "tempat", "place", R, codes=codes.PLACE),
        yes_no("by_doctor", "diperiksa dokter", "seen by a doctor", R, source="S4"),
        yes_no("ultrasound_done", "USG", "ultrasound done", R, source="S4"),
        choices("danger_signs", "tanda bahaya", "danger signs", R, codes=DANGER_SIGNS, source="S1 DT.01, S6"),
        choices("pe_symptoms", "gejala", "symptoms", C, codes=PE_SYMPTOMS, source="S1 DT.17"),
        *_MEASURES,
        *_FETUS,
        *_LABORATORY,
        *_CARE,
    ),
    checks=(
        Order(
            "systolic_mmhg",
            ">",
            "diastolic_mmhg",
            label("sistolik harus di atas diastolik", "systolic must be above diastolic"),
        ),
        Order(
            "systolic_repeat_mmhg",
            ">",
            "diastolic_repeat_mmhg",
            label("sistolik ulang harus di atas diastolik ulang", "systolic again must be above diastolic again"),
        ),
        Order(
            "next_visit_date",
            ">",
            "visit_date",
            label("kunjungan berikut harus setelah kunjungan ini", "the next visit must be after this one"),
        ),
        Order(
            "next_visit_date",
            "<=",
            "visit_date",
            label(
                f"kunjungan berikut paling lambat {_NEXT_VISIT_DAYS} hari lagi",
                f"the next visit must be within {_NEXT_VISIT_DAYS} days",
            ),
            days=_NEXT_VISIT_DAYS,
        ),
    ),
    translations=(
        Translation(
            "2025.2",
            (
                Renamed("tfu_cm", "fundal_height_cm"),
                Split(
                    "tensi",
                    ("systolic_mmhg", "diastolic_mmhg"),
                    _TENSI,
                    label("sistolik/diastolik, misalnya 120/80", "systolic/diastolic, for example 120/80"),
                ),
                Renamed("ttd", "iron_tablets_given"),
            ),
        ),
    ),
)
