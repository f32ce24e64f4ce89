"""The fields of a form in HTML terms: how each kind is named when drawn, and read back into its value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adapters import text
from flows.messages import Field, Kind, Option, Value

from .posted import Posted

DECLARATION = "field"
"""the hidden inputs, one for each field in its order, that say what was asked: "scale|urgency" """
NOT_A_NUMBER = "Please use whole numbers: 0, 1, 2 …"

_GROUPS = frozenset({Kind.OPTIONS, Kind.SEVERAL, Kind.SCALE, Kind.YES_NO, Kind.DOTS})


@dataclass(frozen=True, slots=True)
class Choice:
    """One option as it is drawn."""

    key: str
    label: str
    is_chosen: bool
    dots: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One field as it is drawn; its place in the form names its inputs."""

    index: int
    field: Field

    @property
    def name(self) -> str:
        """The name of the field's input; an option's dots add ":" and the option's key."""
        return f"value{self.index}"

    @property
    def declaration(self) -> str:
        """What the hidden input says about the field."""
        return f"{self.field.kind}|{self.field.key}"

    @property
    def kind(self) -> str:
        """The kind as one word, for the template."""
        return self.field.kind.name.casefold()

    @property
    def is_group(self) -> bool:
        """Whether it consists of several inputs, which need a legend rather than a label."""
        return self.field.kind in _GROUPS

    @property
    def words(self) -> str:
        """What a single input shows at first."""
        return "" if self.field.value is None else str(self.field.value)

    @property
    def hint(self) -> str:
        """What stands beneath the question."""
        return "\n".join(text.hints(self.field))

    @property
    def choices(self) -> list[Choice]:
        """The options, with those marked that are chosen at first."""
        chosen, dots = text.chosen(self.field), text.dots(self.field)
        return [
            Choice(_key(self.field, place, option), option.label, option.key in chosen, dots.get(option.key, 0))
            for place, option in enumerate(text.choices(self.field))
        ]

    @property
    def most(self) -> int:
        """How many dots may lie on one option."""
        return text.most_dots(self.field)

    @property
    def left(self) -> str:
        """How many dots are not given away at first, in words."""
        return text.dots_left(self.field.budget, sum(choice.dots for choice in self.choices))


def drawn(fields: Sequence[Field]) -> list[Drawn]:
    """Return the fields numbered for drawing."""
    return [Drawn(index, field) for index, field in enumerate(fields)]


@dataclass(frozen=True, slots=True)
class Filling:
    """A form that came back: its values, and sentences where there is none to be had, by the fields' keys."""

    keys: tuple[str, ...]
    """the fields in their order"""
    values: Mapping[str, Value]
    problems: Mapping[str, str]


def read_back(posted: Posted) -> Filling:
    """Return what was filled in; None where nothing was."""
    keys: list[str] = []
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for index, declaration in enumerate(posted.every(DECLARATION)):
        kind, _, key = declaration.partition("|")
        keys.append(key)
        try:
            values[key] = _READERS.get(kind, _read_words)(posted, f"value{index}")
        except ValueError:
            problems[key] = NOT_A_NUMBER
    return Filling(tuple(keys), values, problems)


def _key(field: Field, place: int, option: Option) -> str:
    return ("yes", "no")[place] if field.kind == Kind.YES_NO else option.key


def _read_words(posted: Posted, name: str) -> Value:
    return posted.one(name).strip() or None


def _read_several(posted: Posted, name: str) -> Value:
    return posted.every(name)


def _read_scale(posted: Posted, name: str) -> Value:
    key = posted.one(name)
    return int(key) if key.isdecimal() and len(key) < 10 else key or None


def _read_yes_no(posted: Posted, name: str) -> Value:
    return {"yes": True, "no": False}.get(posted.one(name))


def _read_dots(posted: Posted, name: str) -> Value:
    return {key: _count(words) for key, words in posted.starting(f"{name}:")}


def _count(words: str) -> int:
    words = words.strip() or "0"
    if not words.isdecimal() or len(words) > 4:
        raise ValueError(words)
    return int(words)


_READERS: Mapping[str, Callable[[Posted, str], Value]] = {
    Kind.SEVERAL: _read_several,
    Kind.SCALE: _read_scale,
    Kind.YES_NO: _read_yes_no,
    Kind.DOTS: _read_dots,
}
