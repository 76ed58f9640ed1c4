"""Keep identities: keys and sealed profiles, links, merges, splits, what humans said, and the pairs that await them."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RawJson, RecordId

revision = "0004_keep_identities"
down_revision = "0003_add_office_users"
branch_labels = None
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "identity_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", RecordId(), nullable=False),
        sa.PrimaryKeyConstraint("key", "person_id", name=op.f("pk_identity_key")),
    )
    op.create_table(
        "identity_profile",
        sa.Column("person_id", RecordId(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_identity_profile")),
    )
    op.create_table(
        "identity_word",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_identity_word")),
    )
    _create_history()
    _create_decisions()
    op.drop_table("nik")
    # Of records of every type, not of person records only: all that is known of one person is read by it.
    op.drop_index("ix_record_person", table_name="record")
    op.create_index("ix_record_person", "record", ["person_id"], unique=False)


def _create_history() -> None:
    op.create_table(
        "person_link",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("record_id", RecordId(), nullable=False),
        sa.Column("person_id", RecordId(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("p", sa.Float(), nullable=True),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("why", RawJson(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_link")),
    )
    op.create_index(op.f("ix_person_link_record_id"), "person_link", ["record_id"], unique=False)
    op.create_table(
        "person_merge",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("loser", RecordId(), nullable=False),
        sa.Column("winner", RecordId(), nullable=False),
        sa.Column("last_link", COUNTED, nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("why", RawJson(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    op.create_index(op.f("ix_person_merge_loser"), "person_merge", ["loser"], unique=False)
    op.create_index(op.f("ix_person_merge_winner"), "person_merge", ["winner"], unique=False)
    op.create_table(
        "person_split",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("person_id", RecordId(), nullable=False),
        sa.Column("new_person_id", RecordId(), nullable=False),
        sa.Column("records", RawJson(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_split")),
    )
    op.create_index(op.f("ix_person_split_person_id"), "person_split", ["person_id"], unique=False)
    op.create_index(op.f("ix_person_split_new_person_id"), "person_split", ["new_person_id"], unique=False)


def _create_decisions() -> None:
    op.create_table(
        "not_same",
        sa.Column("a", RecordId(), nullable=False),
        sa.Column("b", RecordId(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("a", "b", name=op.f("pk_not_same")),
    )
    op.create_index(op.f("ix_not_same_b"), "not_same", ["b"], unique=False)
    op.create_table(
        "identity_review",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("record_a", RecordId(), nullable=False),
        sa.Column("record_b", RecordId(), nullable=False),
        sa.Column("area_a", sa.String(length=13), nullable=False),
        sa.Column("area_b", sa.String(length=13), nullable=False),
        sa.Column("p", sa.Float(), nullable=False),
        sa.Column("gain", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("levels", RawJson(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_review")),
    )
    op.create_index("ix_identity_review_queue", "identity_review", ["status", "gain", "id"], unique=False)
    op.create_index("ix_identity_review_a", "identity_review", ["record_a"], unique=False)
    op.create_index("ix_identity_review_b", "identity_review", ["record_b"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_record_person", table_name="record")
    is_person = sa.text("type = 'person'")
    op.create_index(
        *("ix_record_person", "record", ["person_id"]),
        unique=False,
        postgresql_where=is_person,
        sqlite_where=is_person,
    )
    for table in (
        *("identity_review", "not_same", "person_split", "person_merge", "person_link"),
        *("identity_word", "identity_profile", "identity_key"),
    ):
        op.drop_table(table)
    op.create_table(
        "nik",
        sa.Column("key", RecordId(), nullable=False),
        sa.Column("person_id", RecordId(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_nik")),
    )
