"""Rooms with a past, for tests of reports: a team of any size after, in or before its second cycle."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from flows.calendar import Closure, SchoolCalendar, Span
from flows.decision_records import Decision, Stand
from flows.loader import Scripts, load_scripts
from flows.outcome import Fact
from flows.people import Member, Membership, Role, School, Team
from flows.records import KEYS, Action, Ballot, Charter, Cycle, Evidence, Line, Move, Need, Resource, Result
from flows.room import Room

T = "team"
LATER = datetime(2028, 1, 1, tzinfo=UTC)
"""when everything that was posted is out"""
PEOPLE = (
    ("Lena Ortiz", Role.ADMINISTRATOR),
    ("Ana Ruiz", Role.HYBRID),
    ("Ben Cole", Role.TEACHER),
    ("Cai Wu", Role.TEACHER),
    ("Dee Fox", Role.SUPPORT),
    ("Eli Roy", Role.TEACHER),
    ("Fay Kim", Role.TEACHER),
    ("Gus Lee", Role.TEACHER),
)
CALENDAR = SchoolCalendar(
    "America/New_York",
    (Span(date(2026, 8, 17), date(2027, 5, 28)),),
    (Closure(date(2026, 11, 23), date(2026, 11, 27), "Thanksgiving"),),
)
FINISHED = (
    "10-05 opened convene",
    "10-08 opened needs",
    "10-12 extended needs",
    "10-22 opened plan",
    "10-29 opened act",
    "11-03 paused act A storm closed two buildings",
    "11-09 resumed act",
    "12-07 opened reflect",
    "12-11 finished reflect",
)
"""a cycle from its first to its last move"""


@cache
def scripts() -> Scripts:
    """The shipped scripts, read once."""
    return load_scripts()


def team(size: int) -> Room:
    """So many people without a past: an administrator, a hybrid role, teachers, support staff."""
    people = [(name.split()[0].lower(), name, role) for name, role in PEOPLE[:size]]
    places = tuple(Membership(T, id, (role,), place) for place, (id, _, role) in enumerate(people))
    members = tuple(Member(id, name) for id, name, _ in people)
    school = School("s", "Lincoln Middle School", CALENDAR)
    return Room(school, Team(T, "s", "Leadership team"), scripts(), members, places)


def day(words: str) -> date:
    """The day that "10-05" means: in 2026."""
    return date.fromisoformat(f"2026-{words}")


def at(words: str) -> datetime:
    """Noon at school on that day."""
    return CALENDAR.at(day(words), time(12)).astimezone(UTC)


def course(*moves: str) -> list[Move]:
    """The moves of cycle 2 as "10-05 opened convene", with a reason where somebody gave one."""
    made = []
    for number, words in enumerate(moves, 1):
        when, kind, phase, *reason = words.split(" ", 3)
        until = day("10-21") if kind == "extended" else None
        made.append(Move(T, 2, number, kind, phase, at(when), "lena" if reason else "", "".join(reason), until))
    return made


def begun() -> list[Fact]:
    """The second cycle and what was agreed for it."""
    norms = "We start on time.\nIt is fine to disagree."
    charter = Charter(T, 2, norms, "Better talk in every room", "Students ask the questions", "ana")
    return [Cycle(T, 1, day("08-17"), 6), Cycle(T, 2, day("10-05"), 9), charter]


def need(number: int, cycle: int, author: str, text: str, **more: Any) -> Need:
    """A need that somebody named in that cycle."""
    return Need(T, number, cycle, author, "", text, **more)


def grounds() -> list[Fact]:
    """The needs and resources that cycle 2 stands on."""
    return [
        need(1, 1, "ben", "Fewer interruptions", evidence="The bell log of September"),
        need(
            2,
            2,
            "ana",
            "More time to plan",
            evidence="Three PLC days were cut short",
            state="met",
            chosen_in=2,
        ),
        need(3, 2, "cai", "Planning time with the other grade", merged_into=2),
        need(4, 2, "ben", "Books that students choose"),
        need(5, 2, "ben", "Words taken back", state="withdrawn"),
        need(6, 1, "ben", "Solved in the first cycle", state="met", chosen_in=1),
        Resource(T, 1, 2, "dee", "", "The media specialist"),
        Resource(T, 2, 2, "dee", "", "A resource taken back", state="withdrawn"),
    ]


def action(number: int, owner: str, what: str, prediction: str = "", **more: Any) -> Action:
    """An action of cycle 2 that stands on need 2 and resource 1."""
    told: dict[str, Any] = {"state": "open", "need": 2, "resource": 1, "prediction": prediction, **more}
    return Action(T, number, 2, what, owner, day("11-06"), "lena", **told)


def work() -> list[Fact]:
    """What cycle 2 did: actions and their results."""
    review = date(2027, 3, 5)
    old = Action(T, 5, 1, "Post the bell plan", "cai", day("09-18"), "lena", state="done", review_on=day("12-04"))
    return [
        action(
            1,
            "ana",
            "Plan on Tuesdays",
            "Two shared lessons",
            state="done",
            measure="The folder",
            review_on=review,
        ),
        action(2, "ben", "Swap one lesson", "Calmer Fridays"),
        action(3, "lena", "Ask for a room", status="blocked", blocker="No free room"),
        action(4, "ben", "Never accepted", state="declined"),
        old,
        Evidence(T, 1, 1, 5, "ana", "Seen of it in the first cycle", day("09-11")),
        Evidence(T, 2, 2, 1, "lena", "Two lessons in one folder", day("11-04")),
        Evidence(T, 3, 2, 1, "ben", "Ten of twelve planned ahead", day("11-05")),
        Evidence(T, 4, 2, 4, "ben", "Seen of what was declined", day("11-05")),
        Result(T, 1, 2, "Three shared lessons", "adopt"),
        Result(T, 2, 2, "Fridays were as before", "adapt"),
    ]


def decision(number: int, mode: str, closed: str, question: str, **more: Any) -> Decision:
    """A decision of the administrator's that closed on that day."""
    told: dict[str, Any] = {"state": "decided", "outcome": question, "closed_at": at(closed), **more}
    return Decision(T, number, 2, mode, question, "The gym is free", "lena", at("10-26"), **told)


