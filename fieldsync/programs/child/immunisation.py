"""The record type immunisation: one dose, given now or read from the book.

Whether it was due, or is the same dose a second time, needs other records and is asked elsewhere.
"""

from fieldsync.programs import codes
from fieldsync.programs.declare import R, RecordType, choice, choices, coded, day, label, link, text

_DOSE = coded("""
HB0 | HB0 | HB0
BCG | BCG | BCG
OPV1 | polio tetes 1 | OPV 1
OPV2 | polio tetes 2 | OPV 2
OPV3 | polio tetes 3 | OPV 3
OPV4 | polio tetes 4 | OPV 4
DPT1 | DPT-HB-Hib 1 | DPT-HB-Hib 1
DPT2 | DPT-HB-Hib 2 | DPT-HB-Hib 2
DPT3 | DPT-HB-Hib 3 | DPT-HB-Hib 3
DPT4 | DPT-HB-Hib 4 (lanjutan) | DPT-HB-Hib 4 (booster)
PCV1 | PCV 1 | PCV 1
PCV2 | PCV 2 | PCV 2
PCV3 | PCV 3 | PCV 3
RV1 | rotavirus 1 | rotavirus 1
RV2 | rotavirus 2 | rotavirus 2
RV3 | rotavirus 3 | rotavirus 3
IPV1 | polio suntik 1 | IPV 1
IPV2 | polio suntik 2 | IPV 2
MR1 | campak-rubela 1 | measles-rubella 1
MR2 | campak-rubela 2 (lanjutan) | measles-rubella 2 (booster)
JE | ensefalitis Jepang | Japanese encephalitis
""")
_SOURCE = coded("""
given_now | diberikan sekarang | given now
book | dari buku KIA | from the book
recall | ingatan ibu | as remembered
""")
_AEFI = coded("""
none | tidak ada | none
fever | demam | fever
local_reaction | bengkak/nyeri di tempat suntikan | local reaction
abscess | abses | abscess
persistent_crying | menangis terus-menerus | persistent crying
rash | ruam | rash
convulsion | kejang | convulsion
anaphylaxis | anafilaksis | anaphylaxis
other | lainnya | other
""")

IMMUNISATION = RecordType(
    name="immunisation",
    program="child",
    label=label("Imunisasi", "Immunisation"),
    subject="person_id",
    fields=(
        link("person_id", "anak", "child", R, names="person"),
        choice("dose", "dosis", "dose", R, codes=_DOSE, source="S9"),
        day("given_on", "tanggal diberikan", "given on", R),
        text("batch", "nomor batch", "batch number", length=(1, 40)),
        choice("place", "tempat", "place", codes=codes.PLACE),
        choice("source", "sumber catatan", "source of the note", R, codes=_SOURCE),
        choices("aefi", "KIPI", "adverse events (AEFI)", codes=_AEFI),
    ),
)
