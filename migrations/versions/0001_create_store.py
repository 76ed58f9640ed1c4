"""Create the store: regions, vans and tablets, the ledger, the registry, identity keys, the feed."""

import secrets

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RawJson, RecordId

revision = "0001_create_store"
down_revision = None
branch_labels = None
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("batch_id", RecordId(), nullable=False),
        sa.Column("device_id", RecordId(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("device_time", Instant(), nullable=False),
        sa.Column("skew_s", sa.Float(), nullable=False),
        sa.Column("app_version", sa.String(length=40), nullable=True),
        sa.Column("outcomes", RawJson(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("ix_batch_device", "batch", ["device_id", "received_at"], unique=False)
    op.create_table(
        "change",
        sa.Column("district", sa.String(length=8), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.String(length=9), nullable=False),
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=13), nullable=False),
        sa.Column("program", sa.String(length=8), nullable=False),
        sa.Column("gone", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("district", "n", name=op.f("pk_change")),
    )
    op.create_table(
        "feed_counter",
        sa.Column("district", sa.String(length=8), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("district", name=op.f("pk_feed_counter")),
    )
    op.create_table(
        "feed_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("horizon", RawJson(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_epoch")),
    )
    op.create_table(
        "held",
        sa.Column("record_id", RecordId(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", RecordId(), nullable=False),
        sa.Column("group_id", RecordId(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("receipt", RecordId(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edit", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "content_hash", name=op.f("pk_held")),
    )
    op.create_index(op.f("ix_held_group_id"), "held", ["group_id"], unique=False)
    op.create_index(op.f("ix_held_received_at"), "held", ["received_at"], unique=False)
    op.create_table(
        "held_for",
        sa.Column("awaited", sa.String(length=80), nullable=False),
        sa.Column("record_id", RecordId(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("awaited", "record_id", "content_hash", name=op.f("pk_held_for")),
    )
    op.create_index("ix_held_for_record", "held_for", ["record_id", "content_hash"], unique=False)
    op.create_table(
        "nik",
        sa.Column("key", RecordId(), nullable=False),
        sa.Column("person_id", RecordId(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_nik")),
    )
    op.create_table(
        "person",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("merged_into", RecordId(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("data", RawJson(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(
        "ix_person_alias",
        "person",
        ["id"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
        sqlite_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_person_merged_into",
        "person",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
        sqlite_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("receipt", RecordId(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("record_id", RecordId(), nullable=True),
        sa.Column("device_id", RecordId(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("errors", RawJson(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(
        "ix_quarantine_open",
        "quarantine",
        ["record_id"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "record",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=13), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("person_id", RecordId(), nullable=True),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("device_id", RecordId(), nullable=True),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("base_rev", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=True),
        sa.Column("received_at", Instant(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("head", RawJson(), nullable=False),
        sa.Column("data", RawJson(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index(
        "ix_record_person",
        "record",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("type = 'person'"),
        sqlite_where=sa.text("type = 'person'"),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("parent", sa.String(length=8), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.CheckConstraint("(level = 'province') = (parent IS NULL)", name=op.f("ck_region_parent")),
        sa.CheckConstraint("level IN ('province', 'regency', 'district', 'village')", name=op.f("ck_region_level")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_index(op.f("ix_region_parent"), "region", ["parent"], unique=False)
    op.create_table(
        "revision",
        sa.Column("record_id", RecordId(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("device_id", RecordId(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("base_rev", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("head", RawJson(), nullable=False),
        sa.Column("data", RawJson(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", "rev", name=op.f("pk_revision")),
    )
    op.create_table(
        "van",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_van_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_van")),
        sa.UniqueConstraint("name", name=op.f("uq_van_name")),
    )
    op.create_table(
        "wrong_code",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("address_hash", RecordId(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
    )
    op.create_index("ix_wrong_code_address", "wrong_code", ["address_hash", "at"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("van_id", RecordId(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("app_version", sa.String(length=40), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("enrolled_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("wipe", sa.Boolean(), nullable=False),
        sa.Column("last_push_at", Instant(), nullable=True),
        sa.Column("last_pull_at", Instant(), nullable=True),
        sa.Column("skew_s", sa.Float(), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("NOT wipe OR revoked_at IS NOT NULL", name=op.f("ck_device_wipe_when_revoked")),
        sa.CheckConstraint("applied >= 0 AND held >= 0 AND rejected >= 0", name=op.f("ck_device_counts")),
        sa.ForeignKeyConstraint(["van_id"], ["van.id"], name=op.f("fk_device_van_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index("ix_device_van", "device", ["van_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("code_hash", RecordId(), nullable=False),
        sa.Column("van_id", RecordId(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("device_id", RecordId(), nullable=True),
        sa.CheckConstraint("(used_at IS NULL) = (device_id IS NULL)", name=op.f("ck_invitation_used_by_one")),
        sa.ForeignKeyConstraint(["van_id"], ["van.id"], name=op.f("fk_invitation_van_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitation")),
    )
    op.create_table(
        "van_scope",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("van_id", RecordId(), nullable=False),
        sa.Column("areas", RawJson(), nullable=False),
        sa.Column("programs", RawJson(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["van_id"], ["van.id"], name=op.f("fk_van_scope_van_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_van_scope")),
    )
    op.create_index("ix_van_scope_van", "van_scope", ["van_id", "id"], unique=False)
    epoch = sa.table("feed_epoch", sa.column("id"), sa.column("epoch"), sa.column("horizon", RawJson()))
    op.bulk_insert(epoch, [{"id": 1, "epoch": secrets.token_hex(4), "horizon": "{}"}])
    if op.get_bind().dialect.name == "postgresql":
        # Bodies are compressed and sealed: trying to compress them again only costs time.
        op.execute("ALTER TABLE batch ALTER COLUMN body SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_index("ix_van_scope_van", table_name="van_scope")
    op.drop_table("van_scope")
    op.drop_table("invitation")
    op.drop_index("ix_device_van", table_name="device")
    op.drop_table("device")
    op.drop_index("ix_wrong_code_address", table_name="wrong_code")
    op.drop_table("wrong_code")
    op.drop_table("van")
    op.drop_table("revision")
    op.drop_index(op.f("ix_region_parent"), table_name="region")
    op.drop_table("region")
    op.drop_index(
        "ix_record_person",
        table_name="record",
        postgresql_where=sa.text("type = 'person'"),
        sqlite_where=sa.text("type = 'person'"),
    )
    op.drop_table("record")
    op.drop_index(
        "ix_quarantine_open",
        table_name="quarantine",
        postgresql_where=sa.text("settled_at IS NULL"),
        sqlite_where=sa.text("settled_at IS NULL"),
    )
    op.drop_table("quarantine")
    op.drop_index(
        "ix_person_merged_into",
        table_name="person",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
        sqlite_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_index(
        "ix_person_alias",
        table_name="person",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
        sqlite_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_table("person")
    op.drop_table("nik")
    op.drop_index("ix_held_for_record", table_name="held_for")
    op.drop_table("held_for")
    op.drop_index(op.f("ix_held_received_at"), table_name="held")
    op.drop_index(op.f("ix_held_group_id"), table_name="held")
    op.drop_table("held")
    op.drop_table("feed_epoch")
    op.drop_table("feed_counter")
    op.drop_table("change")
    op.drop_index("ix_batch_device", table_name="batch")
    op.drop_table("batch")
