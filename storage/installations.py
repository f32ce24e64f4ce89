"""Installations: the workspaces of the platforms that belong to a tenant, and what is kept for each."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement

from . import lanes, tables
from .store import Store


@dataclass(frozen=True, slots=True)
class Installation:
    """One workspace of a platform."""

    workspace: str
    name: str = ""
    token: str = ""
    """with which we speak there: sealed before it comes here; empty where the settings hold it"""
    mark: str = ""
    """tells whether a token of the settings is the one that this workspace was found with"""
    closed: str = ""
    """why the platform takes nothing from us there any more"""
    at: datetime | None = None
    """when it was installed"""


async def install(store: Store, platform: str, installed: Installation) -> bool:
    """Bind a workspace to the tenant, now; False when it belongs to another one. What waited for it may go."""
    table, values = tables.installation, {"details": _details(installed), "installed_at": store.now}
    key = {"platform": platform, "workspace": installed.workspace}
    await store.insert_once(table, key | values)
    here = (table.c.platform == platform, table.c.workspace == installed.workspace)
    if not await store.update(table, *here, **values):
        return False
    await lanes.resume(store, platform, installed.workspace)
    return True


async def of(store: Store, platform: str) -> tuple[Installation, ...]:
    """Return all of the tenant, by workspace."""
    return await _found(store, tables.installation.c.platform == platform)


async def find(store: Store, platform: str, workspace: str) -> Installation | None:
    """Return the one with this workspace, if the tenant has it."""
    table = tables.installation
    found = await _found(store, table.c.platform == platform, table.c.workspace == workspace)
    return found[0] if found else None


async def keep(store: Store, platform: str, changed: Installation) -> None:
    """Keep what is known of a workspace now; it is not installed anew by that."""
    table = tables.installation
    here = (table.c.platform == platform, table.c.workspace == changed.workspace)
    await store.update(table, *here, details=_details(changed))


async def close(store: Store, platform: str, workspace: str, reason: str, at: datetime) -> bool:
    """Forget the token and stop the lane until it is installed again; False when it was installed after `at`."""
    known = await find(store, platform, workspace)
    if known is None or known.at is None or known.at > at:
        return False
    await keep(store, platform, replace(known, token="", mark="", closed=reason))
    await lanes.close(store, platform, workspace)
    return True


async def _found(store: Store, *where: ColumnElement[bool]) -> tuple[Installation, ...]:
    rows = await store.select(tables.installation, *where, order=(tables.installation.c.workspace,))
    return tuple(Installation(row["workspace"], **row["details"], at=row["installed_at"]) for row in rows)


def _details(installed: Installation) -> dict[str, str]:
    kept = asdict(installed)
    return {key: kept[key] for key in ("name", "token", "mark", "closed") if kept[key]}
