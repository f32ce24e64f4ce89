"""Roll-ups: the district's figures by school, counted by the database; no row of a person and no word leaves it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CompoundSelect, Select, Text, cast, func, literal, or_, select, union_all

from flows import rollup
from flows.people import PROMPTED, Member, Membership, School, Team
from flows.rollup import Figure, Row

from .store import Store
from .tables import KEYS, facts

PEOPLE = "people"


async def rows(store: Store) -> tuple[Row, ...]:
    """Return the figures of every school with anybody or anything in it, whether they may be told or not."""
    found: dict[str, dict[str, int]] = {}
    for key, school, number in map(tuple, await store.rows(question(store.tenant))):
        found.setdefault(school, {})[key] = number
    schools = facts[School].c
    names = {
        each.id: each.name
        for each in await store.rows(select(schools.id, schools.name).where(schools.tenant == store.tenant))
    }
    return tuple(_row(school, names[school], counted) for school, counted in sorted(found.items()))


def question(tenant: str) -> CompoundSelect[Any]:
    """Return the one question: (figure, school, number) of every figure that is declared, and of the members."""
    return union_all(_people(tenant), *(_counted(each, tenant) for each in rollup.FIGURES))


def _row(school: str, name: str, counted: Mapping[str, int]) -> Row:
    figures = {each.key: counted.get(each.key, 0) for each in rollup.FIGURES}
    return Row(school, name, counted.get(PEOPLE, 0), figures)


def _counted(figure: Figure, tenant: str) -> Select[Any]:
    """Count the records of a figure by school."""
    teams, table = facts[Team], facts[figure.kind]
    values = [table.c[name].in_(values) for name, values in figure.values.items()]
    values += [table.c[name].is_not(None) for name in figure.given]
    source = select(teams.c.school, *(table.c[name] for name in figure.once)).where(teams.c.tenant == tenant, *values)
    if figure.kind is not Team:
        source = source.join(table, (table.c.tenant == teams.c.tenant) & (table.c.team == teams.c.id))
    if set(figure.once) != set(KEYS[figure.kind]):
        source = source.distinct()
    records = source.subquery()
    return select(literal(figure.key), records.c.school, func.count()).group_by(records.c.school)


def _people(tenant: str) -> Select[Any]:
    """Count the members of the teams of each school, each person once; who is beside a team is none."""
    teams, places, members = facts[Team].c, facts[Membership].c, facts[Member].c
    is_member = or_(*(cast(places.roles, Text).contains(f'"{role.value}"') for role in PROMPTED))
    joined = (
        facts[Team]
        .join(facts[Membership], (places.tenant == teams.tenant) & (places.team == teams.id))
        .join(facts[Member], (members.tenant == places.tenant) & (members.id == places.member))
    )
    return (
        select(literal(PEOPLE), teams.school, func.count(places.member.distinct()))
        .select_from(joined)
        .where(teams.tenant == tenant, places.left_on.is_(None), members.left_on.is_(None), is_member)
        .group_by(teams.school)
    )
