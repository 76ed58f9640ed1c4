"""The record type service_request: an application for identity papers, a family card, a move, a change of data.

The service standard (working days, fee) is carried as it was told to the applicant. Of
biometric data only that they were taken is kept, never the data.
"""

from fieldsync.programs.civil.application import WORKDAYS, in_order
from fieldsync.programs.declare import (
    C,
    R,
    RecordType,
    choice,
    coded,
    day,
    integer,
    label,
    link,
    shape,
    texts,
    yes_no,
)

_SERVICE = coded("""
ktp_el_new | KTP-el baru | new identity card
ktp_el_lost | KTP-el hilang | identity card lost
ktp_el_damaged | KTP-el rusak | identity card damaged
ktp_el_change | KTP-el perubahan data | identity card, data changed
kia_new | KIA baru | new child identity card
kia_lost | KIA hilang | child identity card lost
kk_new | KK baru | new family card
kk_add_child | KK tambah anak | family card, child added
kk_reduce | KK pengurangan anggota | family card, member taken out
kk_change | KK perubahan data | family card, data changed
kk_lost | KK hilang/rusak | family card lost
move_out | pindah keluar | moving out
move_in | pindah datang | moving in
biodata_new | pencatatan biodata | biodata recorded
name_change | perubahan nama | change of name
birth_certificate_reprint | kutipan kedua akta lahir | birth certificate again
""")
_FORM = coded("""
F-1.01 | F-1.01 biodata keluarga | F-1.01 biodata of a family
F-1.02 | F-1.02 pendaftaran peristiwa kependudukan | F-1.02 population event
F-1.03 | F-1.03 perpindahan penduduk | F-1.03 move
F-1.05 | F-1.05 SPTJM perkawinan/perceraian belum tercatat | F-1.05 statement on marriage or divorce
F-1.06 | F-1.06 pernyataan perubahan elemen data | F-1.06 statement of change
F-2.01 | F-2.01 pencatatan sipil | F-2.01 civil registration
""")
# The office's service standard decides which papers a service needs, so other words of this shape are taken too.
_DOCUMENTS = coded("""
kk | kartu keluarga | family card
ktp | KTP-el | identity card
ktp_mother | KTP-el ibu | mother's identity card
ktp_father | KTP-el ayah | father's identity card
birth_letter | surat keterangan lahir | birth letter
birth_certificate | akta kelahiran | birth certificate
marriage_paper | buku nikah/akta perkawinan | marriage paper
divorce_paper | akta cerai | divorce paper
death_certificate | akta kematian | death certificate
move_letter | surat keterangan pindah (SKPWNI) | letter of moving
police_report | surat kehilangan dari kepolisian | police report of the loss
damaged_card | kartu yang rusak | the damaged card
photo | pas foto | photograph
statement | surat pernyataan | statement
court_ruling | penetapan pengadilan | court ruling
diploma | ijazah | school certificate
village_letter | surat pengantar desa/RT | letter of the village
""")
_DOCUMENT = shape(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}", "kode dokumen, paling banyak 40", "a document code, at most 40")
_STATUS = coded("""
draft | draf | draft
submitted | diajukan | submitted
verifying | diverifikasi | being verified
incomplete | belum lengkap | incomplete
complete | lengkap | complete
in_process | diproses | in process
issued | terbit | issued
handed_over | diserahkan | handed over
rejected | ditolak | rejected
cancelled | dibatalkan | cancelled
""")
_MOST_IDR = 100_000_000

SERVICE_REQUEST = RecordType(
    name="service_request",
    program="civil",
    label=label("Permohonan layanan", "Service request"),
    subject="person_id",
    fields=(
        link("person_id", "pemohon", "applicant", R, names="person"),
        choice("service", "layanan", "service", R, codes=_SERVICE),
        choice("form", "formulir", "form", R, codes=_FORM, source="S11"),
        texts("documents", "berkas yang ada", "documents handed in", R, codes=_DOCUMENTS, shape=_DOCUMENT),
        texts("missing", "berkas yang kurang", "documents missing", R, codes=_DOCUMENTS, shape=_DOCUMENT),
        choice("status", "status", "status", R, codes=_STATUS),
        day("submitted_on", "tanggal pengajuan", "submitted on", C),
        day("complete_on", "berkas lengkap tanggal", "all documents there on", C),
        day("issued_on", "tanggal terbit", "issued on", C),
        day("handed_over_on", "tanggal diserahkan", "handed over on", C),
        integer("standard_workdays", "baku mutu (hari kerja)", "standard time in working days", R, hard=WORKDAYS),
        integer("standard_fee_idr", "biaya baku", "standard fee", R, unit="IDR", hard=(0, _MOST_IDR)),
        integer("fee_charged_idr", "biaya yang ditarik", "fee charged", R, unit="IDR", hard=(0, _MOST_IDR)),
        yes_no("biometric_taken", "rekam biometrik", "biometrics recorded", C),
    ),
    checks=in_order("submitted_on", "complete_on", "issued_on", "handed_over_on"),
)
