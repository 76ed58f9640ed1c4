"""Keep what rules say once a version, the values of a flag short, and room in pages so that changes touch no index.

Evidence of before is left out: flags take it anew when their subject is looked at, which the watch is told to do now.
"""

import sqlalchemy as sa
from alembic import op

from fieldsync.db import RawJson

revision = "0008_keep_rule_words"
down_revision = "0007_keep_the_clock"
branch_labels = None
depends_on = None

_NO_PERSON = sa.text("person_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "rule_words",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", RawJson(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "version", name=op.f("pk_rule_words")),
    )
    op.drop_index("ix_flag_subject", table_name="flag")
    op.create_index("ix_flag_subject", "flag", ["subject"], postgresql_where=_NO_PERSON, sqlite_where=_NO_PERSON)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE flag SET (fillfactor = 50)")
        op.execute("ALTER TABLE follow_up_case SET (fillfactor = 80)")
    _let_flags_be_made_anew()


def _let_flags_be_made_anew() -> None:
    op.execute("UPDATE flag SET mark = '', handled_mark = NULL, evidence = '[]'")
    op.execute("UPDATE watch SET look_on = '2026-01-01'")
    op.execute(
        "INSERT INTO watch (id, record, look_on) SELECT id, false, '2026-01-01' FROM person "
        "WHERE merged_into IS NULL AND id NOT IN (SELECT id FROM watch)"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE flag RESET (fillfactor)")
        op.execute("ALTER TABLE follow_up_case RESET (fillfactor)")
    op.drop_index("ix_flag_subject", table_name="flag")
    op.create_index("ix_flag_subject", "flag", ["subject"])
    op.drop_table("rule_words")
    _let_flags_be_made_anew()
