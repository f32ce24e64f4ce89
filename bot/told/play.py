"""The story of a told cycle: who does what when a message reaches them, and what they do of their own accord."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from bot.rehearsal import Player, Post, Rehearsal, buttons
from bot.sample import CALENDAR, CHANNEL, FIRST_DAY
from flows.messages import Errors, Field, Form, Kind, Value

from . import words
from .cast import Actor

Act = Callable[[], Awaitable[None]]

MOST_STEPS = 5_000
"""Steps of a story; one that goes on longer does not come to an end."""
MEETS_AFTER = timedelta(hours=6, minutes=30)
"""the team meets so long after the school opens"""


@dataclass(slots=True)
class Story:
    """Six people and a bot, from the first Monday to the report."""

    rehearsal: Rehearsal
    actors: tuple[Actor, ...]
    random: Random
    players: dict[str, Player] = field(init=False)
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _seen: int = 0
    _decks: dict[str, list[int]] = field(default_factory=dict)
    """by question: the sentences that nobody has used yet"""
    _drawn: dict[str, int] = field(default_factory=dict)
    _undone: dict[str, list[words.Planned]] = field(default_factory=dict)
    """by need: the actions that nobody has proposed yet"""
    _shared: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Give everybody a place on the stage."""
        self.players = {
            actor.part.id: Player(self.rehearsal, actor.part.id, actor.part.name, CHANNEL, CALENDAR)
            for actor in self.actors
        }

    async def play(self) -> AsyncIterator[None]:
        """Live through the cycle, step by step: whatever is due next happens next, be it the bot's or a person's."""
        await self.player("edits an answer").says("cycle start 10 weeks")
        self._plan_decisions()
        self._plan_leave()
        for _ in range(MOST_STEPS):
            yield
            self._react()
            due = await self.rehearsal.next_due()
            if self._acts and (due is None or self._acts[0][0] <= due):
                at, _, act = heappop(self._acts)
                await self.rehearsal.until(max(at, self.rehearsal.clock.now))
                await act()
            elif due is not None:
                await self.rehearsal.until(due)
            else:
                return

    def player(self, habit: str) -> Player:
        """The person with this habit."""
        return self.players[next(actor.part.id for actor in self.actors if actor.habit.name == habit)]

    def actor(self, player: Player) -> Actor:
        """The habits of this person."""
        return next(actor for actor in self.actors if actor.part.id == player.id)

    def later(self, at: datetime, act: Act) -> None:
        """Do this then, or as soon after it as the school is open."""
        heappush(self._acts, (CALENDAR.next_working(at), next(self._order), act))

    # ------------------------------------------------------------ what people do of their own accord

    def _plan_decisions(self) -> None:
        weeks = list(zip(range(1, 13), CALENDAR.open_weeks(FIRST_DAY), strict=False))
        for told in words.DECISIONS:
            monday = next(day for number, day in weeks if number == told.week)
            opens = CALENDAR.hours_on(CALENDAR.add_school_days(monday, 0))
            assert opens is not None
            owner = self.player("prompt" if told.by == "administrator" else "edits an answer")
            self.later(opens[0] + words.POSTED_AFTER, self._decides(owner, told))

    def _decides(self, owner: Player, told: words.Told) -> Act:
        async def act() -> None:
            await owner.says(f"/decide {told.question}", in_channel=True)
            await owner.submits({"question": told.question, "mode": told.mode, "reason": told.reason})
            await owner.presses("Post it")

        return act

    def _plan_leave(self) -> None:
        """One week of leave while the team acts."""
        away = next(player for player in self.players.values() if self.actor(player).habit.goes_on_leave)
        monday = list(zip(range(7), CALENDAR.open_weeks(FIRST_DAY), strict=False))[6][1]
        opens = CALENDAR.hours_on(CALENDAR.add_school_days(monday, -2))
        assert opens is not None

        async def act() -> None:
            await away.types(f"leave {monday} to {monday + timedelta(days=4)}")

        self.later(opens[0] + timedelta(hours=5), act)

    # ------------------------------------------------------------ what people do when a message reaches them

    def _react(self) -> None:
        posts = self.rehearsal.stage.posts
        for post in posts[self._seen :]:
            if post.place == CHANNEL:
                self._read_in_channel(post)
            else:
                self._read(post)
        self._seen = len(posts)

    def _read(self, post: Post) -> None:
        player = next(player for player in self.players.values() if player.place == post.place)
        habit = self.actor(player).habit
        said = [button.says for button in buttons(post.message)]
        if habit.answers_after is None or not said:
            return
        at = post.at + habit.answers_after
        if any(words.startswith("lead ") for words in said):
            self.later(at - timedelta(minutes=5), self._leads(player))
        asks = next((words.split()[1] for words in said if re.fullmatch(r"answer \w+", words)), "")
        if asks and any(button.label == "Answer" for button in post.message.buttons):
            self.later(at, self._answers(player, asks))
        if "record" in said:
            self.later(at, self._meets(is_plan=False))
        if stand := next((words for words in said if words.startswith("stand ")), ""):
            self.later(at, self._stands(player, int(stand.split()[1])))
        if extend := next((words for words in said if words.startswith("decide extend ")), ""):
            self.later(at, self._says(player, extend))
            self.later(at + timedelta(hours=3), self._withdraws_objection(int(extend.split()[2])))

    def _read_in_channel(self, post: Post) -> None:
        """On the day of a meeting the team meets in the afternoon, and whoever leads writes down what came of it."""
        said = [button.says for button in buttons(post.message)]
        here = self._phase_of(post)
        if "record" in said and here != "needs":
            self.later(post.at + MEETS_AFTER, self._meets("plan good" in said))

    def _phase_of(self, post: Post) -> str:
        """The phase whose card this is: after the needs meeting nothing is written down, the vote decides."""
        titles = {phase.title: key for key, phase in self.rehearsal.scripts.cycle.phases.items()}
        return next((key for title, key in titles.items() if post.message.title.startswith(title)), "")

    def _meets(self, is_plan: bool) -> Act:
        async def act() -> None:
            lead = self.player("edits an answer")
            reply = await lead.says("record", in_channel=True)
            while isinstance(reply, Form):
                reply = await lead.submits(self._filled(reply))
            if is_plan:
                await self._agree_on_the_plan()

        return act

    async def _agree_on_the_plan(self) -> None:
        for player in self.players.values():
            await player.says("actions mine", in_channel=True)
            while player.note and any(button.label == "I take it" for button in buttons(player.note)):
                await player.presses("I take it")
                await player.says("actions mine", in_channel=True)
            await player.says("plan good", in_channel=True)

    def _leads(self, player: Player) -> Act:
        async def act() -> None:
            match self.random.choice(("yes", "yes", "no")):
                case "yes":
                    await player.presses("I lead it")
                case _:
                    await player.presses("Not this time")

        return act

    def _says(self, player: Player, command: str) -> Act:
        async def act() -> None:
            await player.says(command)

        return act

    def _answers(self, player: Player, flow: str) -> Act:
        habit = self.actor(player).habit

        async def act() -> None:
            if habit.types and flow in ("convene", "reflect", "close"):
                await self._types_through(player, flow)
                return
            reply = await player.says(f"answer {flow} form")
            while isinstance(reply, Form):
                reply = await player.submits(self._filled(reply))
            assert not isinstance(reply, Errors), f"{player.name} could not answer {flow}: {reply}"
            if flow in ("reflect", "checkin") and player.note:
                await self._shares(player)
            if habit.edits and flow == "needs":
                self.later(self.rehearsal.clock.now + timedelta(hours=1), self._edits(player))

        return act

    async def _shares(self, player: Player) -> None:
        """Now and then somebody lets the team read a line, unless a colleague has said the same before."""
        assert player.note is not None
        lines = (each for each in player.note.items if any(says.says.startswith("share ") for says in each.buttons))
        line = next(lines, None)
        if self.random.random() < 0.4 and line and line.text not in self._shared:
            self._shared.add(line.text)
            await player.presses("Share with the team")

    def _edits(self, player: Player) -> Act:
        async def act() -> None:
            form = await player.says("answer needs form")
            if isinstance(form, Form):
                values: dict[str, Value] = {each.key: each.value for each in form.fields}
                values["need.0"] = f"{values['need.0']}, at least for our grade"
                await player.submits(values)

        return act

    async def _types_through(self, player: Player, flow: str) -> None:
        """Answer one question at a time in the chat."""
        await player.says(f"answer {flow} chat")
        while (question := self._question(player, flow)) is not None:
            await player.types(question)

    def _question(self, player: Player, flow: str) -> str | None:
        """What to type next, or None when the flow has said thanks."""
        if any(button.label == "Change my answers" for button in player.last.buttons):
            return None
        steps = {step.say: step.key for step in self.rehearsal.scripts.flow(flow).steps}
        asked = next((key for say, key in steps.items() if say[-30:] in player.last.text), None)
        return self._word(asked) if asked else None

    def _stands(self, player: Player, number: int) -> Act:
        async def act() -> None:
            if self.actor(player).habit.objects and number == 2:
                await player.says(f"stand {number} harm")
                await player.submits({"reason": words.HARM})
            else:
                await player.says(f"stand {number} good")

        return act

    def _withdraws_objection(self, number: int) -> Act:
        async def act() -> None:
            player = next(player for player in self.players.values() if self.actor(player).habit.objects)
            await player.says(f"stand {number} worry because {words.WORRY}")

        return act

    # ------------------------------------------------------------ what people write

    def _word(self, step: str) -> str:
        """A sentence for this question; what belongs together (a need and its evidence) is drawn together."""
        first = words.BELONGS_TO.get(step, step)
        if first == step or first not in self._drawn:
            deck = self._decks.setdefault(first, [])
            if not deck:
                deck += self.random.sample(range(len(words.WORDS[first])), len(words.WORDS[first]))
            self._drawn[first] = deck.pop()
        known = words.WORDS[step]
        return known[self._drawn[first] % len(known)]

    def _planned(self, asked: Field) -> words.Planned:
        """The action that the question names."""
        planned = (action for actions in words.ACTIONS.values() for action in actions)
        return next(action for action in planned if action.what in asked.label)

    def _filled(self, form: Form) -> dict[str, Value]:
        flow = form.ref.split("/")[1] if "/" in form.ref else ""
        filled = {each.key: self._value(flow, each) for each in form.fields}
        return filled | self._action(form.fields) if flow == "plan" else filled

    def _action(self, fields: Sequence[Field]) -> dict[str, Value]:
        """An action for the need that comes first, or for another one when enough is planned for it."""
        serves = next(each for each in fields if each.key == "serves.0")
        for need in serves.options:
            about = next(known for known in words.ACTIONS if known in need.label)
            left = self._undone.setdefault(about, list(words.ACTIONS[about]))
            if left:
                action = left.pop(self.random.randrange(len(left)))
                return {
                    "what.0": action.what,
                    "serves.0": need.key,
                    "prediction.0": action.prediction,
                    "measure.0": action.measure,
                }
        raise AssertionError("Everything that could be done about every need is planned.")

    def _value(self, flow: str, asked: Field) -> Value:
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
                return flow != "plan" and asked.key.endswith(".0") and self.random.random() < 0.3
            case Kind.DATE:
                day = CALENDAR.add_school_days(
                    CALENDAR.local_date(self.rehearsal.clock.now), self.random.randint(8, 25)
                )
                return day.isoformat()
            case Kind.DOTS:
                return self._dots(asked)
            case Kind.SEVERAL:
                return [asked.options[0].key]
            case Kind.OPTIONS | Kind.PERSON | Kind.SCALE:
                return self._option(flow, step, asked)
            case _ if step in words.WORDS:
                return self._word(step)
            case _:
                return None

    def _option(self, flow: str, step: str, asked: Field) -> Value:
        keys = [option.key for option in asked.options]
        if step == "verdict":
            return self._planned(asked).verdict
        if step == "status":
            return self.random.choice(["on_track", "on_track", "done", "blocked"])
        if step == "owner":
            return self.random.choice(keys[:4])
        return self.random.choice([key for key in keys if key != "other"])

    def _dots(self, asked: Field) -> dict[str, int]:
        keys = [option.key for option in asked.options]
        first = keys[0] if self.random.random() < 0.7 else self.random.choice(keys)
        second = self.random.choice([key for key in keys if key != first])
        return {first: 3, second: 2}
