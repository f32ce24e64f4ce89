"""Keeps a roster: finds who is new, who changed and who left, and writes each kind of fact in one go."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, groupby
from typing import Any

from flows.calendar import WEEKDAYS, SchoolCalendar
from flows.founding import school_year
from flows.people import Member, Membership, Role, School, Team
from storage import records, tables
from storage.addresses import Identity
from storage.store import Store

from .roster import Account, Entry, Roster
from .roster_book import KINDS, Book, key_of
from .roster_import import PLATFORMS, lacks, no_zone, refuse

_STEPS = ("schools", "teams", "people", "places in teams", "accounts")


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import changed or would change; as a string, its counts in words."""

    people: int
    teams: int
    schools: int
    """how many the file names"""
    new: int
    changed: int
    """how many of the people"""
    news: tuple[str, ...]
    """a sentence for each new school and team, and for each thing that is not as before"""
    notes: tuple[str, ...]
    """a sentence for each thing in the file that was left alone on purpose"""
    touched: tuple[str, ...]
    """the ids of the teams for which something else may come due now"""

    def __str__(self) -> str:
        people = f"{self.people:,} {'person' if self.people == 1 else 'people'}"
        told = [f"{number:,} {word}" for number, word in ((self.new, "new"), (self.changed, "changed")) if number]
        if not told:
            told = [f"{_count(len(self.touched), 'team')} changed" if self.touched else "nothing changed"]
        return f"{people}, {_count(self.teams, 'team')}, {_count(self.schools, 'school')}: {', '.join(told)}"


def unheard(step: str) -> None:
    """Tell nobody how far it is."""


async def keep(
    store: Store, roster: Roster, ids: Callable[[], str], zone: str = "", tell: Callable[[str], None] = unheard
) -> Changes:
    """Put the roster on record and return what changed; the same file once more changes nothing.

    People are the same when their e-mail is, schools and teams when their names are. Whom the file does not
    name stays. `ids` gives a new id with each call; `zone` is the time zone of new schools for which the
    file has none. `tell` hears how far it is. Raises `RosterError` and keeps nothing when the file contradicts
    the record.
    """
    await _hold(store)
    book = await _entered(store, roster, ids, zone)
    for kind, pairs in groupby(book.changes(), key=lambda pair: type(pair[1])):
        changed = [after for _, after in pairs]
        await records.keep(store, *changed)
        tell(f"{len(changed):,} {_STEPS[KINDS.index(kind)]} written")
    await records.discard(store, *book.mistyped())
    return _changes(roster, book)


async def compare(store: Store, roster: Roster, zone: str = "") -> Changes:
    """Return what `keep` would change and raise what it would raise; a reading transaction will do."""
    numbers = count(1)
    return _changes(roster, await _entered(store, roster, lambda: f"new {next(numbers)}", zone))


async def _hold(store: Store) -> None:
    """Let no other import, and no team of the tenant, change anything until the commit."""
    await store.select(tables.tenant, lock=True)
    for kind in (School, Team):  # in the order in which a command for the whole school takes them
        table = tables.facts[kind]
        await store.select(table, order=(table.c.id,), lock=True)


async def _entered(store: Store, roster: Roster, ids: Callable[[], str], zone: str) -> "Book":
    """Return the book of the tenant with the roster entered, or raise `RosterError`."""
    book = Book([fact for kind in KINDS for fact in await records.load(store, kind)])
    installed = await store.select(tables.installation)
    workspaces = [(row["platform"], row["workspace"]) for row in installed]
    clerk = _Clerk(book, workspaces, store.school_time, ids, zone)
    for entry in roster.entries:
        clerk.enter(entry)
    clerk.require_administrators()
    clerk.put_in_order()
    refuse((line, what) for what, line in clerk.problems.items())
    return book


