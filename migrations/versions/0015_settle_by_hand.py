"""Settle by hand: where a refused record belongs, fields that two edits contradicted; and find pregnancies by area."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RecordId

revision = "0015_settle_by_hand"
down_revision = "0014_keep_trends"
branch_labels = None
depends_on = None

OPEN = sa.text("settled_at IS NULL")
PREGNANCY = sa.text("type = 'pregnancy'")
FIRST_AREA = {"postgresql": "areas ->> 0", "sqlite": "json_extract(areas, '$[0]')"}


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("area", sa.String(length=13), nullable=True))
    op.add_column("quarantine", sa.Column("program", sa.String(length=8), nullable=True))
    first = FIRST_AREA[op.get_bind().dialect.name]
    op.execute(
        f"UPDATE quarantine SET area = (SELECT {first} FROM van_scope "
        "JOIN device ON device.van_id = van_scope.van_id WHERE device.id = quarantine.device_id "
        "ORDER BY van_scope.id DESC LIMIT 1) WHERE settled_at IS NULL"
    )
    op.create_table(
        "conflict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("record_id", RecordId(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("kept_rev", sa.Integer(), nullable=False),
        sa.Column("other_rev", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    op.create_index("ix_record_pregnancy", "record", ["area"], postgresql_where=PREGNANCY, sqlite_where=PREGNANCY)
    op.create_index("ix_conflict_open", "conflict", ["record_id"], postgresql_where=OPEN, sqlite_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_conflict_open", table_name="conflict")
    op.drop_table("conflict")
    op.drop_index("ix_record_pregnancy", table_name="record")
    op.drop_column("quarantine", "program")
    op.drop_column("quarantine", "area")
