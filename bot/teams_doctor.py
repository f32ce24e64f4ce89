"""What the doctor looks at where Teams is set up; it only asks, and changes nothing."""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from adapters.teams.connector import GONE
from adapters.teams.hosts import is_allowed
from adapters.teams.news import REMOVED
from adapters.teams.payloads import PATH, PLATFORM
from adapters.teams.standing import standing
from adapters.teams.token import Token, credential
from flows.people import Member
from storage import outbox, people
from storage.addresses import Identity
from storage.state import State
from storage.store import Store

from . import platforms
from .config import Settings
from .endpoint import answers, status
from .findings import Finding, clock
from .reach import Judge

MOST_DEAD = 10_000
"""messages that were sent in vain, of which the newest tell who does not have the app"""
NOT_A_SECRET = (
    "TEAMS_APP_PASSWORD looks like the ID of a client secret: copy its Value. Entra shows that only once; if it is "
    "gone, make a new secret."
)
AZURE = "the Azure Bot's messaging endpoint"

# Why somebody of the roster cannot be reached, and what to do about it.
NO_EMAIL = "The roster has no e-mail for them. Write it there, or their object ID in Entra under teams"
UNKNOWN = (
    "Teams has shown nobody to Leadcycle who has their e-mail. Give them the app or add it to a team of theirs, mend "
    "the e-mail in the roster, or write their object ID in Entra there under teams"
)
NOT_INSTALLED = (
    "They do not have the app: Teams let Leadcycle begin no conversation with them. Give it to them under Setup "
    "policies in the Teams admin center"
)
TAKEN_OUT = "They removed the app. Ask them to add it again, or give it to them under Setup policies"
BLOCKED = "They blocked Leadcycle, or removed the app. Ask them to open Leadcycle in Teams and allow its messages"
LOST = "Teams knows the conversation with them no more. Ask them to write to Leadcycle"
REASONS = (NO_EMAIL, UNKNOWN, NOT_INSTALLED, TAKEN_OUT, BLOCKED, LOST)
"""in the order in which they are told"""


async def teams(settings: Settings) -> list[Finding]:
    """Return what was found of the registration, the addresses and the clock, where Teams is set up."""
    try:
        proof = credential(settings.teams_app_password.get_secret_value(), settings.teams_certificate)
    except OSError as fault:
        return [Finding(False, platforms.unread_certificate(settings, fault))]
    except ValueError as fault:
        return [Finding(False, platforms.unfit_certificate(settings, fault))]
    login = settings.teams_token_url.rstrip("/")
    authority = f"{login}/{settings.teams_tenant_id.lower()}"
    token = Token(settings.teams_app_id.lower(), proof, authority, settings.teams_scope)
    there = await standing(token, login, settings.teams_openid_metadata_url)
    found = [Finding(not there.refused, there.refused or "Microsoft gives a token for TEAMS_APP_ID.")]
    if platforms.is_an_id(settings.teams_app_password.get_secret_value()):
        found.append(Finding(False, NOT_A_SECRET))
    found += [_keys(settings.teams_openid_metadata_url, there.silence), *_clock(there.ahead), *_cloud(settings)]
    return found + [finding async for finding in _address(settings)]


def _keys(url: str, silence: str) -> Finding:
    if silence:
        return Finding(
            False, f"The keys that sign what Teams sends cannot be had from {url} ({silence}): all of it is refused."
        )
    return Finding(True, "The keys that sign what Teams sends can be had.")


def _clock(ahead: timedelta | None) -> Iterator[Finding]:
    if ahead is not None:
        yield clock(ahead, "Microsoft's", "what Teams says")


