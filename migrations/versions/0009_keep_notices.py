"""Keep notices: who is told of what, and the outbox of what is yet to be told."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RawJson, RecordId, Sealed

revision = "0009_keep_notices"
down_revision = "0008_keep_rule_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_target",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("address", Sealed("notice address {id}"), nullable=False),
        sa.Column("secrets", Sealed("notice secrets {id}"), nullable=True),
        sa.Column("areas", RawJson(), nullable=False),
        sa.Column("programs", RawJson(), nullable=False),
        sa.Column("events", RawJson(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.Column("disabled_why", sa.String(length=8), nullable=True),
        sa.CheckConstraint("kind IN ('email', 'webhook', 'apprise')", name=op.f("ck_notice_target_kind")),
        sa.CheckConstraint("(kind = 'webhook') = (secrets IS NOT NULL)", name=op.f("ck_notice_target_secrets")),
        sa.CheckConstraint("language IN ('id', 'en')", name=op.f("ck_notice_target_language")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_notice_target_name")),
        sa.CheckConstraint("(disabled_at IS NULL) = (disabled_why IS NULL)", name=op.f("ck_notice_target_disabled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_target")),
        sa.UniqueConstraint("name", name=op.f("uq_notice_target_name")),
    )
    op.create_table(
        "notice",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("target_id", RecordId(), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("detail", RawJson(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_notice_state")),
        sa.CheckConstraint("(state = 'queued') = (ended_at IS NULL)", name=op.f("ck_notice_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("target_id", "event", "about", "step", name="uq_notice_told"),
    )
    op.create_index("ix_notice_due", "notice", ["state", "next_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notice_due", table_name="notice")
    op.drop_table("notice")
    op.drop_table("notice_target")
