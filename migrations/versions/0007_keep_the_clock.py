"""Keep the clock: who leads the timed jobs, which slots were begun, and emergencies by how long they wait."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant

revision = "0007_keep_the_clock"
down_revision = "0006_follow_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_term",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.Column("began_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_term")),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("slot", Instant(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_index(
        "ix_follow_up_case_emergency", "follow_up_case", ["severity", "escalation", "emergency_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_follow_up_case_emergency", table_name="follow_up_case")
    op.drop_table("job_run")
    op.drop_table("clock_term")
