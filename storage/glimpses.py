"""Glimpses: teams as their coach sees them, read from the declared fields alone; others are never asked for."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, get_origin

from sqlalchemy import (
    JSON,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from flows import records, shown
from flows.flow import Conversation
from flows.loader import Scripts
from flows.people import DISTRICT, Hold, Member, Membership, School, Team
from flows.room import Room

from .plain import hints, made
from .records import ordered
from .rooms import OF_NEWEST, REMEMBERED
from .store import Store
from .tables import facts

Found = Mapping[type, tuple[Any, ...]]


async def load(store: Store, teams: Collection[str], scripts: Scripts) -> tuple[Room, ...]:
    """Return these teams' rooms with nothing in them but what is declared in `shown.COACH`; the rest is blank."""
    if not teams:
        return ()
    found: dict[type, list[Any]] = {kind: [] for kind in shown.READ}
    kinds = {kind.__name__: kind for kind in found}
    for name, values in map(tuple, await store.rows(question(store.dialect, store.tenant, sorted(teams)))):
        found[kinds[name]].append(_fact(kinds[name], values))
    facts_of = {kind: ordered(kind, each) for kind, each in found.items()}
    return tuple(_room(team, facts_of, scripts) for team in facts_of[Team])


def question(dialect: str, tenant: str, teams: Sequence[str]) -> CompoundSelect[Any]:
    """Return the one question, built from the declared fields: each row comes as its kind and a JSON list."""
    sources: list[Select[Any, str]] = []
    for kind, names in shown.READ.items():
        columns = [facts[kind].c[name] for name in names]
        if dialect == "sqlite":
            values = func.json_array(*(func.json(each) if isinstance(each.type, JSON) else each for each in columns))
        else:
            values = func.json_build_array(*columns)
        of_teams = _of_teams(kind, tenant, teams)
        sources.append(select(literal_column(f"'{kind.__name__}'"), cast(values, Text)).where(of_teams))
    return union_all(*sources)


def _of_teams(kind: type, tenant: str, teams: Sequence[str]) -> ColumnElement[bool]:
    """Return which rows of the table belong to these teams, of what is read of one cycle only those of the newest."""
    table, places, known = facts[kind].c, facts[Membership].c, facts[Team].c
    mine = table.tenant == tenant
    schools = select(known.school).where(known.tenant == tenant, known.id.in_(teams))
    if kind is School:
        return mine & table.id.in_(schools)
    if kind is Hold:
        return mine & or_(table.scope == DISTRICT, table.scope.in_(schools))
    if kind is Team:
        return mine & table.id.in_(teams)
    if kind is Member:
        return mine & table.id.in_(select(places.member).where(places.tenant == tenant, places.team.in_(teams)))
    found = mine & table.team.in_(teams)
    if kind not in (*OF_NEWEST, Conversation):
        return found
    cycles = facts[records.Cycle].c
    newest = select(cycles.team, func.max(cycles.number)).where(cycles.tenant == tenant, cycles.team.in_(teams))
    return found & tuple_(table.team, table.cycle).in_(newest.group_by(cycles.team))


@lru_cache(REMEMBERED)
def _fact(kind: type, values: str) -> Any:
    """Return the fact that this text of a row tells; facts never change, so the same text is the same fact."""
    return made(kind, {**_blank(kind), **dict(zip(shown.READ[kind], json.loads(values), strict=True))})


@cache
def _blank(kind: type) -> Mapping[str, Any]:
    """Return what stands in place of the fields that are not asked for, as it would be stored."""
    required = {each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING}
    return {name: _nothing(hint) for name, hint in hints(kind).items() if name in required}


def _nothing(hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return ()
    empty = {str: "", int: 0, bool: False, date: date.min, datetime: datetime.min.replace(tzinfo=UTC)}
    return empty.get(hint)


def _room(team: Team, found: Found, scripts: Scripts) -> Room:
    """Return the room of one of the teams."""
    places = tuple(each for each in found[Membership] if each.team == team.id)
    people = {each.member for each in places}
    talks = sorted((each for each in found[Conversation] if each.team == team.id), key=lambda each: each.opened_at)
    of_team: Mapping[str, Any] = {
        f"{kind.__name__.lower()}s": tuple(each for each in found[kind] if each.team == team.id)
        for kind in records.KEYS
        if kind in found
    }
    return Room(
        school=next(each for each in found[School] if each.id == team.school),
        team=team,
        scripts=scripts,
        members=tuple(each for each in found[Member] if each.id in people),
        memberships=places,
        holds=tuple(each for each in found[Hold] if each.scope in (DISTRICT, team.school)),
        conversations={each.key: each for each in talks},
        **of_team,
    )
