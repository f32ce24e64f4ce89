"""Where nobody has a role yet: a one-time code is offered, and whoever writes it in the chat is let in."""

from dataclasses import replace
from secrets import choice

import structlog

from flows import founding
from flows.events import Event, Said
from flows.founding import Opening
from flows.messages import Message
from flows.people import Member, School
from flows.phrases import Phrases
from storage import everywhere, people, records
from storage import founding as openings
from storage.addresses import Identity
from storage.database import Database
from storage.engines import address_of
from storage.people import Person
from storage.store import Store

from . import auditing

log = structlog.get_logger()

_INVITATION = """
Nobody has a role here yet. Whoever writes this code to Leadcycle in the chat, in a direct conversation,
becomes the first administrator and tells their school, its hours and their team:

    start {code}

It is good once, for 24 hours; the next start prints a new one. With a roster file instead, {when}:
leadcycle roster import FILE
"""
_FIRST_WORDS = Said("school", pressed=True)
"""what whoever is let in is taken to have said"""


def invitation(code: str, url: str) -> str:
    """Return what stands in the terminal; while Leadcycle has a SQLite file, nothing else writes to it."""
    is_shared = address_of(url).get_backend_name() != "sqlite"
    when = "import it now" if is_shared else "stop Leadcycle first (Ctrl+C) and import it"
    return _INVITATION.format(code=code, when=when)


async def offer(database: Database) -> str:
    """Return a new code, as it is printed, where nobody has a place on any team yet; empty elsewhere.

    The one before is good no more.
    """
    async with database.look_everywhere() as looking:
        tenants = await everywhere.tenants(looking)
    async with database.begin(tenants[0] if tenants else people.DISTRICT) as store:
        if not await openings.is_wanted(store):
            await openings.close(store)
            return ""
        await people.found_tenant(store, "Our district")
        code = "".join(choice(founding.ALPHABET) for _ in range(founding.LENGTH))
        await openings.keep(store, Opening(founding.mark(code), store.now + founding.VALID))
    return founding.shown(code)


async def admit(store: Store, event: Event, known: Person | None, phrases: Phrases) -> Person | Message | None:
    """Let the person in whose words are the code; say that they are not, where they may be meant so; or None.

    Whoever tries gets the same answer, whatever is wrong: also where there is no code at all.
    """
    code = _tried(event)
    if code is None:
        return None
    opening = await openings.find(store, lock=True)
    if opening and opening.is_good(code, store.now) and await openings.is_wanted(store):
        await openings.close(store)
        return await _let_in(store, event, known, phrases)
    if opening and opening.is_open(store.now):
        await openings.keep(store, replace(opening, wrong=opening.wrong + 1))
    log.warning("a code that is not good", platform=event.platform)
    return Message(phrases.say("founding.wrong_code"))


def first(event: Event) -> Event:
    """The event of whoever was let in, as the wish to tell what there is."""
    return replace(event, what=_FIRST_WORDS, about="")


def _tried(event: Event) -> str | None:
    """The code that is tried, in a direct conversation or by a command that only its giver sees."""
    match event.what:
        case Said(text, pressed) if event.private or pressed:
            return founding.tried(text)
    return None


async def _let_in(store: Store, event: Event, known: Person | None, phrases: Phrases) -> Person:
    """Put the first administrator, the school and the team on record, as far as they are known."""
    schools = await records.load(store, School)
    outcome = founding.begun(event.key, phrases, store.school_time, known.member if known else None, schools)
    await records.keep(store, *outcome.keep)
    if known is None:
        member = next(fact.id for fact in outcome.keep if isinstance(fact, Member))
        await records.keep(store, Identity(member, event.platform, event.workspace, event.user))
    log.info("the first administrator", platform=event.platform)
    found = await people.who(store, event.platform, event.workspace, event.user)
    assert found is not None
    await auditing.admitted(store, found)
    return found
