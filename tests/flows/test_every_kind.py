"""What stops which message: one table for every kind of message and every card, so that no kind is forgotten."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from bot.sample import CALENDAR
from flows import cards
from flows.messages import Message
from flows.people import FOR_GOOD, Hold, Leave
from flows.room import Room
from flows.sends import Drop, Go, Move, Send, SendKind, Verdict
from flows.wanted import Attention, judge, judge_answer
from tests.world import Rules

MORNING = CALENDAR.at(date(2027, 2, 2), time(9))
NIGHT = CALENDAR.at(date(2027, 2, 2), time(21))
SATURDAY = CALENDAR.at(date(2027, 2, 6), time(9))
SITUATIONS = ("quiet", "leave", "hold", "pause", "closed", "night", "full week")
GOES, WAITS, DROPPED = "goes", "waits", "dropped"

CHANNEL = (GOES, GOES, WAITS, GOES, WAITS, WAITS, GOES)
"""a post and what belongs to it: one person's quiet or leave is nothing to it, and a pause makes no new ones"""
QUESTION = (GOES, WAITS, WAITS, DROPPED, WAITS, WAITS, WAITS)
"""what somebody is asked once: it waits for them, and a pause takes it back"""
REMINDER = (DROPPED, WAITS, WAITS, DROPPED, WAITS, WAITS, WAITS)
DECISION = (GOES, WAITS, WAITS, GOES, WAITS, WAITS, WAITS)
"""a pause stops the cycle, and not what somebody of the team asks"""
SUCCESSOR = (GOES, WAITS, WAITS, DROPPED, WAITS, WAITS, GOES)
"""within a school day, beyond the cap"""
OWN = (GOES, GOES, GOES, GOES, GOES, GOES, GOES)
"""an answer, and one's own card after one's own press, which makes no sound"""

#                                   quiet, leave, hold, pause, closed day, out of hours, full week
KINDS = {
    (SendKind.ANSWER, "ben"): OWN,
    (SendKind.REFRESH, "ben"): OWN,
    (SendKind.PROMPT, "ben"): QUESTION,
    (SendKind.NUDGE, "ben"): (DROPPED, WAITS, WAITS, DROPPED, WAITS, WAITS, DROPPED),
    (SendKind.POST, ""): CHANNEL,
    (SendKind.REFRESH, ""): CHANNEL,
    (SendKind.REPLY, ""): CHANNEL,
}
CARDS = {
    "phase 1": CHANNEL,
    "charter 1": CHANNEL,
    "decision 1": CHANNEL,
    "turn 1 withdrawn": CHANNEL,
    "week 1 2027-02-01": CHANNEL,
    "moved 1 2027-02-03": CHANNEL,
    "ask 1.1.ask0/convene/ben": QUESTION,
    "remind 1.1.ask0/convene/ben": REMINDER,
    "put 1.1.ask0/convene/ben": OWN,
    "stand 1": DECISION,
    "stood 1": OWN,
    "again 1": (DROPPED, WAITS, WAITS, GOES, WAITS, WAITS, WAITS),
    "returned 1": DECISION,
    "review 1": CHANNEL,
    "request 1": CHANNEL,
    "asked 1": DECISION,
    "became 1": OWN,
    "answered 1": DECISION,
    "unanswered 1": DECISION,
    "lead 1 phase.remind_convene 2027-02-03": REMINDER,
    "lead 1 need.choose_to_go_on 2027-02-03": REMINDER,
    "lead 1 need.tie_to_lead 2027-02-03": QUESTION,
    "would 1": QUESTION,
    "stuck 1": REMINDER,
    "left cara": SUCCESSOR,
    "handed lena": (GOES, WAITS, WAITS, GOES, WAITS, WAITS, GOES),
    "declined 1": QUESTION,
    "terms 2027-06-11": QUESTION,
    "nowhere": SUCCESSOR,
    "shut": SUCCESSOR,
    "coach 2027-02-01": QUESTION,
}


def case(situation: str) -> tuple[Room, datetime, Attention]:
    """The team's room in this situation, when it is, and how much ben has had."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    rules.starts("ana")
    room = rules.room
    match situation:
        case "quiet":
            return room.having([replace(room.member("ben"), quiet_until=FOR_GOOD)]), MORNING, Attention()
        case "leave":
            return room.having([Leave("ben", date(2027, 2, 2), date(2027, 2, 3))]), MORNING, Attention()
        case "hold":
            return room.having([Hold(room.school.id, rules.now)]), MORNING, Attention()
        case "pause":
            rules.says("ana", "cycle pause")
            return rules.room, MORNING, Attention()
        case "closed":
            return room, SATURDAY, Attention()
        case "night":
            return room, NIGHT, Attention()
    return room, MORNING, Attention(this_week=2)


def word(verdict: Verdict) -> str:
    match verdict:
        case Go():
            return GOES
        case Move(due):
            assert CALENDAR.is_working(due)
            return WAITS
        case Drop(reason):
            assert reason, "what is not sent has its reason on record"
    return DROPPED


def judged(send: Send, situation: str) -> str:
    room, now, taken = case(situation)
    return word(judge_answer(send) if send.kind is SendKind.ANSWER else judge(room, send, now, taken))


def shown(send: Send) -> dict[str, str]:
    return {situation: judged(send, situation) for situation in SITUATIONS}


@pytest.mark.parametrize(("kind", "to"), KINDS, ids=str)
def test_each_kind_of_message_is_stopped_by_what_stops_it(kind: SendKind, to: str) -> None:
    card = "phase 1" if kind is SendKind.REPLY else ""
    send = Send("a reason", "team", to, kind, MORNING, Message("Well?"), card=card)
    if kind is SendKind.REPLY:  # what a thread says is drawn from the facts; here it is a post like any other
        send = replace(send, kind=SendKind.POST)

    assert shown(send) == dict(zip(SITUATIONS, KINDS[kind, to], strict=True))


@pytest.mark.parametrize("card", CARDS)
def test_each_card_is_stopped_by_what_stops_it(card: str) -> None:
    expected = CARDS[card]
    to, kind = ("", SendKind.POST) if expected is CHANNEL else ("ben", SendKind.PROMPT)
    kind = SendKind.REFRESH if expected is OWN else kind

    send = Send("a reason", "team", to, kind, MORNING, Message("Well?"), card=card)
    assert shown(send) == dict(zip(SITUATIONS, expected, strict=True))


def test_every_kind_and_every_card_stands_in_the_table() -> None:
    assert {kind for kind, _ in KINDS} == set(SendKind)
    assert {card.split(" ")[0] for card in CARDS} == cards.KINDS
