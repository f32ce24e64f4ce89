"""Who is who in Teams: what it tells with each message, and what the connector says of whom we do not know yet."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from adapters.base import Account, Register

from .connector import Connector
from .payloads import PLATFORM, accounts
from .references import Reference, References

MOST_TOLD = 10_000
"""accounts of which we remember what Teams said the last time"""

_log = logging.getLogger(__name__)


class People:
    """Tells the register what Teams says of people."""

    def __init__(self, connector: Connector, register: Register, references: References, tenant: str) -> None:
        """Bind it to the tenant whose people they are."""
        self._connector = connector
        self._register = register
        self._references = references
        self._tenant = tenant
        self._told: dict[str, Account] = {}

    async def met(self, account: Account, place: str, told_as: str = "") -> None:
        """Take down what came with a message; of whom nobody knows yet the connector is asked, by that conversation.

        `told_as` is the id that Teams itself has for them.
        """
        if not account.user or self._told.get(account.user) == account:
            return
        if await self._register.names(PLATFORM, self._tenant, [account.user]):
            await self._register.changed(PLATFORM, self._tenant, [account])
        elif known := await self._references.find(self._tenant, place):
            found = await self._asked(known, told_as or account.user)
            named = [replace(each, language=account.language, zone=account.zone) for each in found]
            await self._register.changed(PLATFORM, self._tenant, named)
            if not await self._register.names(PLATFORM, self._tenant, [account.user]):
                return
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told[account.user] = account

    async def of(self, known: Reference) -> Sequence[Account]:
        """Return who is in a conversation, with the person's own place where it is personal; nobody if Teams fails."""
        if known.user:
            found = await self._asked(known, known.account or known.user)
            return [replace(each, place=known.place) for each in found]
        try:
            members = [each async for each in self._connector.members(known.service_url, known.place)]
        except OSError as fault:
            _log.warning("Teams does not say who is in a team: %s", fault)
            return []
        return [account for each in members for account in accounts(each, self._tenant)]

    async def _asked(self, known: Reference, user: str) -> Sequence[Account]:
        """Who somebody is, by Teams' own id of them or, where it never told that, by their object id in Entra.

        Either is good: learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context, single member.
        """
        try:
            return accounts(await self._connector.member(known.service_url, known.place, user), self._tenant)
        except OSError as fault:
            _log.warning("Teams does not say who somebody is: %s", fault)
            return []
