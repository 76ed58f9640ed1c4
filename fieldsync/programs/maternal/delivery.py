"""The record type delivery: a birth, with one entry for each baby, live or still.

Only live births become persons. Gestational age and what follows from it need the
pregnancy, and are not asked here.
"""

from fieldsync.programs import codes
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
    rows,
    text,
)

_MODE = coded("""
vaginal | pervaginam | vaginal
vacuum | vakum | vacuum
forceps | forsep | forceps
caesarean | seksio sesarea | caesarean
breech_assisted | sungsang pervaginam | assisted breech
""")
_ALIVE = coded("""
alive | hidup | alive
died | meninggal | died
""")
_BIRTH = coded("""
live_birth | lahir hidup | live birth
stillbirth | lahir mati | stillbirth
""")

DELIVERY = RecordType(
    name="delivery",
    program="maternal",
    label=label("Persalinan", "Delivery"),
    subject="pregnancy_id",
    fields=(
        link("pregnancy_id", "kehamilan", "pregnancy", C, names="pregnancy"),
        day("delivered_on", "tanggal lahir", "delivered on", R, source="S11"),
        clock("delivered_time", "jam lahir", "time of birth", R, source="S11"),
        choice("place", "tempat", "place", R, codes=codes.BIRTH_PLACE, source="S11"),
        choice("attendant", "penolong", "attendant", R, codes=codes.ATTENDANT, source="S11"),
        choice("mode", "cara persalinan", "mode", R, codes=_MODE, source="S5"),
        integer("blood_loss_ml", "perdarahan", "blood loss", unit="ml", hard=(0, 6000), soft=(0, 500), source="gk"),
        choice("mother_outcome", "keadaan ibu", "the mother", R, codes=_ALIVE),
        rows(
            "babies",
            "bayi",
            "babies",
            R,
            length=(1, 5),
            fields=(
                link("person_id", "orang", "person", C, names="person"),
                choice("outcome", "keadaan lahir", "outcome", R, codes=_BIRTH, source="WHO gk"),
                choice("sex", "jenis kelamin", "sex", R, codes=codes.SEX, source="S11"),
                integer("birth_order", "urutan lahir", "order of birth", R, hard=(1, 5), source="S11"),
                integer(
                    "birth_weight_g", "berat lahir", "birth weight", C, unit="g", hard=(300, 7000), soft=(800, 5500)
                ),
                number(
                    "birth_length_cm",
                    "panjang lahir",
                    "birth length",
                    unit="cm",
                    hard=(25, 65),
                    soft=(40, 56),
                    source="S11",
                ),
                integer("apgar_1", "APGAR 1 menit", "Apgar at 1 minute", hard=(0, 10), source="gk"),
                integer("apgar_5", "APGAR 5 menit", "Apgar at 5 minutes", hard=(0, 10), source="gk"),
            ),
        ),
        text(
            "birth_letter_no",
            "nomor surat keterangan lahir",
            "number of the birth letter",
            length=(1, 60),
            sealed=True,
            source="S11",
        ),
    ),
)
