"""What the doctor looks at where Slack is set up; it only asks, and changes nothing."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

from adapters.base import Account
from adapters.slack.api import SlackRefused, SlackUnreachable
from adapters.slack.payloads import PATH, PLATFORM
from adapters.slack.standing import Standing, standing
from flows.people import Member
from storage.addresses import Identity
from storage.installations import Installation

from . import platforms
from .config import Settings, SettingsError
from .endpoint import answers
from .findings import Finding, clock
from .sealing import BrokenSeal

MESSAGES_TAB = (
    "Slack does not say whether people may write to Leadcycle; the manifest turns it on. If somebody finds no field to "
    "type in, open App Home on the app's page and allow messages from the messages tab."
)

NOT_THE_BOTS = (
    "SLACK_BOT_TOKEN begins with xoxb-, and this one does not: copy the Bot User OAuth Token from the app's page, "
    "under OAuth & Permissions."
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
REASONS = (NO_EMAIL, NO_ACCOUNT, NO_SUCH_ID, DEACTIVATED, SHUT)
"""in the order in which they are told"""


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
        return [Finding(False, str(fault)), *([] if _is_bots(token) else [Finding(False, NOT_THE_BOTS)])], None
    return list(_app(there, _whose(there, token), _is_bots(token))), there


def _is_bots(token: str) -> bool:
    return token.startswith("xoxb-")


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
    whose = "" if _is_bots(token) else " It is not the bot's: copy the one that begins with xoxb-."
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
    yield clock(there.ahead, "Slack's", "what Slack says")


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
    yield await answers(address, settings, f"Slack speaks to {address}{PATH}")


# ---------------------------------------------------------------- who can be reached


def why(members: Iterable[Member], identities: Iterable[Identity], there: Sequence[Standing]) -> Mapping[str, str]:
    """Return why each of these people cannot be reached; empty for who can, and no word of who is elsewhere."""
    accounts = {(each.workspace, account.user): account for each in there for account in each.accounts}
    by_email: dict[str, list[Account]] = {}
    for account in accounts.values():
        by_email.setdefault(account.email, []).append(account)
    looked_at = {each.workspace for each in there}
    held: dict[str, list[Identity]] = {}
    for each in identities:
        held.setdefault(each.member, []).append(each)
    found = {}
    for member in members:
        own = held.get(member.id, [])
        if any(each.platform != PLATFORM for each in own):
            continue
        if own and not any(each.workspace in looked_at for each in own):
            found[member.id] = SHUT
            continue
        known = [accounts[place] for each in own if (place := (each.workspace, each.user)) in accounts]
        known = known if own else by_email.get(member.email.casefold(), []) if member.email else []
        if not known:
            found[member.id] = NO_SUCH_ID if own else NO_ACCOUNT if member.email else NO_EMAIL
        else:
            found[member.id] = "" if any(account.is_active for account in known) else DEACTIVATED
    return found
