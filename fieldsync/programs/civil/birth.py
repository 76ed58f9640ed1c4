"""The record type birth_registration: an application for a birth certificate (form F-2.01).

The child's data stand as told on the form, beside the person record. Whether the papers
suffice, and whether the child was born alive, is not asked here.
"""

from fieldsync.programs import codes
from fieldsync.programs.civil.application import in_order, informant, steps_in_office
from fieldsync.programs.declare import (
    C,
    R,
    RecordType,
    choice,
    clock,
    coded,
    day,
    integer,
    label,
    link,
    number,
    text,
    yes_no,
)

_DOCUMENTS = coded("""
birth_letter | surat keterangan lahir | birth letter
sptjm_birth | SPTJM kebenaran data kelahiran (F-2.03) | statement on the birth (F-2.03)
marriage_paper | buku nikah/akta perkawinan | marriage paper
sptjm_marriage | SPTJM pasangan suami istri (F-2.04) | statement on the marriage (F-2.04)
kk | kartu keluarga | family card
ktp_mother | KTP-el ibu | mother's identity card
ktp_father | KTP-el ayah | father's identity card
witness_1 | saksi 1 | witness 1
witness_2 | saksi 2 | witness 2
informant_id | KTP-el pelapor | informant's identity card
police_report | berita acara kepolisian | police report
""")
_OTHER = coded("""
other | lainnya | other
""")
_BIRTH_KIND = coded("""
single | tunggal | single
twin | kembar 2 | twins
triplet | kembar 3 | triplets
quadruplet | kembar 4 | quadruplets
more | lebih dari 4 | more
""")

BIRTH_REGISTRATION = RecordType(
    name="birth_registration",
    program="civil",
    label=label("Pencatatan kelahiran (F-2.01)", "Birth registration"),
    subject="person_id",
    fields=(
        link("person_id", "anak", "child", R, names="person"),
        *steps_in_office(_DOCUMENTS),
        informant(),
        yes_no("foundling", "anak tanpa asal usul", "foundling"),
        yes_no("child_of_mother_only", "anak seorang ibu", "child of the mother only"),
        text("child_name", "nama anak", "child's name", C, length=(1, 60), sealed=True, source="S11"),
        choice("child_sex", "jenis kelamin anak", "child's sex", C, codes=codes.SEX, source="S11"),
        choice(
            "birth_place", "tempat dilahirkan", "place of delivery", C, codes=codes.BIRTH_PLACE | _OTHER, source="S11"
        ),
        text("birth_town", "kabupaten/kota kelahiran", "regency of birth", C, length=(1, 100), source="S11"),
        day("birth_date", "tanggal lahir", "date of birth", C, source="S11"),
        clock("birth_time", "pukul", "time of birth", C, source="S11"),
        choice("birth_kind", "jenis kelahiran", "kind of birth", C, codes=_BIRTH_KIND, source="S11"),
        integer("birth_order", "kelahiran ke", "which birth of the mother", C, hard=(1, 20), source="S11"),
        choice("birth_helper", "penolong kelahiran", "who helped", C, codes=codes.ATTENDANT | _OTHER, source="S11"),
        integer("birth_weight_g", "berat bayi", "birth weight", unit="g", hard=(300, 7000), soft=(800, 5500)),
        number("birth_length_cm", "panjang bayi", "birth length", unit="cm", hard=(25, 65), soft=(40, 56)),
    ),
    checks=(*in_order("birth_date", "submitted_on"), *in_order("submitted_on", "complete_on", "registered_on")),
)
