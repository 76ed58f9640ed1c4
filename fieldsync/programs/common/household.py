"""The form of a household: one family card, its head, its members and where it lives.

It names its people; a person names the household without waiting for it, so that neither
locks the other out. Whether the members agree with their own records is not asked here.
"""

from fieldsync.programs import codes
from fieldsync.programs.declare import R, RecordType, choice, coded, day, digits, label, link, rows, text

_SOCIAL_AID = coded("""
none | tidak menerima | none
pkh | Program Keluarga Harapan (PKH) | conditional cash transfer (PKH)
bpnt | bantuan pangan non-tunai/sembako (BPNT) | food aid (BPNT)
blt_village | BLT Dana Desa | village fund cash aid
pbi_jkn | penerima bantuan iuran JKN (PBI) | health insurance paid by the state (PBI)
several | lebih dari satu bantuan | more than one
other | bantuan lain | other
""")
_WATER_SOURCE = coded("""
piped | leding/PDAM | piped
borehole | sumur bor/pompa | borehole or pump
protected_well | sumur terlindung | protected well
unprotected_well | sumur tak terlindung | unprotected well
spring | mata air | spring
river | sungai, rawa atau danau | river, swamp or lake
rain | air hujan | rain water
bottled | air kemasan/isi ulang | bottled or refilled
other | lainnya | other
""")
_LATRINE = coded("""
own_septic | jamban sendiri dengan tangki septik | own, with septic tank
own_no_septic | jamban sendiri tanpa tangki septik | own, without septic tank
shared | jamban bersama | shared
public | jamban umum | public
none | tidak ada | none
""")

HOUSEHOLD = RecordType(
    name="household",
    program="common",
    label=label("rumah tangga / KK", "household / family card"),
    subject="head_person_id",
    fields=(
        digits("kk_number", "nomor KK", "family card number", count=16, sealed=True, source="S11"),
        link("head_person_id", "kepala keluarga", "head of family", R, names="person"),
        rows(
            "members",
            "anggota keluarga",
            "members",
            R,
            length=(1, 30),
            soft=(1, 15),
            fields=(
                link("person_id", "orang", "person", R, names="person"),
                choice(
                    "relation",
                    "hubungan dengan kepala keluarga",
                    "relation to the head of family",
                    codes=codes.RELATION,
                ),
            ),
        ),
        text("address", "alamat", "address", R, sealed=True),
        digits("rt", "RT", "neighbourhood unit (RT)", R, count=3, sealed=True),
        digits("rw", "RW", "citizens' unit (RW)", R, count=3, sealed=True),
        text("hamlet", "dusun", "hamlet", R, sealed=True),
        day("kk_updated_on", "KK terakhir diperbarui", "family card last updated on"),
        choice("social_aid", "bantuan sosial", "social aid", codes=_SOCIAL_AID),
        choice("water_source", "sumber air", "water source", codes=_WATER_SOURCE),
        choice("latrine", "jamban", "latrine", codes=_LATRINE),
    ),
)
