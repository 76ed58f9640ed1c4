"""Mark the feed: how far it reached when, so that what is too old can be let go of."""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import Instant, RawJson

revision = "0011_mark_the_feed"
down_revision = "0010_keep_office_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_mark",
        sa.Column("at", Instant(), nullable=False),
        sa.Column("heads", RawJson(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_feed_mark")),
    )


def downgrade() -> None:
    op.drop_table("feed_mark")
