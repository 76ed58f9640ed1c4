"""Keep follow-up: flags, cases and what happened to them, actions of tablets, mentions, and when to look again."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RawJson, RecordId

revision = "0006_follow_up"
down_revision = "0005_seal_hash_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_cases()
    _make_flags()
    _make_events()
    _make_indices()


def _make_cases() -> None:
    op.create_table(
        "follow_up_case",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("person_id", RecordId(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("program", sa.String(length=16), nullable=False),
        sa.Column("area", sa.String(length=13), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("assignee", sa.String(length=80), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("emergency_at", Instant(), nullable=True),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("escalation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("merged_into", RecordId(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_case")),
    )


def _make_flags() -> None:
    op.create_table(
        "flag",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("case_id", RecordId(), nullable=False),
        sa.Column("person_id", RecordId(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("episode", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("program", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("handled_on", sa.Date(), nullable=True),
        sa.Column("handled_mark", sa.String(length=32), nullable=True),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("evidence", RawJson(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("rule", "subject", "episode", "program", name=op.f("uq_flag_rule_subject_episode_program")),
    )


def _make_events() -> None:
    op.create_table(
        "case_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", RecordId(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=True),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("flag_id", RecordId(), nullable=True),
        sa.Column("detail", RawJson(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_table(
        "flag_action",
        sa.Column("record_id", RecordId(), nullable=False),
        sa.Column("flag_id", sa.String(length=80), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_flag_action")),
    )
    op.create_table(
        "mention",
        sa.Column("named_id", RecordId(), nullable=False),
        sa.Column("record_id", RecordId(), nullable=False),
        sa.PrimaryKeyConstraint("named_id", "record_id", name=op.f("pk_mention")),
    )
    op.create_table(
        "watch",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("record", sa.Boolean(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )


def _make_indices() -> None:
    op.create_index("ix_follow_up_case_person", "follow_up_case", ["person_id"])
    op.create_index("ix_follow_up_case_list", "follow_up_case", ["program", "status", "severity", "due", "id"])
    op.create_index("ix_follow_up_case_area", "follow_up_case", ["area", "status"])
    op.create_index("ix_flag_case", "flag", ["case_id"])
    op.create_index("ix_flag_person", "flag", ["person_id"])
    op.create_index("ix_flag_subject", "flag", ["subject"])
    op.create_index("ix_case_event_case", "case_event", ["case_id", "id"])
    op.create_index("ix_flag_action_flag", "flag_action", ["flag_id"])
    op.create_index("ix_watch_look_on", "watch", ["look_on", "id"])


def downgrade() -> None:
    for table in ("watch", "mention", "flag_action", "case_event", "flag", "follow_up_case"):
        op.drop_table(table)
