"""Evidence toward an outcome: from where to where by when, and what was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.create_table(
        "indicator",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("start", sa.Text, nullable=False),
        sa.Column("goal", sa.Text, nullable=False),
        sa.Column("by", sa.Date),
        sa.Column("seen", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("on", sa.Date),
        sa.PrimaryKeyConstraint("tenant", "team", "number", name="pk_indicator"),
        sa.ForeignKeyConstraint(["tenant", "team"], ["team.tenant", "team.id"], name="fk_indicator_team"),
    )


def downgrade() -> None:
    op.drop_table("indicator")
