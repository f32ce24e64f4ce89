"""The conversations of a platform that has to be told more than their ids: it is the adapters' `References`."""

from dataclasses import asdict, replace

from adapters.teams.references import Reference
from storage import everywhere, people
from storage.database import Database


class Places:
    """Remembers what a platform wants to hear again."""

    def __init__(self, database: Database, platform: str) -> None:
        """Bind it to the records."""
        self._database = database
        self._platform = platform

    async def find(self, workspace: str, place: str) -> Reference | None:
        """Return what is known of a conversation."""
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, self._platform, workspace)
            if tenant is None:
                return None
            found = await people.reference_of(looking.store(tenant), self._platform, workspace, place)
        return Reference(place, **found) if found is not None else None

    async def keep(self, workspace: str, reference: Reference) -> None:
        """Keep what is known now, beside what was known and is not said again; the same is not written twice."""
        known = await self.find(workspace, reference.place)
        now = _beside(reference, known)
        if now == known:
            return
        async with self._database.everywhere() as unit:
            if tenant := await everywhere.tenant_of(unit, self._platform, workspace):
                kept = asdict(now)
                kept.pop("place")
                await people.remember_place(unit.store(tenant), self._platform, workspace, now.place, kept)

    async def of(self, workspace: str) -> tuple[Reference, ...]:
        """Return all conversations of a workspace, what was heard last first."""
        async with self._database.look_everywhere() as looking:
            tenant = await everywhere.tenant_of(looking, self._platform, workspace)
            if tenant is None:
                return ()
            found = await people.references_of(looking.store(tenant), self._platform, workspace)
        return tuple(Reference(place, **known) for place, known in found)


def _beside(now: Reference, known: Reference | None) -> Reference:
    if known is None:
        return now
    return replace(now, **{each: getattr(now, each) or getattr(known, each) for each in _STAYS})


_STAYS = ("user", "account", "team", "name", "team_name")
"""what is said now and then, and stays true"""
