"""Keep an office's own rules: sets of files, proposed, tried and approved; and how far a change has reached."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RawJson, RecordId

revision = "0010_keep_office_rules"
down_revision = "0009_keep_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_rules",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("against", sa.String(length=64), nullable=False),
        sa.Column("texts", RawJson(), nullable=False),
        sa.Column("dry_run", RawJson(), nullable=False),
        sa.Column("proposed_by", RecordId(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("approved_by", RecordId(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("ended_by", RecordId(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'in_force', 'superseded', 'withdrawn')", name=op.f("ck_office_rules_state")
        ),
        sa.CheckConstraint("approved_by <> proposed_by", name=op.f("ck_office_rules_second_person")),
        sa.CheckConstraint(
            "(state IN ('in_force', 'superseded')) = (approved_by IS NOT NULL)", name=op.f("ck_office_rules_approved")
        ),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_office_rules_approved_at")),
        *(
            sa.ForeignKeyConstraint([name], ["office_user.id"], name=op.f(f"fk_office_rules_{name}"))
            for name in ("proposed_by", "approved_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_rules")),
    )
    in_force = sa.text("state = 'in_force'")
    op.create_index(
        "ix_office_rules_in_force",
        "office_rules",
        ["state"],
        unique=True,
        postgresql_where=in_force,
        sqlite_where=in_force,
    )
    op.create_table(
        "rules_spread",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("book", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=50), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_spread")),
    )


def downgrade() -> None:
    op.drop_table("rules_spread")
    op.drop_index("ix_office_rules_in_force", table_name="office_rules")
    op.drop_table("office_rules")
