"""The language that a member chose, and the last message of a walk through the chat."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

change = "expand"

_NEW = (("member", "chosen_language"), ("conversation", "put_as"))


def upgrade() -> None:
    """Only add, with a value for rows that a process of the version before still writes."""
    for table, column in _NEW:
        op.add_column(table, sa.Column(column, sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    for table, column in _NEW:
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
