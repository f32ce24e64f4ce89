"""Teams of one to eight: under six nothing that anybody reads counts people or their dots, or shows who wrote what.

One cycle is lived through at each size. Whatever is drawn for anybody on the way (cards in the channel, messages,
answers to commands, the report in all its files) is searched for the sentences of ours that hold such a figure.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest

from adapters import text
from bot.reports import csv, html, markdown
from flows import cards, report
from flows.messages import Form, Message
from flows.people import SMALL
from flows.phrases import PLACEHOLDER
from flows.records import Need
from flows.sends import SendKind
from tests.flows.report_rooms import LATER
from tests.world import Rules, scripts, told

pytestmark = pytest.mark.xdist_group("team sizes")
"""each size is lived through once, by one worker"""

SIZES = range(1, 9)
NAMES = ("ana", "ben", "cai", "dee", "eli", "fay", "gus", "hal")
COUNTS_PEOPLE = (
    "need.dots.one", "need.dots.other", "chart.dots_told", "chart.dots_tied", "decide.shown_good.one",
    "decide.shown_good.other", "decide.still_asked", *(
        f"report.roles_{role}.{plural}"
        for role in ("administrator", "teacher", "hybrid", "support") for plural in ("one", "other")
    ),
)  # fmt: skip
"""the phrases in which people or their dots are counted"""
COMMANDS = (
    "home", "help", "needs", "needs alike", "resources", "actions", "actions mine", "decisions", "cycle status",
    "report", "who sees what",
)  # fmt: skip


@cache
def figures() -> tuple[re.Pattern[str], ...]:
    """The sentences that hold a figure about people, as they are found in what was drawn."""
    sentences = scripts().phrases().sentences
    phrases = (re.split(PLACEHOLDER.pattern, sentences[key])[::2] for key in COUNTS_PEOPLE)
    spoke = r"\b\d+ of \d+\b(?! actions)"
    return (*(re.compile(r"\d[\d, and]*".join(map(re.escape, parts))) for parts in phrases), re.compile(spoke))


def of_people(drawn: str) -> list[str]:
    """The figures about people in a text; how many dots one has oneself is none."""
    own = re.sub(r"You have \d+ dots? to give[^.]*\.", "", drawn)
    return [found[0] for pattern in figures() if (found := pattern.search(own))] + re.findall(r"\d ?%", own)


class Life:
    """A team of so many that lives through a cycle; everything that was drawn is kept, by where it was read."""

    def __init__(self, size: int) -> None:
        first = {"ana": "administrator, facilitator"}
        self.rules = Rules(**first, **dict.fromkeys(NAMES[1:size], "teacher"))
        self.people = NAMES[:size]
        self.drawn: list[tuple[str, str]] = []
        self._seen: set[str] = set()

    def looks(self, days: int = 0) -> None:
        """Go on some days, and draw what everybody sees by then."""
        for _ in range(days):
            self.rules.until(self.rules.now + timedelta(days=1))
            self._reads()
        self._reads()
        for person in dict.fromkeys((self.people[0], self.people[-1])):  # whoever guides, and a member like all others
            for command in COMMANDS:
                self.drawn.append((f"{command} to {person}", told(self.rules.says(person, command))))

    def _reads(self) -> None:
        room = self.rules.room
        for card in cards.living(room):
            if message := cards.draw(room, card):
                self.drawn.append(("channel", _in_full(message)))
        for key, send in self.rules.sends.items():
            if key not in self._seen and (message := send.message or cards.draw(room, send.card, send.to)):
                self._seen.add(key)
                where = send.to if send.kind is not SendKind.POST and send.to else "channel"
                self.drawn.append((f"message to {where}", _in_full(message)))

    def says(self, who: str, command: str) -> str:
        """Give a command; what is answered is kept."""
        said = told(self.rules.says(who, command))
        self.drawn.append((f"{command} to {who}", said))
        return said

    def fills(self, who: str, **values: object) -> None:
        """Fill the form of the question that is open, as far as it has these fields."""
        reply = self.rules.says(who, "answer " + str(values.pop("flow")))
        assert isinstance(reply, Form), reply
        given = {field.key: values.get(field.key.split(".")[0], field.value) for field in reply.fields}
        self.drawn.append((f"form to {who}", text.draw_form(reply)))
        self.drawn.append((f"form to {who}", told(self.rules.fills(who, reply.ref, **given))))

    def reports(self) -> Iterator[tuple[str, str]]:
        """The report in each of its files."""
        built = report.build(self.rules.room, LATER)
        yield "report.html", re.sub("<style>.*?</style>|<[^>]+>", " ", html.draw(built), flags=re.DOTALL)
        yield "report.md", markdown.draw(built)
        yield from ((f"{name}.csv", table) for name, table in csv.draw(built).items())


def _in_full(message: Message) -> str:
    return text.draw(message)


@cache
def life(size: int) -> Life:
    """A whole cycle of a team of this size."""
    lived = Life(size)
    rules, people = lived.rules, lived.people
    lived.rules.starts("ana")
    lived.looks(3)
    lived.says("ana", "met")
    lived.looks(5)
    for number, person in enumerate(people):
        need = "More time to plan together" if number % 2 else "More time to plan our lessons"
        lived.says(person, f"need {need}")
    lived.says("ana", "resource The late start")
    lived.looks(1)
    if size > 2:
        lived.says("ana", "need merge 3 into 1")
    rules.says("ana", "decide")
    rules.fills("ana", "order decide", question="Start later?", mode="consent", reason="Buses")
    lived.says("ana", "decide post 1")
    lived.looks(1)
    for person in people:
        lived.says(person, "stand 1 good")
    lived.looks(12)
    for person in people:
        reply = rules.says(person, "answer vote form")
        if isinstance(reply, Form):
            keys = [option.key for option in reply.fields[0].options][:2]
            dots = dict(zip(keys, (3, 2) if person in people[:1] else (2, 3), strict=False))
            lived.drawn.append(
                (f"vote of {person}", told(rules.fills(person, reply.ref, **{reply.fields[0].key: dots})))
            )
    lived.looks(5)
    lived.says("ana", "cycle next because we chose")
    for number, person in enumerate(people, 1):
        reply = rules.says(person, "action")
        assert isinstance(reply, Form)
        given = {field.key: field.value for field in reply.fields} | {
            "what": f"Visit lesson {number}", "owner": person, "due": "2027-04-14", "need": "1", "resource": "1",
            "prediction": "More questions", "measure": "We count",
        }  # fmt: skip
        lived.drawn.append((f"action of {person}", told(rules.fills(person, reply.ref, **given))))
    lived.looks(1)
    lived.says("ana", "cycle next because we planned")
    lived.looks(9)
    for number, person in enumerate(people, 1):
        lived.says(person, f"action {'done' if number % 2 else 'blocked'} {number} It was short")
    lived.looks(3)
    lived.says("ana", "cycle next because the work is done")
    lived.looks(5)
    lived.says("ana", "cycle next because it is over")
    lived.looks(1)
    lived.drawn += lived.reports()
    return lived


@pytest.mark.parametrize("size", SIZES)
def test_a_cycle_is_lived_through_at_each_size(size: int) -> None:
    room = life(size).rules.room

    assert room.moves[-1].kind == "finished"
    assert len(room.needs) == size
    assert len(room.actions) == size
    assert len(life(size).drawn) > 100


@pytest.mark.parametrize("size", [each for each in SIZES if each < SMALL])
def test_a_small_team_reads_no_figure_about_people(size: int) -> None:
    found = [(where, of_people(drawn)) for where, drawn in life(size).drawn if of_people(drawn)]

    assert found == []


@pytest.mark.parametrize("size", [each for each in SIZES if each >= SMALL])
def test_a_larger_team_reads_figures_and_they_would_be_found(size: int) -> None:
    found = {each for _, drawn in life(size).drawn for each in of_people(drawn)}

    assert any("dots" in each for each in found)
    assert any("good enough" in each for each in found)
    assert any("of" in each and each[0].isdigit() for each in found)
    assert any("Still asked" in each for each in found)


@pytest.mark.parametrize("size", SIZES)
def test_who_merges_needs_and_who_reads_them_sees_no_names(size: int) -> None:
    names = [life(size).rules.room.name(person) for person in life(size).people]
    lists = [drawn for where, drawn in life(size).drawn if where.startswith(("needs", "need merge"))]

    assert len(lists) > size
    assert not [drawn for drawn in lists for name in names if name in drawn]
    if size > 2:
        assert life(size).rules.room.numbered(Need, 3).merged_into == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("size", SIZES)
def test_every_prompt_without_names_warns_that_colleagues_may_recognize_the_words(size: int) -> None:
    asked = [drawn for where, drawn in life(size).drawn if where.startswith("message to ") and "[Answer]" in drawn]
    without_names = [drawn for drawn in asked if "What do we need most?" in drawn and "Still open" not in drawn]

    assert without_names or size == 1
    assert all("colleagues may recognize your words" in drawn for drawn in without_names)
