"""Whom the operator invites stays signed in for some days."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("days", sa.Integer()))
    op.add_column("visit", sa.Column("until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("visit", "until")
    op.drop_column("ticket", "days")
