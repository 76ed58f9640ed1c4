"""Keep counts of open cases, by area and severity and by due date, and of each case what everybody may see of it."""

import sqlalchemy as sa
from alembic import op

revision = "0017_keep_counts_of_cases"
down_revision = "0016_keep_filters_and_subjects"
branch_labels = None
depends_on = None

BY_BEGINNING = {"area": "varchar_pattern_ops"}
OPEN_FLAGS = "FROM flag WHERE flag.case_id = follow_up_case.id AND flag.state = 'open' AND flag.restricted IS {}"
_VISIBLE, _HIDDEN = OPEN_FLAGS.format("false"), OPEN_FLAGS.format("true")
SHOWN = "UPDATE follow_up_case SET shown_severity = severity, shown_due = due WHERE severity IS NOT NULL"
SHOWN_BESIDE_HIDDEN = (
    f"UPDATE follow_up_case SET shown_severity = (SELECT min(flag.severity) {_VISIBLE}), "
    f"shown_due = (SELECT min(flag.due) {_VISIBLE}) WHERE severity IS NOT NULL AND EXISTS (SELECT 1 {_HIDDEN})"
)
# `seen_by`: 0 all who may see cases, 1 those alone who may see restricted flags, 2 all but those.
OPEN = "merged_into IS NULL AND severity IS NOT NULL AND status IN ('acknowledged', 'in_progress', 'open', 'referred')"
ALIKE = "severity = shown_severity AND due = shown_due"
SHARES = f"""(
SELECT substr(area, 1, 8) AS area, program, severity, due, CASE WHEN {ALIKE} THEN 0 ELSE 1 END AS seen_by
FROM follow_up_case WHERE {OPEN}
UNION ALL
SELECT substr(area, 1, 8), program, shown_severity, shown_due, 2
FROM follow_up_case WHERE {OPEN} AND shown_severity IS NOT NULL AND NOT ({ALIKE})
) shares"""
BY_AREA = (
    "INSERT INTO case_tally (level, area, program, severity, seen_by, cases) "
    f"SELECT level, substr(area, 1, level), program, severity, seen_by, count(*) FROM {SHARES}, "
    "(SELECT 2 AS level UNION ALL SELECT 5 UNION ALL SELECT 8) levels GROUP BY 1, 2, 3, 4, 5"
)
BY_DAY = (
    "INSERT INTO case_due_tally (area, program, due, seen_by, cases) "
    f"SELECT area, program, due, seen_by, count(*) FROM {SHARES} GROUP BY 1, 2, 3, 4"
)


def _numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in names]


def _place() -> list[sa.Column]:
    return [
        sa.Column("area", sa.String(length=13), nullable=False),
        sa.Column("program", sa.String(length=16), nullable=False),
    ]


def upgrade() -> None:
    op.add_column("follow_up_case", sa.Column("shown_severity", sa.Integer(), nullable=True))
    op.add_column("follow_up_case", sa.Column("shown_due", sa.Date(), nullable=True))
    op.create_table(
        "case_tally",
        *_numbers("level"),
        *_place(),
        *_numbers("severity", "seen_by", "cases"),
        sa.PrimaryKeyConstraint("level", "area", "program", "severity", "seen_by", name=op.f("pk_case_tally")),
    )
    op.create_table(
        "case_due_tally",
        *_place(),
        sa.Column("due", sa.Date(), nullable=False),
        *_numbers("seen_by", "cases"),
        sa.PrimaryKeyConstraint("area", "program", "due", "seen_by", name=op.f("pk_case_due_tally")),
    )
    op.create_table(
        "case_tally_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        *_place(),
        *_numbers("severity"),
        sa.Column("due", sa.Date(), nullable=False),
        *_numbers("seen_by", "cases"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_tally_change")),
    )
    op.create_index("ix_case_tally_area", "case_tally", ["level", "area"], postgresql_ops=BY_BEGINNING)
    op.create_index("ix_case_due_tally_area", "case_due_tally", ["area", "due"], postgresql_ops=BY_BEGINNING)
    for statement in (SHOWN, SHOWN_BESIDE_HIDDEN, BY_AREA, BY_DAY):
        op.execute(statement)


def downgrade() -> None:
    for table in ("case_tally_change", "case_due_tally", "case_tally"):
        op.drop_table(table)
    op.drop_column("follow_up_case", "shown_due")
    op.drop_column("follow_up_case", "shown_severity")
