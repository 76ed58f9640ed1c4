"""Keep what trends are told by: coverage, flags and times by area and month, and when they were counted."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant

revision = "0014_keep_trends"
down_revision = "0013_keep_places"
branch_labels = None
depends_on = None

LENGTHS = {"parent": 8, "indicator": 40, "month": 7, "area": 13, "program": 16, "rule": 40}


def _counts(table: str, names: tuple[str, ...], *others: sa.Column, key: tuple[str, ...] = ()) -> None:
    op.create_table(
        table,
        *(sa.Column(name, sa.String(length=LENGTHS[name]), nullable=False) for name in names),
        *others,
        sa.PrimaryKeyConstraint(*names, *key, name=op.f(f"pk_{table}")),
    )


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    _counts("trend_coverage", ("parent", "indicator", "month", "area"), _number("counted"), _number("reached"))
    restricted = sa.Column("restricted", sa.Boolean(), nullable=False)
    names = ("parent", "month", "area", "program", "rule")
    _counts("trend_flags", names, restricted, _number("flags"), key=("restricted",))
    names = ("parent", "indicator", "month", "area", "program")
    _counts("trend_times", names, _number("edge"), _number("cases"), key=("edge",))
    op.create_table(
        "trend_count",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_count")),
    )


def downgrade() -> None:
    for table in ("trend_count", "trend_times", "trend_flags", "trend_coverage"):
        op.drop_table(table)
