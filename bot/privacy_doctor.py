"""What the doctor says of people's words: how long what is kept, what is held, and what could not be deleted."""

from collections.abc import AsyncIterator

from storage import everywhere, legal_holds, retractions
from storage.database import Database

from .config import Settings
from .findings import Finding
from .journal import journal_of

NO_JOURNAL = (
    "LEADCYCLE_ERASURES names no file, so nobody can be erased or put on legal hold yet, and a pulse that is open in a "
    "backup would be counted a second time after you put it back."
)


async def look(database: Database, settings: Settings) -> AsyncIterator[Finding]:
    """Yield what is in force, and what needs a look."""
    yield Finding(True, in_force(settings))
    if journal_of(settings) is None:
        yield Finding(True, NO_JOURNAL)
    async with database.look_everywhere() as looking:
        waits, given_up = await retractions.left(looking)
        held = [len(await legal_holds.standing(looking.store(each))) for each in await everywhere.tenants(looking)]
    if any(held):
        yield Finding(True, f"Legal holds that stand: {sum(held)}. `leadcycle legal-hold show` lists them.")
    if waits:
        yield Finding(True, f"Messages to people who were erased that are still to be deleted in the chat: {waits}.")
    if given_up:
        yield Finding(
            False, f"Messages to people who were erased that the platform does not let us delete: {given_up}."
        )


def in_force(settings: Settings) -> str:
    """The schedule, in a sentence."""
    decisions = "for good" if settings.keep_decisions is None else _days(settings.keep_decisions)
    return (
        f"Kept: raw answers {_days(settings.keep_answers)} after their cycle closes, decisions {decisions}, comments "
        f"of pulses {_days(settings.keep_comments)} after their close, the words of messages "
        f"{_days(settings.keep_messages)}, events that were set aside {_days(settings.keep_events)}."
    )


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
