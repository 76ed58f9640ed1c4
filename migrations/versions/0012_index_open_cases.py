"""Find open cases in the order of the list, within an area and everywhere, and restricted flags by their case."""

import sqlalchemy as sa
from alembic import op

revision = "0012_index_open_cases"
down_revision = "0011_mark_the_feed"
branch_labels = None
depends_on = None

TO_DO = sa.text(
    "merged_into IS NULL AND severity IS NOT NULL AND status IN ('acknowledged', 'in_progress', 'open', 'referred')"
)
# What the database makes of `restricted IS true`, in both dialects.
RESTRICTED = {"postgresql_where": sa.text("restricted IS true"), "sqlite_where": sa.text("restricted IS 1")}


def upgrade() -> None:
    op.create_index(
        "ix_follow_up_case_to_do_area",
        "follow_up_case",
        ["area", "severity", "due", "id"],
        postgresql_where=TO_DO,
        sqlite_where=TO_DO,
        postgresql_ops={"area": "varchar_pattern_ops"},
    )
    op.create_index(
        "ix_follow_up_case_to_do",
        "follow_up_case",
        ["severity", "due", "id"],
        postgresql_where=TO_DO,
        sqlite_where=TO_DO,
    )
    op.create_index("ix_flag_restricted", "flag", ["case_id"], **RESTRICTED)


def downgrade() -> None:
    op.drop_index("ix_flag_restricted", table_name="flag")
    op.drop_index("ix_follow_up_case_to_do", table_name="follow_up_case")
    op.drop_index("ix_follow_up_case_to_do_area", table_name="follow_up_case")
