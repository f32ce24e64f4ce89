"""A pretended next release: this program with one more revision, which a test runs beside the present one.

python -m tests.storage.next_release MIGRATIONS DATABASE works through the outbox as the next release would. It prints
a line for each message that it posts, and ends when there is nothing left.
"""

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer

from storage import revisions, tables
from storage.columns import Words

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None

change = "{change}"


def upgrade():
    op.add_column("outbox", sa.Column("mood", sa.Text))
    op.add_column("outbox", sa.Column("weight", sa.Integer, nullable=False, server_default="7"))
    op.add_column("member", sa.Column("shirt", sa.Text, nullable=False, server_default="medium"))
    op.create_table(
        "badge",
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "member", name="pk_badge"),
        sa.ForeignKeyConstraint(["tenant", "member"], ["member.tenant", "member.id"], name="fk_badge_member"),
    )


def downgrade():
    op.drop_table("badge")
    op.drop_column("member", "shirt")
    op.drop_column("outbox", "weight")
    op.drop_column("outbox", "mood")
"""


def write_migrations(folder: Path, change: str) -> Path:
    """Write the migrations of the next release into this folder."""
    shutil.copytree(revisions.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    words = REVISION.format(before=revisions.newest(), change=change)
    (folder / "versions" / "9999_next.py").write_text(words)
    return folder


def become(migrations: Path) -> None:
    """Be the next release, whose tables have more columns, before anything else of the program is loaded."""
    revisions.FOLDER = migrations
    tables.outbox.append_column(Column("mood", Words))
    tables.outbox.append_column(Column("weight", Integer, nullable=False, server_default="7"))


async def work(url: str) -> None:
    """Bring up the tables, write messages of our own, and post what is due, whoever wrote it."""
    from storage import people, records
    from storage.database import Database
    from storage.migration import migrate
    from tests.storage.samples import BEN
    from tests.storage.working import post_all, write

    async with Database(url) as database:
        await migrate(database)
        async with database.begin(people.DISTRICT) as store:
            await records.keep(store, BEN)
        await write(database, "new", heavy)
        print("ready", flush=True)
        await post_all(database, lambda key: print(key, flush=True))


async def heavy(store: Any, key: str) -> None:
    """Write into the columns that only the next release knows."""
    await store.update(tables.outbox, tables.outbox.c.key == key, mood="calm", weight=9)


if __name__ == "__main__":
    become(Path(sys.argv[1]))
    asyncio.run(work(sys.argv[2]))
