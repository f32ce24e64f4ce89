"""How far a team has come, as its school and its coach placed it, with the history of both."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.create_table(
        "placement",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "number", name="pk_placement"),
        sa.ForeignKeyConstraint(["tenant", "team"], ["team.tenant", "team.id"], name="fk_placement_team"),
    )


def downgrade() -> None:
    op.drop_table("placement")
