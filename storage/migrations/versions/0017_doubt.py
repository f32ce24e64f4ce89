"""Words that may name a student: they wait for their author."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.create_table(
        "doubt",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "number", name="pk_doubt"),
        sa.ForeignKeyConstraint(["tenant", "team"], ["team.tenant", "team.id"], name="fk_doubt_team"),
    )


def downgrade() -> None:
    op.drop_table("doubt")
