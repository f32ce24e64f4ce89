"""Whose a workspace is: once it is somebody's it stays theirs, so that each process asks that only once."""

from storage import everywhere
from storage.database import Database


class Workspaces:
    """The tenants of the workspaces from which anything has come."""

    def __init__(self, database: Database) -> None:
        """Bind it to the installations."""
        self._database = database
        self._tenants: dict[tuple[str, str], str] = {}

    async def tenant(self, platform: str, workspace: str) -> str | None:
        """Return whose workspace it is; None where it is nobody's, which is asked again each time."""
        here = (platform, workspace)
        if here not in self._tenants:
            async with self._database.look_everywhere() as looking:
                tenant = await everywhere.tenant_of(looking, platform, workspace)
            if tenant is None:
                return None
            self._tenants[here] = tenant
        return self._tenants[here]
