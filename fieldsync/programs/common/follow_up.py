"""The record type follow_up_action: what was done about a flag; only this closes emergencies."""

from fieldsync.programs import codes
from fieldsync.programs.declare import C, R, RecordType, choice, coded, day, label, note, text

_ACTION = coded("""
call | telepon | call
home_visit | kunjungan rumah | home visit
referral | rujukan | referral
treatment | pengobatan | treatment
document_given | dokumen diserahkan | document given
office_contact | menghubungi kantor | contact with the office
other | lainnya | other
""")

FOLLOW_UP_ACTION = RecordType(
    name="follow_up_action",
    program="common",
    label=label("Tindak lanjut", "Follow-up action"),
    fields=(
        text("flag_id", "tanda yang ditindaklanjuti", "flag", R, length=(1, 80), source="policy"),
        day("done_on", "tanggal tindakan", "done on", R, source="policy"),
        text("by", "oleh", "done by", R, length=(1, 80), sealed=True, source="policy"),
        choice("kind", "jenis tindakan", "kind of action", C, codes=_ACTION, source="S3"),
        choice("outcome", "hasil", "outcome", C, codes=codes.OUTCOME, source="S3"),
        note("note", "catatan", "note"),
        day("next_on", "tindakan berikut", "next action on", future=True),
    ),
)
