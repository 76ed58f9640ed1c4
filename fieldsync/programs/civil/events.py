"""The record types move_event, marriage_event and divorce_event.

Ages of the married are not asked here: that needs their own records.
"""

from fieldsync.programs import codes
from fieldsync.programs.checks import Order
from fieldsync.programs.civil.application import in_order
from fieldsync.programs.declare import C, R, RecordType, area, choice, day, label, link, links, text, yes_no

_TWO_PEOPLE = label("suami dan istri harus dua orang", "husband and wife must be two people")

MOVE_EVENT = RecordType(
    name="move_event",
    program="civil",
    label=label("Pindah", "Move"),
    fields=(
        links("person_ids", "yang pindah", "who moved", R, names="person", length=(1, 30)),
        area("from", "wilayah asal", "from", C, shape=codes.ANY_AREA),
        area("to", "wilayah tujuan", "to", C, shape=codes.ANY_AREA),
        text("skp_no", "nomor surat pindah (SKPWNI)", "number of the move letter", C, length=(1, 60), sealed=True),
        day("skp_issued_on", "surat pindah terbit", "move letter issued on", C),
        day("arrival_registered_on", "kedatangan dicatat", "arrival registered on", C),
    ),
    checks=in_order("skp_issued_on", "arrival_registered_on"),
)

MARRIAGE_EVENT = RecordType(
    name="marriage_event",
    program="civil",
    label=label("Perkawinan", "Marriage"),
    subject="husband_id",
    fields=(
        link("husband_id", "suami", "husband", R, names="person"),
        link("wife_id", "istri", "wife", R, names="person"),
        day("date", "tanggal perkawinan", "date of the marriage", R, source="S10"),
        choice(
            "religion_recorded",
            "agama (menurut keterangan)",
            "religion as told",
            C,
            codes=codes.RELIGION,
            restricted=True,
        ),
        day("registered_on", "tanggal pencatatan", "registered on", C, source="S10"),
        text(
            "registration_no",
            "nomor akta perkawinan/buku nikah",
            "number of Dukcapil or KUA",
            C,
            length=(1, 60),
            sealed=True,
        ),
        text(
            "dispensation_no",
            "nomor penetapan dispensasi kawin",
            "number of the court's dispensation",
            C,
            length=(1, 60),
            sealed=True,
            source="UU 16/2019",
        ),
        yes_no("kk_updated", "KK sudah diperbarui", "family card updated"),
    ),
    checks=(Order("husband_id", "!=", "wife_id", _TWO_PEOPLE), *in_order("date", "registered_on")),
)

DIVORCE_EVENT = RecordType(
    name="divorce_event",
    program="civil",
    label=label("Perceraian", "Divorce"),
    subject="husband_id",
    fields=(
        link("husband_id", "suami", "husband", C, names="person"),
        link("wife_id", "istri", "wife", C, names="person"),
        text("ruling_no", "nomor putusan", "number of the ruling", C, length=(1, 60), sealed=True),
        day("ruling_final_on", "putusan berkekuatan tetap", "ruling final on", R, source="S10"),
        day("reported_on", "tanggal lapor", "reported on", C, source="S10"),
    ),
    checks=(Order("husband_id", "!=", "wife_id", _TWO_PEOPLE), *in_order("ruling_final_on", "reported_on")),
)
