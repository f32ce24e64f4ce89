"""Whether an older backup was put back and nobody has looked yet."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.create_table(
        "restored",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    op.drop_table("restored")
