"""The room of a team: everything that its rules may look at, read in one question."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from flows import records
from flows.flow import Answer, Conversation, Place
from flows.loader import Scripts
from flows.people import DISTRICT, Channel, Hold, Leave, Member, Membership, School, Team
from flows.room import Room
from flows.waves import Pulse

from . import conversations, people, tables
from .faults import NoSuchTeam
from .plain import hints, made
from .records import ordered
from .store import Store, given

OF_NEWEST = (records.Move, records.Occurrence, records.Lead, records.Line, records.Ballot, records.Consent)
"""Records of which only those of the newest cycle are looked at; of all others every one of the team."""

REMEMBERED = 16_384
"""Facts that need not be made again while their rows stay as they are: those of some hundred teams."""

_TENANT, _TEAM, _SPEAKER = given("tenant"), given("team"), given("speaker")


async def load(store: Store, team: str, scripts: Scripts, *, lock: bool = False, speaker: str = "") -> Room:
    """Return the team's room; with `lock` nobody else changes the team until the commit.

    The conversations of the member who is the speaker come with their newest answers. Raises `NoSuchTeam`.
    """
    if lock and store.dialect != "sqlite":  # there the transaction is the only one that writes
        await people.lock_team(store, team)
    rows = await store.rows(_QUESTIONS[store.dialect], team=team, speaker=speaker)
    found = _facts(rows)
    if not found[Team]:
        raise NoSuchTeam(f"There is no team {team!r}.")
    return _answered(_room(found, scripts), _answers(rows))


async def with_answers(store: Store, room: Room, keys: Collection[str]) -> Room:
    """Return the room with the newest answers of these conversations."""
    known = [key for key in keys if key in room.conversations]
    found = await conversations.answers_of(store, room.team.id, known)
    return _answered(room, {key: found.get(key, {}) for key in known})


def _room(found: Mapping[type, tuple[Any, ...]], scripts: Scripts) -> Room:
    opened = conversations.oldest_first(found[Conversation])
    on_record: Mapping[str, Any] = {f"{kind.__name__.lower()}s": found[kind] for kind in records.KEYS}
    return Room(
        school=found[School][0],
        team=found[Team][0],
        scripts=scripts,
        members=found[Member],
        memberships=tuple(sorted(found[Membership], key=lambda each: each.position)),
        leaves=found[Leave],
        holds=found[Hold],
        pulses=found[Pulse],
        channels=found[Channel],
        conversations={each.key: each for each in opened},
        **on_record,
    )


def _answered(room: Room, answers: Mapping[str, Mapping[Place, Answer]]) -> Room:
    """Return the room with these answers in these conversations."""
    changed = {key: replace(room.conversations[key], answers=each) for key, each in answers.items()}
    return replace(room, conversations={**room.conversations, **changed}) if changed else room


def _facts(rows: Iterable[Sequence[Any]]) -> Mapping[type, tuple[Any, ...]]:
    """Return the facts of every kind: each row is a kind and a JSON list of values."""
    found: dict[type, list[Any]] = {kind: [] for kind in _SOURCES}
    for name, values in rows:
        if name != _ANSWER:
            kind = _KINDS[name]
            found[kind].append(_fact(kind, values))
    return {kind: ordered(kind, facts) for kind, facts in found.items()}


def _answers(rows: Iterable[Sequence[Any]]) -> Mapping[str, Mapping[Place, Answer]]:
    """Return the newest answers by conversation and place."""
    found = [json.loads(values) for name, values in rows if name == _ANSWER]
    found.sort(key=itemgetter(slice(2)))
    return conversations.newest_answers(dict(zip(_OF_ANSWER, each, strict=True)) for each in found)


@lru_cache(REMEMBERED)
def _fact(kind: type[Any], values: str) -> Any:
    """Return the fact that this text of a row tells; facts never change, so the same text is the same fact."""
    return made(kind, dict(zip(_names(kind), json.loads(values), strict=True)))


def forget() -> None:
    """Forget the facts that are remembered from their rows: somebody's words were destroyed."""
    _fact.cache_clear()


def _names(kind: type) -> list[str]:
    return [name for name in hints(kind) if name in tables.facts[kind].c]


def _of_team(kind: type) -> ColumnElement[bool]:
    """Return which rows of the table belong to the team's room."""
    table, teams, members = tables.facts[kind].c, tables.facts[Team].c, tables.facts[Membership].c
    mine = table.tenant == _TENANT
    school = select(teams.school).where(teams.tenant == _TENANT, teams.id == _TEAM)
    if kind is School:
        return mine & table.id.in_(school)
    if kind is Pulse:
        return mine & table.school.in_(school)
    if kind is Hold:
        return mine & or_(table.scope == DISTRICT, table.scope.in_(school))
    if kind is Team:
        return mine & (table.id == _TEAM)
    if kind in (Member, Leave):
        people_of_team = select(members.member).where(members.tenant == _TENANT, members.team == _TEAM)
        return mine & (table.id if kind is Member else table.member).in_(people_of_team)
    return mine & (table.team == _TEAM) & _of_newest_cycle(kind)


def _of_newest_cycle(kind: type) -> ColumnElement[bool]:
    """Return what keeps earlier cycles out; a conversation without a cycle belongs to every one."""
    cycle, column = tables.facts[records.Cycle].c, tables.facts[kind].c.get("cycle")
    if column is None or kind not in (*OF_NEWEST, Conversation):
        return true()
    newest = select(func.coalesce(func.max(cycle.number), 0))
    is_newest = column == newest.where(cycle.tenant == _TENANT, cycle.team == _TEAM).scalar_subquery()
    return or_(is_newest, column == 0) if kind is Conversation else is_newest


def _source(kind: type, dialect: str) -> Select[str, str]:
    columns = [tables.facts[kind].c[name] for name in _names(kind)]
    return _listed(kind.__name__, columns, dialect).where(_of_team(kind))


def _source_of_answers(dialect: str) -> Select[str, str]:
    """Return the question for all answers in the speaker's conversations of the room."""
    answer, talk = tables.answer.c, tables.facts[Conversation].c
    own = select(talk.key).where(_of_team(Conversation), talk.member == _SPEAKER)
    here = (answer.tenant == _TENANT, answer.team == _TEAM, answer.conversation.in_(own))
    return _listed(_ANSWER, [answer[name] for name in _OF_ANSWER], dialect).where(*here)


def _listed(name: str, columns: Sequence[ColumnElement[Any]], dialect: str) -> Select[str, str]:
    if dialect == "sqlite":
        values = func.json_array(*(func.json(each) if isinstance(each.type, JSON) else each for each in columns))
    else:
        values = func.json_build_array(*columns)
    return select(literal_column(f"'{name}'"), cast(values, Text))


_SOURCES = (School, Team, Member, Membership, Channel, Leave, Hold, Pulse, Conversation, *records.KEYS)
_KINDS: Mapping[str, type] = {kind.__name__: kind for kind in _SOURCES}
_ANSWER = Answer.__name__
_OF_ANSWER = ("revision", "sequence", "conversation", "step", "item", "value", "words")

_QUESTIONS = {
    dialect: union_all(*(_source(kind, dialect) for kind in _SOURCES), _source_of_answers(dialect))
    for dialect in ("sqlite", "postgresql")
}