def line(number: int, flow: str, step: str, author: str, text: str) -> Line:
    """A line that the team may read: with the name where it comes from a reflection."""
    return Line(T, number, 2, flow, step, f"o{number}", author, flow == "reflect", text, day("11-13"))


def talk() -> list[Fact]:
    """What was decided and shared in cycle 2."""
    asked = {"asked": ("ana", "ben", "cai", "dee", "eli", "fay"), "needed": 4, "review_on": date(2027, 1, 12)}
    return [
        decision(1, "consent", "10-28", "Move the PLC day?", closes_at=at("10-28"), **asked),
        decision(2, "tell", "11-02", "Doors open at 7:20"),
        decision(3, "consent", "11-04", "Nobody knows of this", state="draft"),
        Stand(T, 1, "ana", "good", "", at("10-27")),
        Stand(T, 1, "ben", "worry", "Coaches lose their slot", at("10-27")),
        Stand(T, 1, "cai", "good", "", at("10-27")),
        Stand(T, 1, "dee", "good", "", at("10-27")),
        line(1, "close", "went_well", "ana", "We listened"),
        line(2, "close", "went_well", "ben", "A plan on one page"),
        line(3, "reflect", "what", "cai", "Students asked each other"),
        line(4, "reflect", "what", "dee", ""),
        line(5, "convene", "priority", "dee", "An idea before the charter"),
    ]


def finished(size: int = 7) -> Room:
    """A team of that size after its second cycle, in which everybody gave three dots."""
    room = team(size)
    ballots = [Ballot(T, 2, member.id, {"2": 1, "3": 1, "4": 1}) for member in room.members]
    return room.having([*begun(), *grounds(), *work(), *talk(), *ballots, *course(*FINISHED)])


def shuffled(room: Room, seed: int) -> Room:
    """The same room with its records loaded in another order."""
    rng = random.Random(seed)
    records = {f"{kind.__name__.lower()}s": getattr(room, f"{kind.__name__.lower()}s") for kind in KEYS}
    orders: dict[str, Any] = {name: tuple(rng.sample(found, len(found))) for name, found in records.items()}
    places = tuple(rng.sample(room.memberships, len(room.memberships)))
    return replace(room, memberships=places, members=tuple(reversed(room.members)), **orders)
