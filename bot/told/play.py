"""The story of a told cycle: who does what when a message reaches them, and what they do of their own accord."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from bot.rehearsal import Player, Post, Rehearsal, buttons
from bot.sample import CALENDAR, CHANNEL, FIRST_DAY
from flows.messages import Errors, Form, Value

from . import words
from .cast import Actor
from .writing import Writer

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
    _writer: Writer = field(init=False)
    _shared: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Give everybody a place on the stage."""
        self._writer = Writer(self.random)
        self.players = {
            actor.part.id: Player(self.rehearsal, actor.part.id, actor.part.name, CHANNEL, CALENDAR)
            for actor in self.actors
        }

    async def play(self) -> AsyncIterator[None]:
        """Live through the cycle, step by step: whatever is due next happens next, be it the bot's or a person's."""
        await self.player("edits an answer").starts("10 weeks")
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

    def _today(self) -> date:
        return CALENDAR.local_date(self.rehearsal.clock.now)

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
            self.later(at, self._stands(player, int(stand.split()[1].partition(".")[0])))
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
                reply = await lead.submits(self._writer.filled(reply, self._today()))
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
                reply = await player.submits(self._writer.filled(reply, self._today()))
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
        return self._writer.word(asked) if asked else None

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
