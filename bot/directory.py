"""The directory: who of the roster has which account on a platform, and what the platform says of them now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import structlog

from adapters.base import Account
from flows.people import Member, Membership, School, Team
from storage import agenda, everywhere, people, records
from storage.addresses import Identity
from storage.database import Database
from storage.store import Store

log = structlog.get_logger()


class Directory:
    """Takes down what platforms say of the people of the roster: it is the adapters' `Register`."""

    def __init__(self, database: Database) -> None:
        """Bind it to the records."""
        self._database = database

    async def changed(self, platform: str, workspace: str, accounts: Sequence[Account]) -> None:
        """Keep what the platform says now of these people; who is not on the roster is passed over.

        People are found by the account, else by their e-mail.
        """
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, platform, workspace)
        if tenant is None:
            return
        async with self._database.begin(tenant) as store:
            held = {each.user: each for each in await _identities(store, platform, workspace)}
            members = {each.id: each for each in await records.load(store, Member)}
            by_email = {each.email.casefold(): each for each in members.values() if each.email}
            for account in accounts:
                known = held.get(account.user)
                member = members.get(known.member) if known else by_email.get(account.email)
                if member:
                    if by_email.get(account.email, member) != member:
                        account = replace(account, email="")
                    await _keep(store, member, account, known or Identity(member.id, platform, workspace, account.user))

    async def names(self, platform: str, workspace: str, users: Collection[str]) -> Mapping[str, str]:
        """Return what those of these accounts are called whose people are members."""
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, platform, workspace)
            if tenant is None:
                return {}
            store = looking.store(tenant)
            named = [each for each in await _identities(store, platform, workspace) if each.user in users]
            known = {each.id: each.name for each in await records.load(store, Member)} if named else {}
        return {each.user: known[each.member] for each in named}


async def _identities(store: Store, platform: str, workspace: str) -> tuple[Identity, ...]:
    return await records.load(store, Identity, platform=platform, workspace=workspace)


async def _keep(store: Store, member: Member, account: Account, identity: Identity) -> None:
    memberships = await people.memberships_of(store, member.id)
    today = await _today(store, memberships)
    now = member.as_told(account.name, account.email, account.language, account.zone, account.is_active, today)
    identity = replace(identity, place=account.place or identity.place)
    facts: list[Any] = [identity] if now == member else [now, identity]
    await records.keep(store, *facts)
    if now.left_on != member.left_on:
        log.info("account", member=member.id, platform=identity.platform, active=account.is_active)
        for membership in memberships:
            await agenda.plan(store, membership.team, store.school_time, store.school_time)


async def _today(store: Store, memberships: Sequence[Membership]) -> date:
    """The day at the person's school."""
    for membership in memberships[:1]:
        for team in await records.load(store, Team, id=membership.team):
            for school in await records.load(store, School, id=team.school):
                return school.calendar.local_date(store.school_time)
    return store.school_time.date()
