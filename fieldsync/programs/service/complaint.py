"""The record type complaint: a complaint or a wish, handled by the national scheme SP4N-LAPOR.

The reporter and every text are identity values: a complaint may name anyone. Who sees
them, and by when an answer is due, is not decided here.
"""

from fieldsync.programs.checks import Check, Order
from fieldsync.programs.declare import (
    C,
    R,
    RecordType,
    area,
    choice,
    coded,
    day,
    label,
    note,
    text,
    texts,
    yes_no,
)

_CHANNEL = coded("""
van | mobil pelayanan | outreach van
counter | loket | counter
lapor_web | LAPOR! web | LAPOR! website
sms_1708 | SMS 1708 | SMS 1708
app | aplikasi | app
social | media sosial | social media
letter | surat | letter
phone | telepon | telephone
""")
_CLASS = coded("""
information_request | permintaan informasi | request for information
aspiration | aspirasi | aspiration
non_supervisory | tidak berkadar pengawasan | no supervision element
supervisory | berkadar pengawasan | supervision element
""")
_CATEGORY = coded("""
civil_registration | administrasi kependudukan | civil registration
health_service | pelayanan kesehatan | health service
fees | biaya/pungutan | fees
conduct | sikap petugas | conduct of staff
schedule | jadwal dan jangkauan | schedule and reach
medicine | obat dan alat | medicine and equipment
facilities | sarana | facilities
infrastructure | infrastruktur | infrastructure
social_aid | bantuan sosial | social aid
education | pendidikan | education
data | data dan informasi | data and information
privacy | kerahasiaan data pribadi | privacy
health_insurance | jaminan kesehatan (BPJS/KIS) | health insurance
water_sanitation | air bersih dan sanitasi | water and sanitation
environment | lingkungan hidup | environment
village_government | pemerintahan desa | village government
public_order | ketertiban umum | public order
disaster | kebencanaan | disaster
other | lainnya | other
""")
_STATUS = coded("""
received | belum terverifikasi | received, not verified
postponed | tunda | postponed
not_ours | bukan wewenang | not ours
archived | diarsipkan | archived
rejected | ditolak | rejected
forwarded | terdisposisi | forwarded
in_process | diproses | in process
replied | dijawab | replied
reopened | dibuka kembali | reopened
closed | selesai | closed
""")


def _after_receipt(step: str) -> Check:
    why = label("sebelum pengaduan diterima", "before the complaint was received")
    return Order(step, ">=", "received_on", why, grave=False)


COMPLAINT = RecordType(
    name="complaint",
    program="service",
    label=label("Pengaduan", "Complaint"),
    fields=(
        day("received_on", "diterima", "received on", R, source="S12"),
        choice("channel", "kanal", "channel", R, codes=_CHANNEL, source="S12"),
        text("reporter", "pelapor", "reporter", C, length=(1, 120), sealed=True, restricted=True, source="S12"),
        yes_no("anonymous", "anonim", "anonymous to the reported unit", R, source="S12"),
        yes_no("confidential", "rahasia", "text hidden from the public", R, source="S12"),
        choice("class", "klasifikasi", "class", R, codes=_CLASS, source="S12"),
        choice("category", "kategori", "category", R, codes=_CATEGORY, source="S12"),
        note("text", "isi pengaduan", "text", R, source="S12"),
        area("place", "desa kejadian", "village", R),
        text("subject_unit", "unit yang diadukan", "unit complained of", R, length=(1, 120)),
        choice("status", "status", "status", R, codes=_STATUS, source="S12"),
        day("forwarded_on", "diteruskan", "forwarded on", C),
        day("replied_on", "dijawab", "replied on", C),
        day("closed_on", "ditutup", "closed on", C),
        day("reopened_on", "dibuka kembali", "reopened on", C),
        texts("replies", "tindak lanjut", "replies", C, sealed=True, source="S12"),
        texts("evidence", "bukti", "evidence", C, sealed=True, source="S12"),
    ),
    checks=(
        _after_receipt("forwarded_on"),
        _after_receipt("replied_on"),
        _after_receipt("closed_on"),
        _after_receipt("reopened_on"),
    ),
)
