"""Messages that are due, of every kind, as many as one likes.

Each round of them is six: two answers in a row and a prompt for one person; a post in one channel, a reply under it,
and the redrawing of that post. All but the answers are judged and drawn when they go out, and answers go first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from flows.calendar import Hours, SchoolCalendar, Span
from flows.decision_records import Decision
from flows.messages import Message
from flows.people import Channel, Member, Membership, Role, School, Team
from flows.sends import Send, SendKind
from storage import lanes, outbox, people, records, tables
from storage.addresses import Destination
from storage.database import Database
from storage.plain import to_plain
from storage.state import CLOSED, State, is_in
from storage.store import Store
from tests.faults.recording_slack import WORKSPACE

UNPACED = 100_000
"""messages a second: what is tried here is not the pace"""
EACH = 6
"""messages of a round; all but the last one are posts of their own"""
TEAMS, PEOPLE = 5, 20
"""the teams of which the messages are, and the people of each: so many that nobody's week grows long"""
IN_A_ROW = 100
"""rounds of one team before it is another's turn: what is claimed together is of one team, or two"""
ALL_DAY = Hours(time(0), time(23, 59))
UNTOUCHED = dict.fromkeys(("inflight_at", "lease_until", "wait_until", "settled_at"))


async def come_due(database: Database, count: int) -> None:
    """Enqueue so many messages, of teams whose school is always open, in a workspace that takes them at any pace."""
    async with database.begin(people.DISTRICT) as store:
        await lanes.limit(store, "slack", WORKSPACE, UNPACED, UNPACED)
        await _found(store)
        for send, there in _sends(range(-(-count // EACH)), store.school_time)[:count]:
            await outbox.enqueue(store, send, there)


async def more_come_due(database: Database, rounds: int, since: int) -> None:
    """Let many more come due, as quickly as rows can be written: each is like that of the first round in its place.

    Half of the posts of as many rounds before these have changed once more.
    """
    async with database.begin(people.DISTRICT) as store:
        first = await store.select(tables.outbox, order=(tables.outbox.c.sequence,), limit=EACH)
        sends = _sends(range(since, since + rounds), store.school_time)
        rows = [_like(first[place % EACH], *each, store) for place, each in enumerate(sends)]
        await store.insert_new(tables.outbox, rows)
        changed = range(max(0, since - rounds), since, 2)
        await outbox.enqueue_all(store, [_redrawing(each, store.school_time, "once more") for each in changed])


async def unsettled(database: Database) -> int:
    """How many messages have not come to an end."""
    table = tables.outbox
    async with database.read(people.DISTRICT) as store:
        counted = select(func.count()).where(table.c.tenant == store.tenant, ~is_in(table, *CLOSED))
        return int((await store.rows(counted))[0][0])


async def _found(store: Store) -> None:
    """Put the teams on record, each with a decision that has taken a turn."""
    around = Span(*((store.school_time + timedelta(days=days)).date() for days in (-30, 30)))
    noon = f"Etc/GMT{store.school_time.hour - 12:+}"  # no run gets anywhere near the end of this day
    calendar = SchoolCalendar(noon, (around,), hours=ALL_DAY, weekdays=frozenset(range(7)))
    await people.found_tenant(store, "Our district")
    await records.keep(store, School("always-open", "Always open", calendar))
    for team in map(_team, range(TEAMS)):
        members = [Member(_member(team, number), f"Person {number}") for number in range(PEOPLE)]
        seats = (Membership(team, each.id, (Role.TEACHER,), number) for number, each in enumerate(members))
        said = Decision(
            team, 1, 0, "tell", "What?", "Why", members[0].id, store.school_time, state="decided", revision=2
        )
        await records.keep(store, Team(team, "always-open", team), Channel(team, "slack", WORKSPACE, f"C-{team}"))
        await records.keep(store, *members, *seats, said)


def _team(number: int) -> str:
    return f"team-{number}"


def _member(team: str, number: int) -> str:
    return f"{team}-person-{number}"


def _sends(rounds: Sequence[int], due: datetime) -> list[tuple[Send, Destination]]:
    return [each for number in rounds for each in _round(number, due)]


def _round(number: int, due: datetime) -> tuple[tuple[Send, Destination], ...]:
    person, channel = Destination("slack", WORKSPACE, "", f"U{number:05}"), _channel(number)
    team = _team(number // IN_A_ROW % TEAMS)
    asked = Send(f"{number} asks", team, _member(team, number % PEOPLE), SendKind.PROMPT, due, card="shut")
    reply = Send(f"{number} replies", team, "", SendKind.REPLY, due, card="turn 1 amended.2.0", under=_post(number))
    return (
        *((Send(f"{number} {it}", "", "", SendKind.ANSWER, due, Message(f"{it} of {number}")), person) for it in "ab"),
        (asked, person),
        (Send(_post(number), team, "", SendKind.POST, due, Message(f"Post {number}")), channel),
        (reply, channel),
        _redrawing(number, due, "drawn anew"),
    )


def _redrawing(number: int, due: datetime, how: str) -> tuple[Send, Destination]:
    words, team = f"Post {number}, {how}", _team(number // IN_A_ROW % TEAMS)
    message = Message(words, preview=words)
    return Send(_post(number), team, "", SendKind.REFRESH, due, message), _channel(number)


def _post(number: int) -> str:
    return f"{number} posts"


def _channel(number: int) -> Destination:
    return Destination("slack", WORKSPACE, f"C{number:05}", "")


def _like(row: Mapping[str, Any], send: Send, there: Destination, store: Store) -> dict[str, Any]:
    """The row of this message, written as that other one was."""
    delivery = uuid4().hex
    is_redrawing = send.kind is SendKind.REFRESH
    post = send.key if is_redrawing else send.under
    return {
        **row,
        **UNTOUCHED,
        **{"attempt": 0, "looked": 0, "version": 0, "sequence": store.next_sequence(), "due": send.due},
        **dict.fromkeys(("message_id", "lease_by", "error", "replaces"), ""),
        **{"state": State.WAITING if post else State.READY, "post": post, "delivery": delivery},
        **{"key": f"{send.key} ~ {delivery}" if is_redrawing else send.key, "team": send.team, "to": send.to},
        **{"message": to_plain(send.message), "card": send.card, "place": there.place, "user": there.user},
    }