class _Clerk:
    """Enters a roster into the book, line by line."""

    def __init__(
        self,
        book: Book,
        workspaces: Iterable[tuple[str, str]],
        now: datetime,
        ids: Callable[[], str],
        zone: str,
    ) -> None:
        self.book = book
        self.workspaces = sorted(workspaces)
        self.now = now
        self.ids = ids
        self.zone = zone
        self.problems: dict[str, int] = {}
        self.schools = {each.name.casefold(): each for each in book.of(School)}
        self.teams = {(each.school, each.name.casefold()): each for each in book.of(Team)}
        self.members = {each.email.lower(): each for each in book.of(Member) if each.email}
        self.places: dict[str, dict[str, Membership]] = {}
        self.listed: dict[str, list[str]] = {}
        self.lines: dict[str, int] = {}
        for place in book.of(Membership):
            self.places.setdefault(place.team, {})[place.member] = place

    def enter(self, entry: Entry) -> None:
        """Enter a line; somebody who left before anybody here knew of it is not put on record."""
        if entry.left and not self._has_place(entry):
            return
        school = self._school(entry)
        team = self._team(entry, school)
        member = self._member(entry)
        for account in entry.accounts:
            self._account(entry, account, member)
        self._place(entry, school, team, member)

    def put_in_order(self) -> None:
        """Number the people of each team as in the file, and after them those whom it does not name.

        A file that names less than a team changes no order: whoever is new comes last.
        """
        for team, listed in self.listed.items():
            places = self.places[team]
            first = listed if self._is_a_team(places[each] for each in listed) else []
            others = sorted(set(places) - set(first), key=lambda member: (places[member].position, member))
            for position, member in enumerate((*first, *others)):
                self.book.put(replace(places[member], position=position))

    def _is_a_team(self, places: Iterable[Membership]) -> bool:
        there = [each for each in places if self._is_there(each)]
        return not any(lacks(there))

    def require_administrators(self) -> None:
        """Note each team with people in it whose administrator on record would be none any more.

        The file alone cannot tell: it may name somebody who left, and make a teacher of who came after.
        """
        before: dict[str, list[Membership]] = {}
        for each in self.book.before.values():
            if isinstance(each, Membership):
                before.setdefault(each.team, []).append(each)
        for team, places in self.places.items():
            there, had = [place for place in places.values() if self._is_there(place)], before.get(team, [])
            if there and not _administrators(there) and _administrators(filter(self._is_there, had)):
                title = _title(self.book.get(Team, team), self.book)
                line = min(self.lines.get(each.member, 0) for each in _administrators(filter(self._is_there, had)))
                self.problems.setdefault(f"{title} would be without an administrator. Make somebody one.", line)

    def _is_there(self, place: Membership) -> bool:
        member = self.book.get(Member, place.member)
        return not place.left_on and not (member and member.left_on)

    def _has_place(self, entry: Entry) -> bool:
        school, member = self.schools.get(entry.school_key), self._known(entry)
        team = self.teams.get((school.id, entry.team.casefold())) if school else None
        return bool(team and member and member.id in self.places.get(team.id, {}))

    def _school(self, entry: Entry) -> School:
        known = self.schools.get(entry.school_key)
        school = replace(known, name=entry.school) if known else self._new_school(entry)
        if entry.zone and entry.zone != school.calendar.zone:
            school = replace(school, calendar=replace(school.calendar, zone=entry.zone))
        self.schools[entry.school_key] = self.book.put(school)
        return school

    def _new_school(self, entry: Entry) -> School:
        if not (entry.zone or self.zone):
            self.problems.setdefault(no_zone(entry.school), entry.line)
        calendar = SchoolCalendar(entry.zone or self.zone or "UTC", ())
        term = school_year(calendar.local_date(self.now))
        return School(self.ids(), entry.school, replace(calendar, terms=(term,)))

    def _team(self, entry: Entry, school: School) -> Team:
        key = (school.id, entry.team.casefold())
        team = replace(self.teams.get(key) or Team(self.ids(), school.id, entry.team), name=entry.team)
        if entry.meeting_day:
            team = replace(team, meeting_weekday=WEEKDAYS.index(entry.meeting_day))
        if entry.team_language:
            team = replace(team, language=entry.team_language)
        self.teams[key] = self.book.put(team)
        return team

    def _member(self, entry: Entry) -> Member:
        known = self._known(entry) or Member(self.ids(), entry.name)
        email, language = known.email or entry.email, known.chosen_language or entry.language or known.language
        member = replace(known, name=entry.name, email=email, language=language)
        if member.left_on:
            self.book.notes[f"{member.name} gets nothing: the account was deactivated on {member.left_on}."] = None
        self.members[entry.email] = self.book.put(member)
        return member

    def _known(self, entry: Entry) -> Member | None:
        """Return who has this e-mail, or without any e-mail one of these accounts."""
        if member := self.members.get(entry.email):
            return member
        for account in entry.accounts:
            held = self.book.get(Identity, account.platform, self._workspace(entry, account), account.user)
            holder = held and self.book.get(Member, held.member)
            if holder and not holder.email:
                return holder
        return None

    def _account(self, entry: Entry, account: Account, member: Member) -> None:
        """Give the member the account, unless somebody else was heard from it."""
        key = (account.platform, self._workspace(entry, account), account.user)
        held = self.book.get(Identity, *key) or Identity(member.id, *key)
        if held.member != member.id and held.seen_at:
            where, holder = PLATFORMS[account.platform], self.book.get(Member, held.member)
            whose = holder.name if holder else "somebody else"
            what = f"the {where} account {account.user} is that of {whose}. Correct it or the e-mail."
            self.problems.setdefault(what, entry.line)
        self.book.put(replace(held, member=member.id))

    def _place(self, entry: Entry, school: School, team: Team, member: Member) -> None:
        places = self.places.setdefault(team.id, {})
        place = places.get(member.id) or Membership(team.id, member.id, entry.roles, len(places))
        if entry.left and entry.left > school.calendar.local_date(self.now):
            what = f"{entry.left} is still to come. Import that {member.name} has left on that day."
            self.problems.setdefault(what, entry.line)
        if place.left_on and not entry.left and not entry.is_back:
            what = f'{member.name} left {team.name} on {place.left_on}. Write "no" under left if that is over.'
            self.book.notes[what] = None
        left_on = None if entry.is_back else entry.left or place.left_on
        roles = place.roles if set(place.roles) == set(entry.roles) else entry.roles
        places[member.id] = replace(place, roles=roles, left_on=left_on, groups=entry.groups or place.groups)
        self.listed.setdefault(team.id, []).append(member.id)
        self.lines[member.id] = entry.line

    def _workspace(self, entry: Entry, account: Account) -> str:
        """Return the workspace of the account; that it cannot be told is said once, of the first such line."""
        known = [workspace for platform, workspace in self.workspaces if platform == account.platform]
        if account.workspace in known or (len(known) == 1 and not account.workspace):
            return account.workspace or known[0]
        where = PLATFORMS[account.platform]
        if account.workspace:
            what = f'"{account.workspace}" is not a connected {where} workspace.'
        elif known:
            what = f"several {where} workspaces are connected. Write accounts as workspace/id: {known[0]}/…"
        else:
            what = f"no {where} workspace is connected. Connect it, or leave the cell empty."
        self.problems.setdefault(what, entry.line)
        return ""


