"""Keep office users' filters of cases, and by which account of the issuer somebody comes in."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RecordId

revision = "0016_keep_filters_and_subjects"
down_revision = "0015_settle_by_hand"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("office_user", sa.Column("issuer_subject", RecordId(), nullable=True))
    op.create_table(
        "saved_filter",
        sa.Column("id", RecordId(), nullable=False),
        sa.Column("user_id", RecordId(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["office_user.id"], name=op.f("fk_saved_filter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
    )
    op.create_index("ix_saved_filter_user", "saved_filter", ["user_id"])


def downgrade() -> None:
    op.drop_table("saved_filter")
    op.drop_column("office_user", "issuer_subject")
