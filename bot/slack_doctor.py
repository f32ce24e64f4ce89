"""What the doctor looks at where Slack is set up; it only asks, and changes nothing."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

import aiohttp

from adapters.base import Account
from adapters.slack.api import SlackRefused, SlackUnreachable
from adapters.slack.payloads import PATH, PLATFORM
from adapters.slack.standing import Standing, standing
from flows.people import Channel, Member, Membership, School, Team
from storage import records
from storage.addresses import Identity
from storage.installations import Installation
from storage.store import Store

from . import platforms
from .config import Settings, SettingsError
from .findings import Finding
from .sealing import BrokenSeal

WANTS_A_LOOK = timedelta(minutes=1)
"""so far may our clock and Slack's be apart"""
REFUSED = timedelta(minutes=5)
"""from here on what Slack says is taken for a replay: docs.slack.dev/authentication/verifying-requests-from-slack"""
SECONDS = 8
MESSAGES_TAB = (
    "Slack does not say whether people may write to Leadcycle; the manifest turns it on. If somebody finds no field to "
    "type in, open App Home on the app's page and allow messages from the messages tab."
)

AGAIN = "Install the app there again."
LINK = "Send the link of `leadcycle slack install` to its administrator."

Visit = tuple[list[Finding], Standing | None]

# Why somebody of the roster cannot be reached, and what to do about it.
NO_EMAIL = "The roster has no e-mail for them. Write it there, or the member id under slack"
NO_ACCOUNT = (
    "Nobody in the workspace has their e-mail. Invite them, mend the e-mail in the roster, or write their member id "
    "there under slack"
)
NO_SUCH_ID = "The workspace knows no such member id. Mend it under slack in the roster"
SHUT = "Their account is in a workspace that takes nothing from Leadcycle. Let it in again"
DEACTIVATED = "Their account is deactivated. Reactivate it, or write the day under left in the roster"


async def slack(settings: Settings, installed: Sequence[Installation]) -> tuple[list[Finding], list[Standing]]:
    """Return what was found of the app and its address, and how we stand with each workspace that takes our token.

    `installed` are the workspaces on record. Nothing is found where Slack is not set up.
    """
    try:
        if not platforms.slack_is_set_up(settings):
            return [], []
    except SettingsError as fault:
        return [Finding(False, str(fault))], []
    found = [_secret(settings)] if not settings.slack_app_token.get_secret_value() else []
    found += [finding async for finding in _address(settings)]
    visits = [await _own(settings)] if settings.slack_bot_token.get_secret_value() else []
    visits += [await _entered(settings, each) for each in installed if each.token or each.closed]
    told, there = [finding for findings, _ in visits for finding in findings], [each for _, each in visits if each]
    if not visits:
        told.append(Finding(False, f"No workspace has let Leadcycle in yet. {LINK}"))
    return [*told, *found, *([Finding(True, MESSAGES_TAB)] if there else [])], there


async def _own(settings: Settings) -> Visit:
    """How we stand with the workspace that the token of the settings is for."""
    token = settings.slack_bot_token.get_secret_value()
    try:
        there = await standing(token, settings.slack_api_url)
    except SlackRefused as fault:
        return [Finding(False, str(fault))], None
    return list(_app(there, _whose(there, token), token.startswith("xoxb-"))), there


async def _entered(settings: Settings, installed: Installation) -> Visit:
    """How we stand with a workspace on record that came in by a link, or that has let go of us."""
    name = f"{installed.name} ({installed.workspace})"
    if installed.closed:
        again = LINK if settings.slack_client_id else AGAIN
        return [Finding(False, f"Workspace {name} takes nothing from Leadcycle: {installed.closed}. {again}")], None
    try:
        token = platforms.seal_of(settings).open(installed.token)
        there = await standing(token, settings.slack_api_url)
    except BrokenSeal:
        return [Finding(False, f"No key in LEADCYCLE_SECRET_KEYS opens the token of workspace {name}. {LINK}")], None
    except SlackUnreachable as fault:
        return [Finding(False, str(fault))], None
    except SlackRefused as fault:
        return [Finding(False, f"Slack does not take the token of workspace {name} ({fault.error}). {LINK}")], None
    return list(_app(there, f"Slack takes the token of workspace {name}.")), there


def _whose(there: Standing, token: str) -> str:
    whose = "" if token.startswith("xoxb-") else " It is not the bot's: copy the one that begins with xoxb-."
    return f"Slack takes SLACK_BOT_TOKEN: workspace {there.name} ({there.workspace}).{whose}"


def _app(there: Standing, sentence: str, is_bot: bool = True) -> Iterator[Finding]:
    yield Finding(is_bot, sentence)
    if there.missing:
        yield Finding(
            False,
            f"The app lacks {', '.join(there.missing)}. Put what `leadcycle slack manifest` prints under App Manifest "
            "on the app's page, and install the app again.",
        )
    else:
        yield Finding(True, "The app has every scope that Leadcycle uses.")
    if there.silence:
        yield Finding(False, f"Slack does not say who is in the workspace ({there.silence}), so nobody was looked up.")
    yield _clock(there.ahead)


