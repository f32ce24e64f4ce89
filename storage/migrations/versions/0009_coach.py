"""What a team shows its coach, and how far it has come."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NEW = (("charter", "coach", "course"), ("team", "level", ""))


def upgrade() -> None:
    for table, column, usual in _NEW:
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column(column, sa.Text, nullable=False, server_default=usual))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, server_default=None)


def downgrade() -> None:
    for table, column, _ in _NEW:
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
