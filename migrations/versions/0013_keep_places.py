"""Keep where areas lie: the office's own outlines and points."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import RawJson

revision = "0013_keep_places"
down_revision = "0012_index_open_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area_place",
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("west", sa.Integer(), nullable=False),
        sa.Column("south", sa.Integer(), nullable=False),
        sa.Column("east", sa.Integer(), nullable=False),
        sa.Column("north", sa.Integer(), nullable=False),
        sa.Column("tolerance", sa.Integer(), nullable=False),
        sa.Column("outline", RawJson(), nullable=True),
        sa.CheckConstraint("west <= east AND south <= north", name=op.f("ck_area_place_box")),
        sa.ForeignKeyConstraint(["code"], ["region.code"], name=op.f("fk_area_place_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area_place")),
    )


def downgrade() -> None:
    op.drop_table("area_place")
