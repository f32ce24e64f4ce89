"""How many messages the bot starts in a cycle for who is beside the team, whatever they do not answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest

from bot.sample import CALENDAR
from flows.people import Team
from flows.records import Action
from flows.sends import Send, SendKind
from tests.world import Rules, told

COACH, DISTRICT_LEADER = 10, 3
"""The most in ten open school weeks."""
SCHOOLS = 12
LAST_DAY = date(2027, 4, 30)
STARTED = (SendKind.PROMPT, SendKind.NUDGE)


def started(rules: Rules, who: str) -> Iterator[Send]:
    """What the bot starts for this person."""
    return (send for send in rules.sends.values() if send.to == who and send.kind in STARTED)


def stuck(school: int) -> Rules:
    """A team whose action is late from the first weeks on, and that shows its coach everything for ten weeks."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", kay="coach")
    rules.room = replace(rules.room, team=Team(f"team{school}", "riverside", f"Team {school}"))
    rules.room = replace(
        rules.room, memberships=tuple(replace(each, team=f"team{school}") for each in rules.room.memberships)
    )
    rules.starts("ana")
    rules.fills("ana", "order charter change", priority="Feedback", coach="decisions")
    for words in ("met", "cycle next because a", "cycle next because b"):
        rules.says("ana", words)
    late = Action(f"team{school}", 1, 1, "Late", "ben", date(2027, 2, 1 + school), "ben", state="open")
    rules.room = rules.room.having([late])
    rules.until(CALENDAR.at(LAST_DAY, time(16)))
    return rules


def test_a_coach_of_twelve_schools_that_are_all_stuck_gets_ten_messages_at_most() -> None:
    reasons: set[str] = set()
    for school in range(SCHOOLS):
        sends = list(started(stuck(school), "kay"))
        assert len(sends) > 5, "there is something to tell every week"
        reasons |= {send.key for send in sends}

    assert len(reasons) <= COACH, "the same week is the same reason, whichever team has it"


@pytest.mark.parametrize("role", ["district leader", "observer", "staff"])
def test_a_cycle_that_asks_nothing_of_who_is_beside_it_sends_them_nothing(role: str) -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", dora=role)
    rules.starts("ana")
    rules.until(CALENDAR.at(LAST_DAY, time(16)))

    assert list(started(rules, "dora")) == []


@pytest.mark.parametrize(("asks", "answers"), [(1, False), (3, True)])
def test_a_district_leader_gets_three_messages_at_most_answered_or_not(asks: int, answers: bool) -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", dora="district leader")
    rules.starts("ana")
    for number in range(1, asks + 1):
        asked = {"kind": "time", "what": "A substitute on Wednesdays", "of": "dora"}
        rules.fills("ben", "order ask", **asked)
        rules.until(CALENDAR.at(date(2027, 2, number + 1), time(9)))
        if answers:
            assert "written" not in told(rules.fills("dora", f"order ask grant {number}", answer="From March on"))
    rules.until(CALENDAR.at(LAST_DAY, time(16)))

    assert len(rules.room.asks) == asks
    assert 1 <= len(list(started(rules, "dora"))) <= DISTRICT_LEADER
