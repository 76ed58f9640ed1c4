"""The record type pregnancy: the registration of a pregnant woman, with what was asked of her history.

One of three dates tells how far she is. Risk scores are computed from the fields elsewhere,
never typed in.
"""

from fieldsync.programs.checks import AnyOf, Order
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

# Poedji Rochjati score (S5). Those that other fields tell are taken here too: an officer may tick them on the card.
KSPR_FACTORS = coded("""
too_young | terlalu muda, hamil pertama umur 16 tahun atau kurang | too young, first pregnancy at 16 or less
slow_first | terlambat hamil pertama, kawin 4 tahun atau lebih | first pregnancy 4 years or more after marriage
too_old | terlalu tua, umur 35 tahun atau lebih | too old, 35 or more
too_soon | terlalu cepat hamil lagi, kurang dari 2 tahun | too soon, under 2 years since the last birth
too_long | terlalu lama hamil lagi, 10 tahun atau lebih | too long, 10 years or more since the last birth
too_many | terlalu banyak anak, 4 atau lebih | 4 children or more
short | tinggi badan 145 cm atau kurang | height 145 cm or less
lost_pregnancy | pernah gagal kehamilan | lost a pregnancy before
instrumental | pernah melahirkan dengan tarikan tang/vakum | earlier birth with forceps or vacuum
manual_placenta | pernah uri dirogoh | earlier manual removal of the placenta
transfusion | pernah diberi infus/transfusi saat bersalin | earlier birth with infusion or transfusion
caesarean | pernah operasi sesar | caesarean before
anaemia_malaria | kurang darah atau malaria | anaemia or malaria
tb_heart | TBC paru atau payah jantung | lung tuberculosis or heart disease
diabetes | kencing manis | diabetes
sti | penyakit menular seksual | sexually transmitted disease
oedema_bp | bengkak muka/tungkai dan tekanan darah tinggi | swelling of face or legs with high blood pressure
multiple | hamil kembar dua atau lebih | twins or more
hydramnios | hamil kembar air | too much amniotic fluid
iufd | bayi mati dalam kandungan | fetus died in the womb
post_term | kehamilan lebih bulan | post-term
breech | letak sungsang | breech
transverse | letak lintang | transverse
bleeding | perdarahan dalam kehamilan ini | bleeding in this pregnancy
severe_pe | preeklampsia berat/kejang | severe pre-eclampsia or fits
""")
PE_HIGH_RISKS = coded("""
previous_preeclampsia | riwayat preeklampsia | pre-eclampsia before
multiple_pregnancy | kehamilan multipel | multiple pregnancy
diabetes | diabetes | diabetes
chronic_hypertension | hipertensi kronik | chronic hypertension
kidney_disease | penyakit ginjal | kidney disease
autoimmune | penyakit autoimun | autoimmune disease
antiphospholipid | sindrom antifosfolipid | antiphospholipid syndrome
""")
PE_MODERATE_RISKS = coded("""
new_partner | kehamilan dengan pasangan baru | new partner
assisted_reproduction | kehamilan dengan teknologi reproduksi berbantu | assisted reproduction
nullipara | belum pernah melahirkan | no birth before
family_preeclampsia | riwayat preeklampsia pada ibu atau saudara perempuan | pre-eclampsia of mother or sister
""")
_CHRONIC = coded("""
hypertension | hipertensi | hypertension
diabetes | diabetes | diabetes
heart | penyakit jantung | heart disease
kidney | penyakit ginjal | kidney disease
asthma | asma | asthma
tb | TBC | tuberculosis
epilepsy | epilepsi | epilepsy
thyroid | penyakit tiroid | thyroid disease
autoimmune | penyakit autoimun | autoimmune disease
hiv | HIV | HIV
hepatitis_b | hepatitis B | hepatitis B
malaria | malaria | malaria
none | tidak ada | none
""")
_STATUS = coded("""
active | hamil | pregnant
delivered | sudah bersalin | delivered
ended | berakhir (abortus/ektopik) | ended (miscarriage, ectopic)
moved | pindah | moved away
lost | tidak terpantau | lost to follow-up
died | meninggal | died
""")
_OLDEST_LMP_DAYS = 320

