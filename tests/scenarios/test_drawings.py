"""One long story as Slack and as Teams draw it: everything that people get is something that the platform takes."""

import html
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import adapters.slack.render as slack
from bot import sample
from flows.events import Event, Filled, Said
from flows.messages import Errors, Form, Message, Reply
from storage import tables
from tests.adapters import test_slack_render, test_teams_render
from tests.browser.cards import easel, wrong
from tests.world import School, labels, plans, told

LONG = "Planning time that nobody takes away again, " * 40
ODD = "زمان للتخطيط 📚 *now* <!channel> & `code` [link](https://example.org) _all_"
PROBLEMS: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "slack": test_slack_render.problems,
    "teams": test_teams_render.problems,
}


class Recorder:
    """Keeps the largest drawing under each title, as the platform would get it, and what people wrote."""

    def __init__(self, school: School, platform: str) -> None:
        self.platform = platform
        self.count = 0
        self.drawn: dict[str, str] = {}
        self.shown: set[str] = set()
        """what notifications say: on a screen that others see, or read aloud"""
        self.written: set[str] = set()
        self._hears(school)
        message, form = school.stage.draw, school.stage.draw_form
        school.stage.draw = lambda each: self._message(each, message(each))
        school.stage.draw_form = lambda each: self._form(each, form(each))

    def problems(self) -> list[str]:
        """What the platform would refuse of all this."""
        check = PROBLEMS[self.platform]
        return [problem for drawn in self.drawn.values() for problem in check(json.loads(drawn))]

    def quoted(self) -> list[str]:
        """What people wrote that stands in a notification, by its beginning."""
        begun = {" ".join(words.split())[:24].strip() for words in self.written}
        shown = [" ".join(html.unescape(each).split()) for each in self.shown]
        return [words for words in begun if any(words in each for each in shown)]

    def _hears(self, school: School) -> None:
        """Note the words of every form and message that somebody sends; keys of options are none."""
        happens = school.rehearsal.happens

        async def noting(event: Event) -> Reply | None:
            self.written |= {words for words in _words(event.what) if len(words) > 8 and " " in words}
            return await happens(event)

        school.rehearsal.happens = noting  # type: ignore[method-assign]

    def _message(self, message: Message, drawn: Any) -> None:
        self.shown.add(drawn["summary" if self.platform == "teams" else "text"])
        card = drawn["attachments"][0]["content"] if self.platform == "teams" else drawn
        self._keep(message.title or message.text[:20], card)

    def _form(self, form: Form, drawn: Any) -> None:
        self._keep(f"form {form.title}", drawn)
        for number, page in enumerate(slack.pages(form)[1:] if self.platform == "slack" else (), 2):
            self._keep(f"form {form.title}, page {number}", slack.modal(page))

    def _keep(self, title: str, drawn: Any) -> None:
        self.count += 1
        self.drawn[title] = max(self.drawn.get(title, ""), json.dumps(drawn), key=len)


def _words(what: Said | Filled) -> Iterable[str]:
    """The texts that a person sends: a form's, those typed, and those that follow a command's own words."""
    match what:
        case Filled(_, values):
            return [value for value in values.values() if isinstance(value, str)]
        case Said(text, pressed=False):
            return [text]
        case Said(text):
            return [text.partition(" because ")[2] or text.removeprefix("decide ") * text.startswith("decide ")]


