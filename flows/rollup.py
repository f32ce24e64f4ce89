"""The district's figures: work that is counted by school toward the four outcomes, never people, never words.

A figure is told of a school whose teams have at least six members. What is left out of it cannot be found by
subtraction: the schools that are left out are always two or more, and have at least six members together.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
"""that are left out together, if any is: one alone would be all minus the others"""
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
    """by the key of the figure; empty where they are left out"""

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

    Where too little would be left out, the smallest school that could be told is left out, too, and so on; where
    even that is not enough, nothing is told.
    """
    rows = [row for row in rows if row.people or any(row.figures.values())]
    left_out = {row.key for row in rows if row.people < FEWEST}
    told = sorted((row for row in rows if row.key not in left_out), key=lambda row: (row.people, row.key))
    while left_out and not _is_hidden([row for row in rows if row.key in left_out and row.key not in known]):
        if not told:
            break
        left_out.add(told.pop(0).key)
    hidden = [row for row in rows if row.key in left_out and row.key not in known]
    people, none = sum(row.people for row in rows), dict[str, int]()
    is_enough = people >= FEWEST and (not left_out or _is_hidden(hidden))
    figures = {each.key: sum(row.figures.get(each.key, 0) for row in rows) for each in FIGURES}
    total = Row("", "", people if is_enough else 0, figures if is_enough else none)
    shown = (row if row.key not in left_out else Row(row.key, row.name, 0, none) for row in rows)
    return Rollup(tuple(sorted(shown, key=lambda row: (row.name.casefold(), row.key))), total)


def _is_hidden(rows: Sequence[Row]) -> bool:
    """Whether nothing follows for a school, or for a few people, from what these have together."""
    return len(rows) >= FEWEST_SCHOOLS and sum(row.people for row in rows) >= FEWEST


def by_outcome(aims: Iterable[Aim]) -> Iterator[tuple[Aim, tuple[Figure, ...]]]:
    """The outcomes in the district's order, each with its figures; one of its own has none."""
    for aim in aims:
        yield aim, tuple(each for each in FIGURES if each.outcome == aim.key)


def counted(row: Row) -> frozenset[str]:
    """The keys of the figures of which there is anything."""
    return frozenset(key for key, number in row.figures.items() if number)


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
        counts = {each.key: total.figures.get(each.key, 0) for each in figures}
        said = (f"{phrases.say(f'rollup.{key}')}: {count}" for key, count in counts.items())
        nothing = phrases.say("report.no_evidence" if total.is_told else "rollup.left_out")
        yield Item("\n".join(said) if any(counts.values()) else nothing, aim.say)