def _clock(ahead: timedelta) -> Finding:
    if abs(ahead) <= WANTS_A_LOOK:
        return Finding(True, "The clock of this computer agrees with Slack's.")
    side = "ahead of" if ahead > timedelta() else "behind"
    refused = "what Slack says is refused" if abs(ahead) >= REFUSED else "at five minutes what Slack says is refused"
    return Finding(
        False,
        f"The clock of this computer is {round(abs(ahead).total_seconds())} seconds {side} Slack's; {refused}. "
        "Let it be set by a time server.",
    )


def _secret(settings: Settings) -> Finding:
    """Whether the secret looks like one: whether it is this app's, only a request of Slack's can show."""
    if re.fullmatch(r"[0-9a-f]{32}", settings.slack_signing_secret.get_secret_value()):
        return Finding(
            True,
            "SLACK_SIGNING_SECRET looks like one. If commands fail in Slack, or it cannot verify the address under "
            "Event Subscriptions, copy it again from Basic Information.",
        )
    return Finding(
        False,
        "SLACK_SIGNING_SECRET has 32 characters, digits and letters from a to f; this one does not look like it. "
        "Copy it from Basic Information on the app's page.",
    )


async def _address(settings: Settings) -> AsyncIterator[Finding]:
    """Whether Slack can reach us, as far as this computer can tell."""
    if settings.slack_app_token.get_secret_value():
        yield Finding(True, "Events come by Socket Mode (SLACK_APP_TOKEN): no public address is needed.")
        return
    address = settings.public_url.rstrip("/")
    if not address:
        yield Finding(
            False,
            "LEADCYCLE_PUBLIC_URL is not set: write the https:// address at which Slack reaches this service, or use "
            "Socket Mode with SLACK_APP_TOKEN.",
        )
        return
    if not address.startswith("https:"):
        yield Finding(False, f"LEADCYCLE_PUBLIC_URL is {address}, and Slack speaks to https:// only.")
    fault = await _silence(f"{address}/health")
    if fault:
        yield Finding(
            False,
            f"{address}/health does not answer as Leadcycle does ({fault}). Is `leadcycle serve` running, and does the "
            f"address lead to {settings.address}?",
        )
    else:
        yield Finding(True, f"Leadcycle answers at {address}; Slack speaks to {address}{PATH}.")


async def _silence(url: str) -> str:
    """Why nobody of ours answers there; empty if it is us."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
            session.get(url) as answer,
        ):
            is_ours = answer.status == 200 and (await answer.text()).strip() == "alive"
            return "" if is_ours else f"status {answer.status}"
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as fault:
        return type(fault).__name__


# ---------------------------------------------------------------- who can be reached


async def roster(store: Store, there: Sequence[Standing]) -> AsyncIterator[Finding]:
    """Yield who of the roster cannot be reached in any workspace and why, and which teams have no channel."""
    places = [each for each in await records.load(store, Membership) if each.left_on is None]
    on_a_team = {each.member for each in places}
    members = [each for each in await records.load(store, Member) if each.id in on_a_team]
    why = _why(members, await records.load(store, Identity), there)
    for reason in (NO_EMAIL, NO_ACCOUNT, NO_SUCH_ID, DEACTIVATED, SHUT):
        if lost := [each.name for each in members if why.get(each.id) == reason]:
            yield Finding(False, f"Cannot be reached: {_names(lost)}. {reason}.")
    if not why:
        yield Finding(True, "Everybody on a team can be reached.")
    yield await _channels(store, {each.team for each in places})


def _why(members: Iterable[Member], identities: Iterable[Identity], there: Sequence[Standing]) -> Mapping[str, str]:
    """Return why each of these people cannot be reached who cannot."""
    accounts = {(each.workspace, account.user): account for each in there for account in each.accounts}
    by_email: dict[str, list[Account]] = {}
    for account in accounts.values():
        by_email.setdefault(account.email, []).append(account)
    looked_at = {each.workspace for each in there}
    held: dict[str, list[Identity]] = {}
    for each in identities:
        held.setdefault(each.member, []).append(each)
    why = {}
    for member in members:
        own = held.get(member.id, [])
        if any(each.platform != PLATFORM for each in own):
            continue
        if own and not any(each.workspace in looked_at for each in own):
            why[member.id] = SHUT
            continue
        known = [accounts[place] for each in own if (place := (each.workspace, each.user)) in accounts]
        known = known if own else by_email.get(member.email.casefold(), []) if member.email else []
        if not known:
            why[member.id] = NO_SUCH_ID if own else NO_ACCOUNT if member.email else NO_EMAIL
        elif not any(account.is_active for account in known):
            why[member.id] = DEACTIVATED
    return why


async def _channels(store: Store, teams: set[str]) -> Finding:
    """Whether each of these teams has a channel."""
    with_one = {each.team for each in await records.load(store, Channel)}
    schools = {each.id: each.name for each in await records.load(store, School)}
    without = [each for each in await records.load(store, Team) if each.id in teams - with_one]
    if not without:
        return Finding(True, "Every team has its channel.")
    names = _names(f"{each.name} ({schools.get(each.school, each.school)})" for each in without)
    return Finding(
        False,
        f"Teams without a channel: {names}. Invite Leadcycle to the team's channel, or say there: "
        "/leadcycle channel here",
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names, key=str.casefold))
