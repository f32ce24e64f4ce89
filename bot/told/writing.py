"""What the people of a told cycle write: each sentence once, and what belongs together is drawn together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from bot.sample import CALENDAR
from flows.messages import Field, Form, Kind, Value

from . import words


@dataclass(slots=True)
class Writer:
    """Writes for all of them, so that nobody says what somebody else has said."""

    _random: Random
    _decks: dict[str, list[int]] = field(default_factory=dict)
    """by question: the sentences that nobody has used yet"""
    _drawn: dict[str, int] = field(default_factory=dict)
    _undone: dict[str, list[words.Planned]] = field(default_factory=dict)
    """by need: the actions that nobody has proposed yet"""

    def word(self, step: str) -> str:
        """A sentence for this question; what belongs together (a need and its evidence) is drawn together."""
        first = words.BELONGS_TO.get(step, step)
        if first == step or first not in self._drawn:
            deck = self._decks.setdefault(first, [])
            if not deck:
                deck += self._random.sample(range(len(words.WORDS[first])), len(words.WORDS[first]))
            self._drawn[first] = deck.pop()
        known = words.WORDS[step]
        return known[self._drawn[first] % len(known)]

    def _planned(self, asked: Field) -> words.Planned:
        """The action that the question names."""
        planned = (action for actions in words.ACTIONS.values() for action in actions)
        return next(action for action in planned if action.what in asked.label)

    def filled(self, form: Form, today: date) -> dict[str, Value]:
        """A value for each field of a form."""
        flow = form.ref.split("/")[1] if "/" in form.ref else ""
        filled = {each.key: self._value(flow, each, today) for each in form.fields}
        return filled | self._action(form.fields) if flow == "plan" else filled

    def _action(self, fields: Sequence[Field]) -> dict[str, Value]:
        """An action for the need that comes first, or for another one when enough is planned for it."""
        serves = next(each for each in fields if each.key == "serves.0")
        for need in serves.options:
            about = next(known for known in words.ACTIONS if known in need.label)
            left = self._undone.setdefault(about, list(words.ACTIONS[about]))
            if left:
                action = left.pop(self._random.randrange(len(left)))
                return {
                    "what.0": action.what,
                    "serves.0": need.key,
                    "prediction.0": action.prediction,
                    "measure.0": action.measure,
                }
        raise AssertionError("Everything that could be done about every need is planned.")

    def _value(self, flow: str, asked: Field, today: date) -> Value:
        step = asked.key.split(".")[0]
        if asked.value is not None and asked.kind is not Kind.YES_NO:
            return asked.value
        if flow == "charter":
            return words.CHARTER[step]
        if step == "learned":
            return words.LEARNED
        if step == "result":
            return self._planned(asked).result
        match asked.kind:
            case Kind.YES_NO:
                return flow != "plan" and asked.key.endswith(".0") and self._random.random() < 0.3
            case Kind.DATE:
                return CALENDAR.add_school_days(today, self._random.randint(8, 25)).isoformat()
            case Kind.DOTS:
                return self._dots(asked)
            case Kind.SEVERAL:
                return [asked.options[0].key]
            case Kind.OPTIONS | Kind.PERSON | Kind.SCALE:
                return self._option(flow, step, asked)
            case _ if step in words.WORDS:
                return self.word(step)
            case _:
                return None

    def _option(self, flow: str, step: str, asked: Field) -> Value:
        keys = [option.key for option in asked.options]
        if step == "verdict":
            return self._planned(asked).verdict
        if step == "status":
            return self._random.choice(["on_track", "on_track", "done", "blocked"])
        if step == "owner":
            return self._random.choice(keys[:4])
        return self._random.choice([key for key in keys if key != "other"])

    def _dots(self, asked: Field) -> dict[str, int]:
        keys = [option.key for option in asked.options]
        first = keys[0] if self._random.random() < 0.7 else self._random.choice(keys)
        second = self._random.choice([key for key in keys if key != first])
        return {first: 3, second: 2}
