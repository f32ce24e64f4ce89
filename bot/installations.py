"""The workspaces that we speak in, with tokens of the settings, or of the database where they are sealed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

import structlog

from storage import everywhere, inbox, installations, people
from storage.database import Database
from storage.installations import Installation

from .config import SettingsError
from .sealing import BrokenSeal, Seal

log = structlog.get_logger()

INVITED_FOR = timedelta(hours=24)
"""How long the link for one installation may be used."""
_INVITATION = "install "


class Installations:
    """The workspaces of one platform: it is the adapter's `Installations`."""

    def __init__(self, database: Database, platform: str, seal: Seal, changed: Callable[[], None]) -> None:
        """Bind it to the records; `changed` is called when a workspace was installed."""
        self._database = database
        self._platform = platform
        self._seal = seal
        self._changed = changed
        self._own: dict[str, str] = {}

    async def workspaces(self) -> tuple[str, ...]:
        """Return the workspaces in which we may speak."""
        async with self._database.read(await self._tenant()) as store:
            found = await installations.of(store, self._platform)
        return tuple(
            each.workspace for each in found if not each.closed and (each.token or each.workspace in self._own)
        )

    async def token(self, workspace: str) -> str:
        """Return the token for a workspace; empty where we have none."""
        if workspace in self._own:
            return self._own[workspace]
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, self._platform, workspace)
            found = tenant and await installations.find(looking.store(tenant), self._platform, workspace)
        return self._opened(found) if found else ""

    async def let_go(self, workspace: str, reason: str, at: datetime) -> None:
        """Send nothing there any more, unless it was installed again since: the platform has let go of us."""
        async with self._database.everywhere() as unit:
            tenant = await everywhere.tenant_of(unit, self._platform, workspace)
            if tenant and await installations.close(unit.store(tenant), self._platform, workspace, reason, at):
                self._own.pop(workspace, None)
                log.error("the workspace has let go of Leadcycle: install it again", workspace=workspace, reason=reason)

    # ------------------------------------------------------------ a token of the settings

    async def hold(self, token: str, workspace: str, name: str) -> None:
        """Speak in this workspace with a token of the settings; raises SettingsError when it is another district's."""
        if not await self._install(Installation(workspace, name, mark=_mark(token))):
            raise SettingsError(
                f"The {self._platform} workspace {workspace} belongs to another district of this database."
            )
        self._own[workspace] = token

    async def held_before(self, token: str) -> bool:
        """Speak with a token of the settings in the workspace that it was for the last time; False for a new token."""
        async with self._database.read(await self._tenant()) as store:
            found = await installations.of(store, self._platform)
        self._own |= {each.workspace: token for each in found if each.mark == _mark(token)}
        return bool(self._own)

    # ------------------------------------------------------------ tokens of the database

    async def renew(self) -> None:
        """Seal every token with the newest key; of one whose key is missing the log tells, and it stays as it is."""
        async with self._database.begin(await self._tenant()) as store:
            for each in await installations.of(store, self._platform):
                if token := self._opened(each):
                    await installations.keep(store, self._platform, replace(each, token=self._seal.close(token)))

    async def redeem(self, invitation: str) -> bool:
        """Take the invitation of a link, once; False where it is not ours, too old, or was taken before."""
        try:
            invited = self._seal.open(invitation, INVITED_FOR)
        except BrokenSeal:
            return False
        if not invited.startswith(_INVITATION):
            return False
        async with self._database.begin(await self._tenant()) as store:
            return await inbox.once(store, self._platform, invited)

    async def install(self, workspace: str, name: str, token: str) -> bool:
        """Speak in this workspace from now on; False when it belongs to another district of this database."""
        if not await self._install(Installation(workspace, name, token=self._seal.close(token))):
            return False
        log.info("installed", workspace=workspace)
        self._changed()
        return True

    def _opened(self, installed: Installation) -> str:
        """The token; empty where there is none, or none of our keys opens it."""
        try:
            return self._seal.open(installed.token) if installed.token else ""
        except BrokenSeal:
            log.error("LEADCYCLE_SECRET_KEYS lacks the key of a workspace's token", workspace=installed.workspace)
            return ""

    async def _install(self, installed: Installation) -> bool:
        async with self._database.begin(await self._tenant()) as store:
            await people.found_tenant(store, "Our district")
            return await installations.install(store, self._platform, installed)

    async def _tenant(self) -> str:
        """The district, which is the first tenant of this database."""
        async with self._database.look_everywhere() as looking:
            found = await everywhere.tenants(looking)
        return found[0] if found else people.DISTRICT


def invitation(seal: Seal) -> str:
    """Return what makes a link good for one installation."""
    return seal.close(f"{_INVITATION}{token_urlsafe(16)}")


def _mark(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:16]
