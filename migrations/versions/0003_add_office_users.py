"""Add office users, their sessions, and the audit trail."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RawJson, RecordId

revision = "0003_add_office_users"
down_revision = "0002_walk_by_person"
branch_labels = None
depends_on = None

COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "office_user",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("areas", RawJson(), nullable=False),
        sa.Column("programs", RawJson(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "role IN ('viewer', 'coordinator', 'data_manager', 'admin')", name=op.f("ck_office_user_role")
        ),
        sa.CheckConstraint("length(username) BETWEEN 1 AND 80", name=op.f("ck_office_user_username")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_user")),
        sa.UniqueConstraint("folded", name=op.f("uq_office_user_folded")),
    )
    op.create_table(
        "office_session",
        sa.Column("token_hash", RecordId(), nullable=False),
        sa.Column("user_id", RecordId(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.CheckConstraint("expires_at > issued_at", name=op.f("ck_office_session_lasts")),
        sa.ForeignKeyConstraint(["user_id"], ["office_user.id"], name=op.f("fk_office_session_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_office_session")),
    )
    op.create_index("ix_office_session_user", "office_session", ["user_id", "expires_at"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", RecordId(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", RawJson(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["office_user.id"], name=op.f("fk_audit_entry_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "id"], unique=False)
    op.create_index("ix_audit_entry_user", "audit_entry", ["user_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_audit_entry_user", table_name="audit_entry")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index("ix_office_session_user", table_name="office_session")
    op.drop_table("office_session")
    op.drop_table("office_user")
