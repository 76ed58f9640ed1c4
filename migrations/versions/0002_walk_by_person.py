"""Let a first sync walk by person: records by area and person."""

from alembic import op

revision = "0002_walk_by_person"
down_revision = "0001_create_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_record_area", "record", ["area", "person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_record_area", table_name="record")
