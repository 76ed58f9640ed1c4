"""Keep the keys of the keyed hashes in the database, sealed; `fieldsync db upgrade` makes them afterwards."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant

revision = "0005_seal_hash_keys"
down_revision = "0004_keep_identities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hash_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.CheckConstraint("purpose IN ('content', 'lookup', 'identity')", name=op.f("ck_hash_key_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_key")),
    )


def downgrade() -> None:
    op.drop_table("hash_key")