def _administrators(places: Iterable[Membership]) -> list[Membership]:
    return [place for place in places if Role.ADMINISTRATOR in place.roles]


def _changes(roster: Roster, book: Book) -> Changes:
    new = {after.id for before, after in book.changes() if isinstance(after, Member) and not before}
    told = [(_person(after), _sentence(before, after, book)) for before, after in book.changes()]
    news = [(person, sentence) for person, sentence in told if sentence and person not in new]
    return Changes(
        people=len({entry.email for entry in roster.entries}),
        teams=len({entry.team_key for entry in roster.entries}),
        schools=len({entry.school_key for entry in roster.entries}),
        new=len(new),
        changed=len({person for person, _ in news if person}),
        news=(*(sentence for _, sentence in news), *_reordered(book)),
        notes=tuple(book.notes),
        touched=tuple(dict.fromkeys(_touched(book))),
    )


def _touched(book: Book) -> Iterator[str]:
    changed = [after for _, after in book.changes()]
    schools = {fact.id for fact in changed if isinstance(fact, School)}
    teams = {fact.id for fact in changed if isinstance(fact, Team)}
    yield from (team.id for team in book.of(Team) if team.school in schools or team.id in teams)
    yield from (fact.team for fact in changed if isinstance(fact, Membership))


def _person(fact: object) -> str:
    """Return the member whom the fact is about; empty for a school and a team."""
    match fact:
        case Member():
            return fact.id
        case Membership() | Identity():
            return fact.member
        case _:
            return ""


def _sentence(before: Any, after: Any, book: Book) -> str:
    """Return what is not as before; empty when it is only somebody's position."""
    match after:
        case Identity():
            where, member = PLATFORMS[after.platform], book.get(Member, after.member)
            return f"{_title(member, book)} has the {where} account {after.user}."
        case _ if before is None:
            return f"{_title(after, book)} is new."
    told = (
        f"{label} {words(getattr(after, name))} instead of {words(getattr(before, name))}"
        for name, (label, words) in _TOLD.items()
        if getattr(after, name, None) != getattr(before, name, None)
    )
    sentence = ", ".join(told)
    return f"{_title(after, book)}: {sentence}." if sentence else ""


_TOLD: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "name": ("name", str),
    "email": ("e-mail", lambda email: email or "none"),
    "language": ("language", str),
    "calendar": ("time zone", lambda calendar: calendar.zone),
    "meeting_weekday": ("meeting day", lambda weekday: WEEKDAYS[weekday]),
    "roles": ("roles", ", ".join),
    "groups": ("circles", lambda groups: ", ".join(groups) or "none"),
    "left_on": ("left", lambda day: str(day or "no")),
}
"""The fields that are told about: how they are called, and their values in words."""


def _title(fact: object, book: Book) -> str:
    match fact:
        case Team():
            return f"{fact.name} ({_title(book.get(School, fact.school), book)})"
        case Membership():
            return f"{_title(book.get(Member, fact.member), book)} in {_title(book.get(Team, fact.team), book)}"
        case School() | Member():
            return fact.name
        case _:
            return "nobody"


def _reordered(book: Book) -> Iterator[str]:
    """Yield a sentence for each team whose people stand in another order among themselves."""
    positions: dict[str, list[tuple[int, int]]] = {}
    for place in book.of(Membership):
        if before := book.before.get(key_of(place)):
            positions.setdefault(place.team, []).append((place.position, before.position))
    for team, pairs in positions.items():
        was = [before for _, before in sorted(pairs)]
        if was != sorted(was):
            yield f"{_title(book.get(Team, team), book)}: another order of people."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
