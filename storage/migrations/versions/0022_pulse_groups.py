"""Of which groups people read, before they answered a pulse, that they could have figures."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    op.add_column("pulse", sa.Column("groups", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("pulse", "groups")
