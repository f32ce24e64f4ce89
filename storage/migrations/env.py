"""Alembic's way into the database: the connection that `storage.migration` hands over."""

from alembic import context

from storage.revisions import keep_oldest
from storage.tables import metadata

connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
    keep_oldest(connection)
