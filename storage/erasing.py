"""Erasing a person: their words in every copy, their accounts, and what tells whose an id was; ids and numbers stay."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, or_

from flows import erasing
from flows.decision_records import Amendment, Decision
from flows.erasing import forgotten
from flows.flow import Conversation
from flows.people import ERASED, Member, Membership
from flows.records import Need, Resource

from . import outbox, tables, visits
from .addresses import Identity
from .own_record import named
from .plain import made
from .records import discard, keep, load
from .state import CLOSED, WAITS, State, is_in
from .store import Store

REASON = "the person was erased"
"""Why a message to somebody is not sent any more."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was destroyed, in numbers."""

    answers: int
    """every revision of an answer counts"""
    facts: int
    """records whose words are gone"""
    posts: int
    """messages to the person that are to be deleted on their platform"""
    unknown: int
    """messages to the person of which nobody knows whether they stand there"""
    bodies: int
    """messages to others whose words are gone from the outbox: they may have quoted the person"""


async def erase(store: Store, member: str, today: date) -> Erased:
    """Destroy everything that this person wrote, and every account; said again, it finds what has come since.

    What was decided and planned stays without the name. What stands in a chat is left to the platform's adapter: a
    row of `retraction` for each post.
    """
    teams = sorted({each.team for each in await load(store, Membership, member=member)})
    accounts = await load(store, Identity, member=member)
    authored = await _authored(store, member)
    answers = await _own_conversations(store, member)
    for team in teams:
        await unquote(store, team, {"members": {member: ERASED}, **authored.get(team, {})})
    facts = await _facts(store, member, today)
    posts = await _posts(store, member)
    unknown = await _outbox(store, member)
    bodies = sum([await outbox.destroy_settled(store, team) for team in teams])
    await _accounts(store, member, accounts)
    return Erased(answers, facts, posts, unknown, bodies)


async def is_erased(store: Store, member: str) -> bool:
    """Tell whether nobody of this id is on record any more, under their name."""
    return all(each.name == ERASED for each in await load(store, Member, id=member))


async def _authored(store: Store, member: str) -> Mapping[str, erasing.Gone]:
    """By team, the needs and resources that quote the person wherever they can be chosen."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for source, facts in (
        ("needs", await load(store, Need, author=member)),
        ("resources", await load(store, Resource, author=member)),
    ):
        for each in facts:
            found.setdefault(each.team, {}).setdefault(source, {})[str(each.number)] = ERASED
    return found


async def _own_conversations(store: Store, member: str) -> int:
    """Destroy all answers in one's own conversations, and what was quoted there."""
    table, count = tables.answer, 0
    own = [made(Conversation, row) for row in await _rows(store, Conversation, member=member)]
    for each in own:
        here = (table.c.team == each.team, table.c.conversation == each.key)
        count += await store.delete(table, *here)
    await keep(store, *(erasing.emptied(each, store.school_time) for each in own))
    return count


async def unquote(store: Store, team: str, gone: erasing.Gone) -> None:
    """Take names and words out of what the team's people could choose from, and were asked about."""
    for row in await _rows(store, Conversation, team=team):
        fresh, quoted = erasing.without_quotes(made(Conversation, row), gone)
        if quoted:
            await keep(store, fresh)
            await _unsay(store, fresh, quoted)


async def _unsay(store: Store, conversation: Conversation, quoted: Mapping[str, str]) -> None:
    """Take the quotes out of the questions that stand beside answers."""
    table = tables.answer
    here = (table.c.team == conversation.team, table.c.conversation == conversation.key)
    for row in await store.select(table, *here):
        words = erasing.unsaid(row["words"], quoted)
        if words != row["words"]:
            place = (table.c.step == row["step"], table.c.item == row["item"], table.c.revision == row["revision"])
            await store.update(table, *here, *place, words=words)


async def _facts(store: Store, member: str, today: date) -> int:
    """Keep every fact that names the person without their words; return how many are others now."""
    changed: list[Any] = []
    for kind in erasing.RULES:
        table = tables.facts[kind]
        found: list[Any] = [made(kind, row) for row in await store.select(table, or_(*named(table.c, member)))]
        after = [(fact, forgotten(fact, member, today)) for fact in found]
        changed += [now for was, now in after if now is not None and now != was]
        await discard(store, *(was for was, now in after if now is None))
    owned = {(each.team, each.number) for each in await load(store, Decision, owner=member)}
    drafted = [each for each in await load(store, Amendment) if (each.team, each.decision) in owned]
    await discard(store, *(each for each in drafted if erasing.is_drafted(each)))
    for _, alike in groupby(changed, type):
        await keep(store, *alike)
    return len(changed)


async def _posts(store: Store, member: str) -> int:
    """Put every post to the person on the list of what is to be deleted on its platform."""
    outbox = tables.outbox
    rows = await store.select(outbox, outbox.c.to == member, outbox.c.message_id != "")
    posts = {(row["platform"], row["workspace"], row["message_id"]) for row in rows}
    waits = {"attempts": 0, "wait_until": store.now}
    listed = [
        {"platform": platform, "workspace": workspace, "post": post, **waits} for platform, workspace, post in posts
    ]
    await store.insert_new(tables.retraction, listed)
    return len(posts)


async def _outbox(store: Store, member: str) -> int:
    """Cancel what waits for the person, and forget of the rest what it said and where it went.

    What is on its way at this moment is left to the next time. Returns how many may stand where nobody finds them.
    """
    table = tables.outbox
    theirs, closed = table.c.to == member, {"state": State.CANCELLED, "error": REASON, "settled_at": store.now}
    doubtful = await store.update(table, theirs, is_in(table, State.HELD), **closed)
    await store.update(table, theirs, is_in(table, *WAITS), **closed, version=table.c.version + 1)
    nowhere = dict.fromkeys(("user", "place", "message_id", "replaces"), "")
    await store.update(table, theirs, is_in(table, *CLOSED), message=None, **nowhere)
    return doubtful


async def _accounts(store: Store, member: str, accounts: Sequence[Identity]) -> None:
    """Forget the accounts, what came from them, and what their platforms keep of their conversations."""
    await visits.end_all(store, member)
    for platform, theirs in groupby(sorted(accounts, key=attrgetter("platform")), attrgetter("platform")):
        for table, whose in _of_accounts(platform, list(theirs)):
            if table is tables.inbox:
                await store.update(table, whose, payload=None, user="", done_at=store.now)
            else:
                await store.delete(table, whose)
    line = tables.practice_line
    places = [each.place for each in accounts if each.place]
    await store.delete(line, or_(line.c.place.in_(places), line.c.author.in_([member, *(a.user for a in accounts)])))
    await discard(store, *accounts)


def _of_accounts(platform: str, accounts: Sequence[Identity]) -> Iterator[tuple[Any, ColumnElement[bool]]]:
    """Which rows of which tables belong to accounts of one platform."""
    users, places = [each.user for each in accounts], [each.place for each in accounts if each.place]
    inbox, place, pace = tables.inbox.c, tables.place.c, tables.pace.c
    said = or_(inbox.user.in_(users), inbox.payload["user"].as_string().in_(users))
    yield tables.inbox, (inbox.platform == platform) & said
    yield tables.place, (place.platform == platform) & place.place.in_(places)
    yield tables.pace, (pace.platform == platform) & or_(pace.user.in_(users), pace.place.in_(places))


async def _rows(store: Store, kind: type, **equal: str) -> list[dict[str, Any]]:
    table = tables.facts[kind]
    return await store.select(table, *(table.c[name] == value for name, value in equal.items()))
