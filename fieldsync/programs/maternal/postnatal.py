"""The record type pnc_visit: a visit in the weeks after birth, to the mother or to the newborn.

One type for two subjects: which danger signs and which measures belong to it is told by
`subject`. The number of the visit (KF, KN) is computed elsewhere.
"""

from fieldsync.programs.checks import CodesWhen, NeededWhen, Order, SoftWhen
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

_SUBJECT = coded("""
mother | ibu | mother
newborn | bayi | newborn
""")
_MOTHER_DANGER = coded("""
heavy_bleeding | perdarahan banyak | heavy bleeding
convulsions | kejang | convulsions
unconscious | tidak sadar | unconscious
severe_headache | sakit kepala hebat | severe headache
blurred_vision | pandangan kabur | blurred vision
severe_abdominal_pain | nyeri perut hebat | severe abdominal pain
foul_lochia | lokia berbau | foul lochia
breathing_difficulty | sesak napas | breathing difficulty
calf_pain | nyeri betis | calf pain
""")
_NEWBORN_DANGER = coded("""
not_feeding_well | tidak mau menyusu | not feeding well
convulsions | kejang | convulsions
lethargic | lemah/letargis | lethargic
severe_chest_indrawing | tarikan dinding dada kuat | severe chest indrawing
grunting | merintih | grunting
cyanosis | biru/sianosis | cyanosis
umbilicus_red_spreading | tali pusat merah meluas | umbilicus red, spreading
bleeding | perdarahan | bleeding
""")
_BREASTFEEDING = coded("""
exclusive | ASI eksklusif | exclusive
mixed | ASI dan lainnya | mixed
none | tidak ASI | none
""")
_CONTRACEPTION = coded("""
none | belum ber-KB | none
lam | metode amenore laktasi | lactational amenorrhoea
condom | kondom | condom
pill | pil | pill
injection | suntik | injection
implant | implan | implant
iud | AKDR/IUD | intrauterine device
tubectomy | MOW/tubektomi | female sterilisation
vasectomy | MOP/vasektomi | male sterilisation
other | lainnya | other
""")
_JAUNDICE = coded("""
none | tidak kuning | none
face_body | kuning wajah/badan | face and body
palms_soles | kuning telapak tangan/kaki | palms and soles
""")
_WHY_MOTHER = label("untuk kunjungan ibu", "in a visit to the mother")
_WHY_NEWBORN = label("untuk kunjungan bayi", "in a visit to the newborn")

PNC_VISIT = RecordType(
    name="pnc_visit",
    program="maternal",
    label=label("Kunjungan nifas dan neonatus", "Postnatal visit"),
    subject="person_id",
    fields=(
        link("delivery_id", "persalinan", "delivery", R, names="delivery", source="S4"),
        link("person_id", "ibu atau bayi", "mother or newborn", R, names="person", source="S4"),
        choice("subject", "yang diperiksa", "who was seen", R, codes=_SUBJECT, source="S4"),
        day("visit_date", "tanggal", "date of the visit", R, source="S4"),
        choices(
            "danger_signs", "tanda bahaya", "danger signs", R, codes=_MOTHER_DANGER | _NEWBORN_DANGER, source="S6, S15"
        ),
        integer("systolic_mmhg", "tensi sistolik ibu", "mother's systolic pressure", C, unit="mmHg", hard=(50, 260)),
        integer("diastolic_mmhg", "tensi diastolik ibu", "mother's diastolic pressure", C, unit="mmHg", hard=(30, 160)),
        number("temp_c", "suhu", "temperature", R, unit="°C", hard=(30, 43), source="S15"),
        integer("epds_total", "EPDS jumlah", "EPDS, total", hard=(0, 30), restricted=True, source="gk"),
        integer("epds_item10", "EPDS butir 10", "EPDS, item 10", hard=(0, 3), restricted=True, source="gk"),
        choice("breastfeeding", "ASI", "breastfeeding", R, codes=_BREASTFEEDING),
        choice("contraception", "KB", "contraception", codes=_CONTRACEPTION),
        integer("respiratory_rate", "napas", "breaths", C, unit="/min", hard=(5, 150), soft=(25, 80), source="S15"),
        integer(
            "respiratory_rate_repeat",
            "napas ulang",
            "breaths again",
            C,
            unit="/min",
            hard=(5, 150),
            soft=(25, 80),
            source="S15",
        ),
        integer("weight_g", "berat bayi", "newborn's weight", C, unit="g", hard=(300, 9000)),
        choice("jaundice", "kuning", "jaundice", C, codes=_JAUNDICE, source="S15"),
        yes_no("shk_done", "SHK", "hypothyroid screening sample taken", C, source="gk"),
    ),
    checks=(
        NeededWhen("systolic_mmhg", "subject", "mother", _WHY_MOTHER),
        NeededWhen("diastolic_mmhg", "subject", "mother", _WHY_MOTHER),
        NeededWhen("weight_g", "subject", "newborn", _WHY_NEWBORN),
        NeededWhen("jaundice", "subject", "newborn", _WHY_NEWBORN),
        CodesWhen("danger_signs", "subject", "mother", tuple(_MOTHER_DANGER.labels)),
        CodesWhen("danger_signs", "subject", "newborn", tuple(_NEWBORN_DANGER.labels)),
        SoftWhen("temp_c", "subject", "newborn", 35, 38.5, "°C"),
        Order(
            "systolic_mmhg",
            ">",
            "diastolic_mmhg",
            label("sistolik harus di atas diastolik", "systolic must be above diastolic"),
        ),
    ),
)
