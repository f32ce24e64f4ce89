"""School time under every rule set that clocks follow from 2024 to 2031, and under clocks that jump or stop."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import timetable
from flows.calendar import Closure, HalfDay, Hours, SchoolCalendar, Span
from flows.messages import Message
from flows.records import Action
from flows.sends import Go, Send, SendKind
from flows.wanted import Attention, judge
from tests.world import Rules

DAY = timedelta(days=1)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
LONG, USUAL = Hours(time(0, 30), time(23)), Hours(time(7, 30), time(15, 30))
EVERY_DAY = frozenset(range(7))
STEP = timedelta(days=5)
"""no zone changes its clocks there and back within so few days"""


@cache
def rule_sets() -> Mapping[str, tuple[date, ...]]:
    """One zone for each distinct set of rules of these years, with the days on which its clocks change."""
    found: dict[tuple[object, ...], tuple[str, tuple[date, ...]]] = {}
    steps = [FIRST + n * STEP for n in range((LAST - FIRST) // STEP + 1)]
    for name in sorted(each for each in available_timezones() if "/" in each and not each.startswith("Etc")):
        zone = ZoneInfo(name)
        offsets = [step.astimezone(zone).utcoffset() for step in steps]
        changes = [
            _change(zone, one, other)
            for (one, before), (other, after) in pairwise(zip(steps, offsets, strict=True))
            if before != after
        ]
        rules = (offsets[0], *((at, at.astimezone(zone).utcoffset()) for at in changes))
        found.setdefault(rules, (name, tuple(at.astimezone(zone).date() for at in changes)))
    return dict(found.values())


def _change(zone: ZoneInfo, one: datetime, other: datetime) -> datetime:
    """The minute between these two instants in which clocks change."""
    before = one.astimezone(zone).utcoffset()
    while other - one > timedelta(minutes=1):
        middle = one + (other - one) // 2
        one, other = (middle, other) if middle.astimezone(zone).utcoffset() == before else (one, middle)
    return other.replace(second=0, microsecond=0)


def test_there_are_as_many_rule_sets_as_clocks_follow() -> None:
    assert 60 <= len(rule_sets()) <= 90
    assert sum(bool(changes) for changes in rule_sets().values()) >= 20


@pytest.mark.parametrize("hours", [LONG, USUAL], ids=["long", "usual"])
def test_around_each_change_each_wall_time_comes_once_on_each_date_in_hours(hours: Hours) -> None:
    """Forty-eight wall times on the days around every change of every rule set, and on an ordinary day.

    School hours never touch a change of the clocks, so with them one change of each rule set is enough.
    """
    years = (Span(date(2024, 1, 1), date(2031, 12, 31)),)
    for zone, changes in rule_sets().items():
        calendar = SchoolCalendar(zone, years, hours=hours, weekdays=EVERY_DAY)
        wanted = [change for change in changes if date(2024, 1, 2) < change < date(2031, 12, 30)]
        for change in (*(wanted if hours is LONG else wanted[:1]), date(2027, 9, 15)):
            days = [change - DAY, change, change + DAY]
            for wall in HALF_HOURS:
                prompts = [calendar.clamp(day, wall) for day in days]
                assert [calendar.local_date(at) for at in prompts] == days, (zone, change, wall)
                assert all(map(calendar.is_working, prompts)), (zone, change, wall)


def team(calendar: SchoolCalendar, now: datetime) -> Rules:
    """A team that acts: a weekly card for each of three people who own an action."""
    rules = Rules(now, lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    rules.room = replace(rules.room, school=replace(rules.room.school, calendar=calendar))
    rules.starts("ana", "10 weeks")
    for _ in range(3):
        rules.says("ana", "cycle next because we are quick")
    due = rules.room.today(now) + timedelta(days=20)
    owners = enumerate(("ana", "ben", "cara"), 1)
    rules.room = rules.room.having(
        [Action("team", number, 1, f"Step {number}", who, due, who, state="open") for number, who in owners]
    )
    return rules


def school(zone: str, change: date) -> SchoolCalendar:
    """Half a year around a change, with a closed day, a break and a half day on school days close to it."""
    term = Span(change - timedelta(days=60), change + timedelta(days=90))
    week = change + timedelta(days=7)
    return SchoolCalendar(
        zone,
        (term,),
        (Closure(change + DAY, change + DAY, "Snow"), Closure(week, week + 4 * DAY, "Break")),
        (HalfDay(change + 3 * DAY, time(12)),),
    )


def test_across_changes_of_every_rule_set_each_weekly_card_comes_once_a_week_in_hours() -> None:
    for zone, changes in rule_sets().items():
        for change in changes[1:4:2] or (date(2027, 3, 14),):
            calendar = school(zone, change)
            now = calendar.next_working(calendar.at(change - timedelta(days=15), time(7)))
            rules = team(calendar, now)
            cards = [each for each in timetable.dues(rules.room) if each.kind == "ask"]
            days = [calendar.local_date(each.at) for each in cards]

            assert len(cards) >= 4, (zone, change)
            assert len({day - day.weekday() * DAY for day in days}) == len(days), "one a week, each on its own date"
            assert all(map(calendar.is_open, days))
            assert all(calendar.is_working(each.at) for each in cards)
            usual = [each for day, each in zip(days, cards, strict=True) if day != change + 3 * DAY]
            assert {calendar.local(each.at).time() for each in usual} == {time(14, 30)}


# ---------------------------------------------------------------- clocks that jump or stop

zones = st.deferred(lambda: st.sampled_from(sorted(zone for zone, changes in rule_sets().items() if changes)))
jumps = st.lists(st.integers(-72, 96), min_size=3, max_size=15)
"""hours by which the clock moves before somebody looks again: back, forward, or three days late"""


@settings(max_examples=40, deadline=None)
@given(zones, st.integers(0, 20), jumps)
def test_a_clock_that_jumps_or_stops_never_doubles_and_never_loses_a_card(zone: str, which: int, by: list[int]) -> None:
    changes = [change for change in rule_sets()[zone] if 2024 < change.year < 2031]
    change = changes[which % len(changes)] if changes else date(2027, 3, 14)
    calendar = school(zone, change)
    rules = team(calendar, calendar.next_working(calendar.at(change - timedelta(days=15), time(7))))
    sent: Counter[str] = Counter()
    for hours in (*by, 96, 96, 96):
        before = set(rules.sends)
        rules.now += timedelta(hours=hours)
        rules.ticks()
        new = rules.sends.keys() - before
        assert all((rules.sends[key].expires or rules.now) >= rules.now for key in new), "nothing stale"
        sent.update(new)
        _everybody_answers(rules)
    latest = max((each.at for each in rules.room.occurrences), default=rules.now)

    keys = [each.key for each in rules.room.occurrences]
    assert len(keys) == len(set(keys))
    assert set(sent.values()) <= {1}
    notes = {each.key: each.note for each in rules.room.occurrences}
    for due in timetable.dues(rules.room):
        if due.kind != "ask" or due.at > min(latest, rules.now):
            continue
        asked = [key for key in rules.sends if f".{due.key}." in key]
        assert due.key in notes, "never lost"
        assert notes[due.key] in ("", "late", "stale")
        assert bool(asked) != (notes[due.key] == "stale"), "asked, or on record why not"


def _everybody_answers(rules: Rules) -> None:
    """So that nobody's card rests for a week."""
    talks = rules.room.conversations.values()
    rules.room = rules.room.having([replace(each, answered_at=each.opened_at) for each in talks])


@settings(max_examples=120, deadline=None)
@given(zones, st.integers(0, 20), st.integers(-4 * 1440, 12 * 1440))
def test_at_any_minute_a_message_goes_only_in_hours_of_an_open_day_and_else_to_the_next(
    zone: str, which: int, minutes: int
) -> None:
    changes = rule_sets()[zone]
    change = changes[which % len(changes)]
    calendar = school(zone, change)
    room = Rules(ben="teacher").room
    room = replace(room, school=replace(room.school, calendar=calendar))
    now = calendar.at(change, time(0)) + timedelta(minutes=minutes)
    verdict = judge(room, Send("a reason", "team", "ben", SendKind.PROMPT, now, Message("Well?")), now, Attention())

    local = calendar.local(now)
    hours = Hours(calendar.hours.opens, time(12) if local.date() == change + 3 * DAY else calendar.hours.closes)
    in_hours = calendar.is_open(local.date()) and hours.opens <= local.time() < hours.closes
    assert isinstance(verdict, Go) is in_hours
    if not isinstance(verdict, Go):
        assert calendar.is_working(verdict.due)  # type: ignore[union-attr]
        assert verdict.due == calendar.next_working(now)  # type: ignore[union-attr]
