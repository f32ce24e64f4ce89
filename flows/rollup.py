"""The district's figures: work that is counted by school toward the four outcomes, never people, never words.

A figure is told of a school whose teams have at least six members. What is left out of it cannot be found by
subtraction: the total holds it only where it is the work of two schools or more, with at least six members together.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from .aims import Aim
from .decision_records import Ask, Decision
from .messages import Item, Link, Message
from .modes import MODES
from .people import SMALL, Team
from .phrases import Phrases
from .records import Action, Cycle, Evidence, Indicator, Lead, Move, Result

CARD = "rollup"
"""the card that is drawn from all schools when it goes out"""
PATH = "/district"
FEWEST = SMALL
"""members for whom a figure has to stand (domain: privacy)"""
FEWEST_SCHOOLS = 2
"""that have something to count and are left out themselves: one alone would be all minus the others"""
_SHARED = tuple(mode for mode, each in MODES.items() if each.waits)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many records of a kind have these values; the fields in `once` tell those apart that count."""

    key: str
    """of the phrase that says it, after "rollup." """
    outcome: str
    """the key of the outcome toward which it counts"""
    kind: type
    values: Mapping[str, tuple[str, ...]]
    once: tuple[str, ...]
    given: tuple[str, ...] = ()
    """fields that hold something"""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of which it is counted."""
        return tuple(dict.fromkeys((*self.values, *self.once, *self.given)))


_NUMBER, _CYCLE = ("team", "number"), ("team", "cycle")

_AIMS = ("teams", "profession", "staffing", "teaching")
"""the outcomes that come with Leadcycle; a district's own have no figures (`outcomes.toml`)"""

FIGURES = (
    Figure("teams", "teams", Team, {}, ("id",)),
    Figure("cycles", "teams", Cycle, {}, _NUMBER),
    Figure("finished", "teams", Move, {"kind": ("finished",)}, _CYCLE),
    Figure("led", "teams", Lead, {"state": ("accepted",)}, ("team", "cycle", "phase")),
    Figure("decided", "profession", Decision, {"state": ("decided",)}, _NUMBER),
    Figure("shared", "profession", Decision, {"state": ("decided",), "mode": _SHARED}, _NUMBER),
    Figure("asked", "staffing", Ask, {"state": ("open", "granted", "declined")}, _NUMBER),
    Figure("granted", "staffing", Ask, {"state": ("granted",)}, _NUMBER),
    Figure("declined", "staffing", Ask, {"state": ("declined",)}, _NUMBER),
    Figure("planned", "teaching", Action, {"state": ("open", "done")}, _NUMBER),
    Figure("done", "teaching", Action, {"state": ("done",)}, _NUMBER),
    Figure("results", "teaching", Result, {}, ("team", "action", "cycle")),
    Figure("adopted", "teaching", Result, {"verdict": ("adopt",)}, ("team", "action", "cycle")),
    Figure("seen", "teaching", Evidence, {}, _NUMBER),
    *(Figure(f"told_{aim}", aim, Indicator, {"outcome": (aim,)}, _NUMBER, ("on",)) for aim in _AIMS),
)
"""What a district leader is shown of each school."""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one school, or of the district."""

    key: str
    """the school's id, or the name of a deployment"""
    name: str
    people: int
    """members of its teams: for whom the figures stand; 0 where they are left out"""
    figures: Mapping[str, int]
    """by the key of the figure, without those that are left out"""

    @property
    def is_told(self) -> bool:
        """Whether its figures are told."""
        return bool(self.figures)


@dataclass(frozen=True, slots=True)
class Rollup:
    """The district's figures as somebody may see them."""

    rows: tuple[Row, ...]
    total: Row


def rolled_up(rows: Sequence[Row], known: Collection[str] = ()) -> Rollup:
    """The rows with the figures that may be told; `known` are the schools whose figures the reader knows anyway.

    Which schools are left out goes by their own members alone: no other school that comes, goes or begins changes it.
    The total holds what they have of a figure only where that hides each of them; else it is that of the others.
    """
    rows = [row for row in rows if row.people or any(row.figures.values())]
    told = [row for row in rows if row.people >= FEWEST]
    unknown = [row for row in rows if row.people < FEWEST and row.key not in known]

    def together(number: Callable[[Row], int]) -> int | None:
        hides = not unknown or _hide_each_other([row for row in unknown if number(row)])
        among = rows if hides else told
        return sum(map(number, among)) if sum(row.people for row in among) >= FEWEST else None

    counted = {each.key: together(partial(_number, each.key)) for each in FIGURES}
    figures = {key: number for key, number in counted.items() if number is not None}
    people = together(lambda row: row.people) if figures else None
    shown = (row if row in told else Row(row.key, row.name, 0, {}) for row in rows)
    ordered = tuple(sorted(shown, key=lambda row: (row.name.casefold(), row.key)))
    return Rollup(ordered, Row("", "", people or 0, figures))


def _number(key: str, row: Row) -> int:
    return row.figures.get(key, 0)


def _hide_each_other(rows: Sequence[Row]) -> bool:
    """Whether nothing follows for a school, or for a few people, from what these have together: each has something."""
    return len(rows) >= FEWEST_SCHOOLS and sum(row.people for row in rows) >= FEWEST


def by_outcome(aims: Iterable[Aim]) -> Iterator[tuple[Aim, tuple[Figure, ...]]]:
    """The outcomes in the district's order, each with its figures; one of its own has none."""
    for aim in aims:
        yield aim, tuple(each for each in FIGURES if each.outcome == aim.key)


def counted(row: Row) -> frozenset[str]:
    """The keys of the figures of which there is anything, or may be: those that are left out."""
    return frozenset(each.key for each in FIGURES if row.figures.get(each.key) != 0)


def draw(phrases: Phrases, aims: Iterable[Aim], found: Rollup, pages: str = "") -> Message:
    """The district as a message: its figures by outcome."""
    return Message(
        phrases.say("rollup.text", count=len(found.rows)),
        title=phrases.say("rollup.title"),
        items=tuple(_items(phrases, aims, found.total)),
        note=phrases.say("rollup.rule", fewest=FEWEST),
        preview=phrases.say("rollup.title"),
        link=Link(phrases.say("page.open"), f"{pages.rstrip('/')}{PATH}") if pages else None,
        language=phrases.language,
    )


def _items(phrases: Phrases, aims: Iterable[Aim], total: Row) -> Iterator[Item]:
    for aim, figures in by_outcome(aims):
        counts = {each.key: total.figures[each.key] for each in figures if each.key in total.figures}
        said = (f"{phrases.say(f'rollup.{key}')}: {count}" for key, count in counts.items())
        nothing = phrases.say("report.no_evidence" if len(counts) == len(figures) else "rollup.left_out")
        yield Item("\n".join(said) if any(counts.values()) else nothing, aim.say)