@pytest.fixture(params=["slack", "teams"])
async def drawn(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[School]:
    """A school on SQLite whose messages are drawn for a platform."""
    file = shutil.copy(sqlite_template, tmp_path / "leadcycle.db")
    school = School(f"sqlite:///{file}", request.param)
    school.recorder = Recorder(school, request.param)  # type: ignore[attr-defined]
    yield school
    await school.close()


async def long_story(school: School) -> None:
    """A whole cycle, with long and odd words, and with what is refused."""
    ana, ben, cy, lena = await school.team("Ana", "Ben", "Cy", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    await ana.presses("Who sees what")
    await ana.presses("My best time")
    assert isinstance(await ana.submits({"time": "midnight"}), Errors)
    for player in (ana, ben, cy):
        await player.fills(priority=f"{ODD} {player.name}")
    await school.until("2027-02-03 15:00")
    await ana.presses("Write down what we agreed")
    await ana.fills(norms=LONG, purpose=ODD, priority="Feedback 🌱 that helps")

    await school.until("2027-02-08 08:00")
    for number, player in enumerate((ana, ben)):
        needs = [f"Need {number}: {LONG[:120]}", f"{ODD} {number}", "More time to plan together"]
        resource = {"resource": ODD, "resource_kind": "people"}
        await player.fills(strength=LONG[:1000], need=needs, evidence=ODD, area="time", **resource)
    for words in ("hello", "skip", ODD, "skip", "an area", "1", "no", "help", "back", "later"):
        await cy.types(words)
    await school.until("2027-02-10 08:00")
    await ana.presses("Similar needs")
    await ana.presses("Merge")
    await ana.says("needs")
    await school.until("2027-02-22 08:00")
    for player, dots in ((ana, {"1": 3, "2": 2}), (ben, {"1": 2, "2": 3})):
        await player.fills(dots=dots)
    assert isinstance(await lena.says("answer vote"), Form)
    assert isinstance(await lena.submits({"dots.0": {"1": 9}}), Errors)
    await cy.says("answer vote chat")
    await school.until("2027-03-01 08:00")
    assert "tied" in school.channel.last
    await school.chooses("1", "2")

    await cy.says("answer plan chat")
    for words in ("Collect five good examples", "me", "3/26"):
        await cy.types(words)
    assert "Which need does it serve?" in cy.last.text, "people's needs are buttons or a list here"
    for number, player in enumerate((ana, ben, cy, lena)):
        await plans(player, f"Action {number} {ODD}", "3/26", owner="ben", prediction=LONG, measure=ODD)
    await school.until("2027-03-10 08:00")
    await ben.presses("My actions")
    for number in range(1, 4):
        await ben.says(f"action accept {number}")
    await ben.says(f"action blocked 1 because {LONG[:300]}")
    await ana.says("met")
    await school.until("2027-03-19 15:00")
    await ben.presses("Answer")
    await ben.fills(status=["on_track", "done", "blocked", "new_date"])
    await ben.fills(blocker=ODD, new_due="2027-04-12")
    await ben.fills(what=ODD, so_what=LONG[:2000], now_what=None)
    await ben.presses("Share with the team")

    await lena.says(f"decide {ODD}")
    await lena.submits({"question": f"{ODD} {LONG}", "mode": "consent", "reason": LONG, "limits": ODD})
    await lena.presses("Post it")
    await school.until("2027-03-22 08:00")
    await ana.says("stand 1 harm")
    await ana.submits({"reason": ODD})
    await ben.says("stand 1 good")
    await school.until("2027-03-25 08:00")
    for command in ("decisions", "actions", "resources", "help", "cycle status", "report", "cycle extend", "dicide"):
        await ana.says(command)

    await school.until("2027-04-21 15:00")
    await ana.says("record")
    await ana.fills(result=ODD, verdict="adapt", learned=LONG)
    assert "Another cycle" in labels(school.channel.messages[-1])
    await ana.presses("Full report")
    await ana.presses("Change our charter")
    assert "finished" in told(await ana.says("cycle status"))


async def test_a_whole_cycle_is_drawn_as_the_platform_takes_it(drawn: School) -> None:
    await long_story(drawn)

    recorder = drawn.recorder  # type: ignore[attr-defined]
    assert recorder.problems() == []
    assert recorder.quoted() == []
    assert len(recorder.written) > 15
    assert recorder.count > 100
    if recorder.platform == "teams":
        async with easel() as page:
            assert await wrong(page, {title: json.loads(card) for title, card in recorder.drawn.items()}) == []


async def test_what_is_done_in_slack_or_in_teams_leaves_the_same_records_as_what_is_done_in_words(
    sqlite_template: Path, tmp_path: Path
) -> None:
    kept, impossible = {}, {}
    for drawing in ("text", "slack", "teams"):
        file = shutil.copy(sqlite_template, tmp_path / f"{drawing}.db")
        school = School(f"sqlite:///{file}", drawing)
        await long_story(school)
        kept[drawing] = await everything(school)
        impossible[drawing] = [each.what for each in school.through.impossible] if school.through else []
        await school.close()

    assert kept["slack"] == kept["text"]
    assert kept["teams"] == kept["text"]
    assert len(kept["text"]) > 15
    for platform in ("slack", "teams"):
        (only,) = impossible[platform]
        assert isinstance(only, Filled)
        assert only.values == {"dots.0": {"1": 9}}, "nine dots cannot be given there; all else was done there"


async def everything(school: School) -> dict[str, list[str]]:
    """All facts and answers on record, as text, without what machine time tells."""
    facts = {kind.__name__: table for kind, table in tables.facts.items()} | {"answer": tables.answer}
    async with school.rehearsal.database.read(sample.TENANT) as store:
        rows = {name: await store.select(table) for name, table in facts.items()}
    for row in chain.from_iterable(rows.values()):
        row.pop("sequence", None)
        row.pop("seen_at", None)
    return {name: sorted(map(repr, each)) for name, each in rows.items() if each}