def _cloud(settings: Settings) -> Iterator[Finding]:
    """Whether the addresses belong to one cloud, and we may speak at the one where we begin."""
    if not is_allowed(settings.teams_service_url, settings.teams_allowed_hosts):
        yield Finding(
            False,
            f"TEAMS_SERVICE_URL is {settings.teams_service_url}, which is not https:// at one of TEAMS_ALLOWED_HOSTS: "
            "nobody can be written to first.",
        )
    addresses = {
        "TEAMS_TOKEN_URL": settings.teams_token_url,
        "TEAMS_SCOPE": settings.teams_scope,
        "TEAMS_ISSUER": settings.teams_issuer,
        "TEAMS_OPENID_METADATA_URL": settings.teams_openid_metadata_url,
        "TEAMS_SERVICE_URL": settings.teams_service_url,
    }
    government = [name for name, url in addresses.items() if (urlsplit(url).hostname or "").endswith(".us")]
    if government and len(government) < len(addresses):
        others = [name for name in addresses if name not in government]
        yield Finding(
            False,
            f"The addresses are of two clouds: {', '.join(government)} of a government's, {', '.join(others)} not. "
            "docs/teams.md has all values of each cloud.",
        )


async def _address(settings: Settings) -> AsyncIterator[Finding]:
    """Whether Teams can reach us, as far as this computer can tell."""
    address = settings.public_url.rstrip("/")
    if not address:
        yield Finding(False, f"LEADCYCLE_PUBLIC_URL is not set: write the https:// address that {AZURE} begins with.")
        return
    if not address.startswith("https:"):
        yield Finding(False, f"LEADCYCLE_PUBLIC_URL is {address}, and Teams speaks to https:// only.")
    here = await answers(address, settings, f"{AZURE} has to be {address}{PATH}")
    yield here
    if here.is_good:
        said = await status(f"{address}{PATH}")
        refused = f"Whoever has no token of Microsoft's is refused at {address}{PATH}."
        wrong = f"{address}{PATH} answers {said} to somebody without a token, and should answer 401. Does something "
        yield Finding(True, refused) if said == "401" else Finding(False, f"{wrong}stand before Leadcycle there?")


# ---------------------------------------------------------------- who can be reached


async def judge(store: Store, settings: Settings) -> Judge:
    """Return what says why somebody cannot be reached, from what is on record of the conversations."""
    known = await people.references_of(store, PLATFORM, settings.teams_tenant_id.lower())
    dead = await outbox.listing(store, (State.DEAD,), MOST_DEAD)
    closed = {each["user"]: each["closed"] for _, each in known if each["user"] and each["closed"]}
    refused = {
        row.destination.user for row in dead if row.destination.platform == PLATFORM and row.error.startswith(GONE[403])
    }
    return partial(why, closed=closed, refused=refused)


async def shut(store: Store, settings: Settings) -> Mapping[str, str]:
    """Return, by place, what the channels are called now that take nothing from us any more, and why."""
    known = await people.references_of(store, PLATFORM, settings.teams_tenant_id.lower())
    teams = {each["team"]: name for _, each in reversed(known) if (name := each.get("team_name"))}
    return {
        place: f"{_called(each['name'], teams.get(each['team'], ''))}, {each['closed']}"
        for place, each in known
        if each["closed"] and not each["user"]
    }


def _called(channel: str, team: str) -> str:
    """What a channel is called; the first one of a team has no name, and a team may not have told its own."""
    return " in ".join(f"“{each}”" for each in (channel, team) if each) or "its first channel"


def why(
    members: Sequence[Member], identities: Iterable[Identity], closed: Mapping[str, str], refused: Collection[str]
) -> Mapping[str, str]:
    """Return why each of these people cannot be reached; empty for who can, and no word of who is elsewhere.

    `closed` says by account why its conversation takes nothing more; Teams let us write nothing to those `refused`.
    """
    held: dict[str, list[Identity]] = {}
    for each in identities:
        held.setdefault(each.member, []).append(each)
    found = {}
    for member in members:
        own = held.get(member.id, [])
        here = [each for each in own if each.platform == PLATFORM]
        if here:
            found[member.id] = min((_of(each, closed, refused) for each in here), key=len)
        elif not own:
            found[member.id] = UNKNOWN if member.email else NO_EMAIL
    return found


def _of(identity: Identity, closed: Mapping[str, str], refused: Collection[str]) -> str:
    """Why this account cannot be reached; empty if it can, as far as anybody knows before it is tried."""
    if reason := closed.get(identity.user):
        return TAKEN_OUT if reason == REMOVED else BLOCKED if reason.startswith(GONE[403]) else LOST
    return NOT_INSTALLED if identity.user in refused and not identity.place else ""
