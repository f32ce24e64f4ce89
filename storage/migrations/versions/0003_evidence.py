"""What people saw of an action, on record for the day on which its result is weighed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("action", sa.Integer, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "team", "number", name="pk_evidence"),
        sa.ForeignKeyConstraint(["tenant", "team"], ["team.tenant", "team.id"], name="fk_evidence_team"),
    )


def downgrade() -> None:
    op.drop_table("evidence")
