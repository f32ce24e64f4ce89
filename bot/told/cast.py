"""The people of a told cycle: their habits are fixed, who they are comes with the seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bot.sample import Part
from flows.people import Role

_FIRST = (
    "Ada",
    "Bao",
    "Carmen",
    "Dev",
    "Elif",
    "Femi",
    "Grace",
    "Hana",
    "Isaac",
    "June",
    "Kofi",
    "Lucía",
    "Maya",
    "Nils",
    "Omar",
    "Priya",
    "Rosa",
    "Tomás",
)
_LAST = (
    "Abara",
    "Brooks",
    "Castillo",
    "Dunn",
    "Estrada",
    "Fischer",
    "Greene",
    "Haddad",
    "Ibarra",
    "Jensen",
    "Kim",
    "Lindqvist",
    "Moreno",
    "Nakamura",
    "Okafor",
    "Patel",
    "Reyes",
    "Sato",
)


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody deals with the bot."""

    name: str
    answers_after: timedelta | None
    """how long after a message the person answers; None: never"""
    edits: bool = False
    """comes back to change an answer"""
    objects: bool = False
    """raises an objection to the first consent decision"""
    types: bool = False
    """answers in the chat instead of on the form"""
    goes_on_leave: bool = False


_ROLES: Sequence[tuple[tuple[Role, ...], str, Habit]] = (
    ((Role.ADMINISTRATOR,), "principal", Habit("prompt", timedelta(minutes=20))),
    (
        (Role.TEACHER, Role.HYBRID, Role.FACILITATOR),
        "teacher, facilitator",
        Habit("edits an answer", timedelta(hours=1), edits=True),
    ),
    ((Role.TEACHER,), "science teacher", Habit("late", timedelta(days=1, hours=4), types=True)),
    ((Role.TEACHER,), "math teacher", Habit("objects to a decision", timedelta(hours=2), objects=True)),
    (
        (Role.SUPPORT,),
        "school counselor",
        Habit("on leave for a week", timedelta(hours=3), goes_on_leave=True),
    ),
    ((Role.TEACHER,), "art teacher", Habit("silent", None)),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """One person of the cast."""

    part: Part
    habit: Habit


def cast(random: Random) -> tuple[Actor, ...]:
    """Return six people with the six habits, named by the seed."""
    names = zip(random.sample(_FIRST, len(_ROLES)), random.sample(_LAST, len(_ROLES)), strict=True)
    return tuple(
        Actor(Part(f"member-{number}", f"{first} {last}", roles, job), habit)
        for number, ((first, last), (roles, job, habit)) in enumerate(zip(names, _ROLES, strict=True), 1)
    )
