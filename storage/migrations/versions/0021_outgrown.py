"""Old messages are found without reading the whole outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

change = "expand"

_WORDLESS = sa.text("settled_at IS NOT NULL AND message IS NULL")


def upgrade() -> None:
    op.create_index("ix_outbox_wordless", "outbox", ["settled_at"], sqlite_where=_WORDLESS, postgresql_where=_WORDLESS)


def downgrade() -> None:
    op.drop_index("ix_outbox_wordless", "outbox")