PREGNANCY = RecordType(
    name="pregnancy",
    program="maternal",
    label=label("Pendaftaran ibu hamil", "Pregnancy"),
    subject="woman_id",
    fields=(
        link("woman_id", "ibu", "woman", R, names="person"),
        day("registered_on", "tanggal daftar", "registered on", R),
        day("lmp_date", "HPHT", "first day of the last menstruation", C, source="S1"),
        day("edd_ultrasound", "HPL USG", "due date by ultrasound", future=True, source="S1"),
        day("ultrasound_date", "tanggal USG", "date of the ultrasound", source="S1"),
        day("edd_stated", "HPL menurut ibu/buku", "due date as told or in the book", future=True),
        integer("gravida", "gravida", "pregnancies, with this one", R, hard=(1, 20), soft=(1, 10), source="S2"),
        integer("parity", "paritas", "births of 22 weeks or more", R, hard=(0, 20), source="gk"),
        integer("abortions", "keguguran", "miscarriages", R, hard=(0, 15), restricted=True, source="S2"),
        integer("stillbirths", "lahir mati", "stillbirths", R, hard=(0, 15), source="S2"),
        integer("living_children", "anak hidup", "living children", R, hard=(0, 20), source="gk"),
        integer("caesarean_count", "riwayat SC", "caesareans before", R, hard=(0, 6), source="S5"),
        day("last_delivery_date", "persalinan terakhir", "last delivery", C, source="S5"),
        number(
            "married_years_before_first",
            "lama kawin sebelum hamil pertama",
            "years married before the first pregnancy",
            C,
            hard=(0, 40),
            source="S5",
        ),
        number("height_cm", "tinggi badan", "height", R, unit="cm", hard=(100, 210), soft=(130, 185), source="S4"),
        number(
            "pre_pregnancy_weight_kg",
            "BB sebelum hamil",
            "weight before pregnancy",
            unit="kg",
            hard=(25, 200),
            soft=(35, 120),
            source="S18",
        ),
        choices(
            "kspr_factors",
            "faktor risiko ditanya (KSPR)",
            "risk factors asked (KSPR)",
            R,
            codes=KSPR_FACTORS,
            source="S5",
        ),
        choices(
            "pe_high_risks",
            "risiko tinggi preeklampsia",
            "high risks of pre-eclampsia",
            codes=PE_HIGH_RISKS,
            source="gk",
        ),
        choices(
            "pe_moderate_risks",
            "risiko sedang preeklampsia",
            "moderate risks of pre-eclampsia",
            codes=PE_MODERATE_RISKS,
            source="gk",
        ),
        choices("chronic_conditions", "penyakit", "illnesses", R, codes=_CHRONIC, source="S1"),
        yes_no("has_marriage_document", "buku nikah ada", "marriage document at hand", source="S11"),
        yes_no("child_of_mother_only", "anak seorang ibu", "child of the mother only", source="S11"),
        choice("status", "status", "status", R, codes=_STATUS),
    ),
    checks=(
        AnyOf(
            ("lmp_date", "edd_ultrasound", "edd_stated"),
            label("isi salah satu: HPHT, HPL USG atau HPL menurut ibu", "one of lmp_date, edd_ultrasound, edd_stated"),
        ),
        Order("lmp_date", "<=", "registered_on", label("HPHT setelah tanggal daftar", "LMP after the registration")),
        Order(
            "lmp_date",
            ">=",
            "registered_on",
            label(
                f"HPHT lebih dari {_OLDEST_LMP_DAYS} hari sebelum tanggal daftar",
                f"LMP more than {_OLDEST_LMP_DAYS} days before the registration",
            ),
            days=-_OLDEST_LMP_DAYS,
        ),
        Order("gravida", ">", "parity", label("gravida harus lebih dari paritas", "gravida must be more than parity")),
        Order(
            "last_delivery_date",
            "<=",
            "lmp_date",
            label("persalinan terakhir harus sebelum HPHT", "the last delivery must be before the LMP"),
            days=-1,
        ),
    ),
)
