"""A line of the audit log cannot be replaced either: SQLite deletes what `INSERT OR REPLACE` hits past the triggers."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

change = "expand"


def upgrade() -> None:
    """PostgreSQL knows no such insert: what takes a row's place there is an update, and refused as one."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_refuses_replacing BEFORE INSERT ON audit WHEN EXISTS "
            "(SELECT 1 FROM audit WHERE rowid = NEW.rowid OR (tenant = NEW.tenant AND id = NEW.id)) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_refuses_replacing")
