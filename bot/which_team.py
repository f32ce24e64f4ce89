"""Which team somebody means who is on several, or what they are asked where nothing tells."""

from collections import Counter
from collections.abc import Sequence

from flows import wishes
from flows.command_table import COMMANDS
from flows.commands import is_explicit, stripped
from flows.events import Event, Said
from flows.messages import Button, Message
from flows.people import School, Team
from flows.permissions import PERSONAL, may
from flows.phrases import Phrases
from storage import conversations, people, records
from storage.people import Person
from storage.store import Store

MOST_CARRIED = 1_500
"""bytes of a command that all buttons of a message together bring back on every platform"""


async def meant(store: Store, event: Event, person: Person, phrases: Phrases) -> str | Message:
    """The team that is meant: the pressed card's, the channel's, the only one, or the one that asked last.

    Without one, what the person is told or asked instead.
    """
    mine = [membership.team for membership in person.memberships]
    wanted = event.about
    if not wanted and not event.private:
        channel = await people.team_in(store, event.platform, event.workspace, event.place)
        wanted = channel.id if channel else ""
    if not mine:
        return Message(phrases.say("refused.no_team"))
    if wanted and wanted not in mine:
        return Message(phrases.say("refused.other_team"))
    if len(mine) == 1:
        return mine[0]
    here = wanted or await _asked_last(store, event, person, mine)
    if matter := wishes.matter(event, phrases):
        here = await _any(store, person, matter, here)
    return here or await _which(store, event, mine, phrases)


async def _any(store: Store, person: Person, matter: str, here: str) -> str:
    """A team in which the person may do what is the same in each of theirs: this one, if any tells.

    Empty where none tells and what is meant is a school's, and their teams are of several schools.
    """
    teams = [each.team for each in person.memberships if may(each.roles, matter)] or [here]
    found = [each for team in teams for each in await records.load(store, Team, id=team)]
    if here in teams or (matter not in PERSONAL and len({each.school for each in found}) > 1):
        return here
    return teams[0]


async def name(store: Store, mine: Sequence[str], team: str) -> str:
    """The team's name for somebody who is on all of these, so that each message says of which it is; else empty.

    Without a team there is none: what concerns a person or the whole school is the same in each of theirs.
    """
    names = {each: name for name, each in await _named(store, mine)} if len(mine) > 1 else {}
    return names.get(team, "")


async def _asked_last(store: Store, event: Event, person: Person, teams: list[str]) -> str:
    """The team whose question typed words answer; empty for a command and when none has asked."""
    if not isinstance(event.what, Said) or event.what.pressed or is_explicit(event.what.text):
        return ""
    found = await conversations.open_of(store, person.member.id)
    asked = [each for each in found if each.team in teams and (each.asked_at or each.opened_at) <= store.school_time]
    newest = max(asked, key=lambda each: (each.asked_at or each.opened_at, each.key), default=None)
    return newest.team if newest else ""


async def _which(store: Store, event: Event, teams: list[str], phrases: Phrases) -> Message:
    """Ask for which team a command is; a press on one gives it there."""
    if event.what == Said(""):
        return Message(phrases.say("refused.no_words"))
    says = _command(event)
    if says == "channel here" and not event.answerable:
        return Message(phrases.say("channel.not_here"))  # a message is elsewhere, and so would be the press on it
    if not says or len(says.encode()) * len(teams) > MOST_CARRIED:
        return Message(phrases.say("refused.several_teams"))
    buttons = tuple(Button(name, says, about=team) for name, team in await _named(store, teams))
    return Message(phrases.say("refused.which_team"), buttons=buttons)


def _command(event: Event) -> str:
    """The command that was given, by slash, button, name or as typed words; empty for other words and a form."""
    match event.what:
        case Said(text, pressed) if pressed or is_explicit(text) or COMMANDS.find(text):
            return stripped(text) or "help"
    return ""


async def _named(store: Store, teams: Sequence[str]) -> list[tuple[str, str]]:
    """The teams by name, with the school's name where several are called so."""
    found = [each for team in teams for each in await records.load(store, Team, id=team)]
    schools = {each.id: each.name for each in await records.load(store, School)}
    times = Counter(each.name for each in found)
    return sorted(
        (each.name if times[each.name] == 1 else f"{each.name} ({schools[each.school]})", each.id) for each in found
    )
