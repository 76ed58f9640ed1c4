"""The record types death_event, death_registration and stillbirth_report.

The event is what happened, told by anyone; the registration is the way to a death
certificate. A stillbirth is never a death event: it has its own report.
"""

from fieldsync.programs.civil.application import in_order, informant, steps_in_office
from fieldsync.programs.declare import R, RecordType, choice, coded, day, label, link, note, text

_DEATH_PLACE = coded("""
home | rumah | home
hospital | rumah sakit | hospital
puskesmas | puskesmas | health centre
on_the_way | dalam perjalanan | on the way
other | lainnya | other
""")
_RECORDED_BY = coded("""
health | tenaga kesehatan | health worker
village | desa | village
family | keluarga | family
""")
_DOCUMENTS = coded("""
death_letter | surat kematian dari dokter atau kepala desa | death letter of a doctor or the village head
ktp_or_kk_deceased | KTP-el/KK yang meninggal | identity or family card of the dead person
reporter_id | KTP-el pelapor | reporter's identity card
witness_1 | saksi 1 | witness 1
witness_2 | saksi 2 | witness 2
""")

DEATH_EVENT = RecordType(
    name="death_event",
    program="civil",
    label=label("Kematian", "Death"),
    subject="person_id",
    fields=(
        link("person_id", "yang meninggal", "who died", R, names="person"),
        day("date_of_death", "tanggal meninggal", "date of death", R, source="S10"),
        choice("place", "tempat meninggal", "place of death", codes=_DEATH_PLACE),
        note("cause_text", "sebab kematian menurut pelapor", "cause of death as told"),
        choice("recorded_by", "dicatat oleh", "recorded by", R, codes=_RECORDED_BY),
    ),
)

DEATH_REGISTRATION = RecordType(
    name="death_registration",
    program="civil",
    label=label("Pencatatan kematian", "Death registration"),
    subject="person_id",
    fields=(
        link("person_id", "yang meninggal", "who died", R, names="person"),
        *steps_in_office(_DOCUMENTS),
        informant(),
    ),
    checks=in_order("submitted_on", "complete_on", "registered_on"),
)

STILLBIRTH_REPORT = RecordType(
    name="stillbirth_report",
    program="civil",
    label=label("Laporan lahir mati", "Stillbirth report"),
    subject="delivery_id",
    fields=(
        link("delivery_id", "persalinan", "delivery", R, names="delivery"),
        day("reported_on", "tanggal lapor", "reported on", R, source="S10"),
        text(
            "letter",
            "nomor surat keterangan lahir mati",
            "number of the stillbirth letter",
            length=(1, 60),
            sealed=True,
            source="S10",
        ),
    ),
)
