"""The practice page over HTTP: what it shows, what it takes, what it refuses."""

import re

import httpx
import pytest

from adapters.base import Address, Gone, Sent
from adapters.webchat.board import Line, Person, Team
from flows.events import Event, Filled, Said
from flows.messages import Button, Card, Errors, Field, Form, Item, Kind, Message, Note, Option, Reply, Value
from tests.adapters.golden.samples import PROGRESS
from tests.browser.memory import ANA, BEN, LENA, TEAM, MemoryBoard
from tests.browser.visitor import Reading, Visitor

HELLO = Message(
    "Say what you *need*.",
    title="Hello",
    items=(Item("Planning time", label="1", detail="by Friday", buttons=(Button("Done", "done 1", "primary"),)),),
    buttons=(Button("Answer", "answer", "primary"), Button("Stop", "stop", "danger")),
    note="About a minute.",
    about="riverside",
)
KINDS: list[tuple[Field, Value]] = [
    (Field("text", "Text?", value="a few words"), "a few words"),
    (Field("text", "Text?"), None),
    (Field("long", "Long?", Kind.LONG, value="two\n\nlines"), "two\n\nlines"),
    (Field("one", "One?", Kind.OPTIONS, (Option("a", "A"), Option("b", "B")), value="b"), "b"),
    (Field("one", "One?", Kind.OPTIONS, (Option("a", "A"),)), None),
    (
        Field("some", "Some?", Kind.SEVERAL, (Option("a", "A"), Option("b", "B")), value=["a", "b"]),
        ["a", "b"],
    ),
    (Field("some", "Some?", Kind.SEVERAL, (Option("a", "A"),)), []),
    (Field("scale", "How?", Kind.SCALE, (Option("1", "Low"), Option("2", "High")), value=2), 2),
    (Field("day", "When?", Kind.DATE, value="2027-03-14"), "2027-03-14"),
    (Field("who", "Who?", Kind.PERSON, (Option("lena", "Lena"), Option("ben", "Ben")), value="ben"), "ben"),
    (Field("yes", "Yes?", Kind.YES_NO, value=True), True),
    (Field("yes", "Yes?", Kind.YES_NO, value=False), False),
    (Field("yes", "Yes?", Kind.YES_NO), None),
    (
        Field("dots", "Dots?", Kind.DOTS, (Option("1", "A"), Option("2:x", "B")), value={"2:x": 3}, budget=5),
        {"1": 0, "2:x": 3},
    ),
]


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def replying(visitor: Visitor, reply: Reply | None) -> None:
    async def answer(event: Event) -> Reply | None:
        return reply

    visitor.ears.answers = answer


# ---------------------------------------------------------------- what one sees


async def test_a_newcomer_is_led_to_the_first_persons_own_conversation(visitor: Visitor) -> None:
    answer = await visitor.http.get("/practice")
    page = await visitor.page()

    assert (answer.status_code, answer.headers["location"]) == (303, "/practice/as/lena/direct-lena")
    for words in ("Riverside Middle School", "Tue Jan 12, 7:45 AM", "Next: Friday 2:30 PM, weekly check-in"):
        assert words in page.text
    assert "nothing leaves this computer" in page.text
    assert ("li", {"class": "is-now", "aria-current": "step"}) in page.tags


async def test_a_message_shows_its_title_marks_items_buttons_and_small_print(visitor: Visitor) -> None:
    await visitor.board.post("direct-lena", HELLO, "d1")
    page = await visitor.page()

    assert "<strong>need</strong>" in page.html
    assert "Hello Say what you need . 1 Planning time by Friday Done Answer Stop About a minute." in page.text
    assert 'class="button press danger" name="says" value="stop"' in page.html


async def test_a_chart_is_a_picture_with_a_title_and_its_finding(visitor: Visitor) -> None:
    await visitor.board.post("direct-lena", PROGRESS, "d1")
    page = await visitor.page()

    assert "We try what we planned. How our plan is going 5 of 8 actions are done or on track. Done 3 On" in page.text
    (picture,) = [named for tag, named in page.tags if tag == "svg" and named.get("role") == "img"]
    assert picture["aria-label"].endswith("Done: 3; On track: 2; Planned: 1; Blocked: 1; Overdue: 1.")


async def test_a_reply_says_quietly_what_it_replies_to(visitor: Visitor) -> None:
    await visitor.board.post("direct-lena", Message("", title="The week", replies_to="In reply to: <b>Act</b>"), "d1")
    await visitor.board.post("direct-lena", HELLO, "d2")
    page = await visitor.page()
    assert page.html.count('<p class="reply" dir="auto">In reply to: &lt;b&gt;Act&lt;/b&gt;</p>') == 1
    assert page.html.count('class="reply"') == 1


async def test_everybodys_direct_conversation_is_their_own(visitor: Visitor) -> None:
    await visitor.board.post("direct-ben", Message("For Ben alone"), "d1")

    assert "For Ben alone" in (await visitor.page("ben/direct-ben")).text
    assert "For Ben alone" not in (await visitor.page()).text
    for path in ("lena/direct-ben", "nobody/direct-ben", "lena/nowhere"):
        assert (await visitor.http.get(f"/practice/as/{path}")).status_code == 404
        assert (await visitor.http.get(f"/practice/as/{path}/stream")).status_code == 404
        for act in ("say", "press", "fill", "clock"):
            assert (await visitor.post(f"{path}/{act}", words="Hello", until="day")).status_code == 404
    assert not visitor.ears.heard


async def test_a_dot_shows_who_has_news_until_they_look_or_write(visitor: Visitor) -> None:
    def dotted(page: Reading) -> str:
        return " ".join(re.findall(r'id="dot-([\w-]+)"[^>]*><span', page.html))

    await visitor.board.post(BEN.place, HELLO, "d1")
    await visitor.board.post(TEAM.place, HELLO, "d2")
    assert dotted(await visitor.page()) == "team-0 person-2"

    await visitor.page("ben/direct-ben")
    await visitor.board.post(ANA.place, HELLO, "d3")
    assert dotted(await visitor.page()) == "team-0 person-1"

    await visitor.says("Got it", "ana/direct-ana")
    assert dotted(await visitor.page("lena/channel-riverside")) == ""


async def test_a_coach_of_two_teams_sees_both_channels() -> None:
    other = Team(
        "hill",
        "Hill team",
        "Hill School",
        "hill-leadership",
        "channel-hill",
        (LENA, Person("kim", "Kim", "", "direct-kim")),
    )
    visitor = Visitor(MemoryBoard(TEAM, other))

    lena, kim = await visitor.page("lena/channel-hill"), await visitor.page("kim/direct-kim")

    assert "# riverside-leadership" in lena.text
    assert "# hill-leadership" in lena.text
    assert "riverside-leadership" not in kim.text
    assert "Hill School" in kim.text


# ---------------------------------------------------------------- what one does


async def test_typed_words_are_a_bubble_and_an_event(visitor: Visitor) -> None:
    await visitor.says("  Planning time\r\n\0 ")
    event = visitor.ears.heard[0]

    assert event.what == Said("Planning time")
    assert (event.user, event.place, event.private, event.answerable) == ("lena", "direct-lena", True, False)
    assert (event.platform, event.workspace, event.at) == ("practice", "practice", visitor.board.time)
    assert "You 7:45 AM Planning time" in (await visitor.page()).text


async def test_a_slash_makes_a_command_that_a_channel_does_not_show(visitor: Visitor) -> None:
    await visitor.says("/help")
    await visitor.says("/decide", "lena/channel-riverside")

    assert [event.what for event in visitor.ears.heard] == [Said("/help", True), Said("/decide", True)]
    assert all(event.answerable for event in visitor.ears.heard)
    assert [line.words for line in visitor.board.lines.values()] == ["/help"]


async def test_a_button_says_its_words_about_its_team(visitor: Visitor) -> None:
    await visitor.presses("done 1")
    event = visitor.ears.heard[0]

    assert (event.what, event.about, event.answerable) == (Said("done 1", pressed=True), "riverside", True)


async def test_one_key_is_one_event_also_when_the_first_answer_was_lost(visitor: Visitor) -> None:
    visitor.ears.is_full = True
    refused = await visitor.says("Hello", key="key-once-only")
    visitor.ears.is_full = False
    for _ in range(3):
        assert (await visitor.says("Hello", key="key-once-only")).status_code == 200

    assert (refused.status_code, "nothing was sent" in refused.text) == (503, True)
    assert len(visitor.ears.heard) == len(visitor.board.lines) == 1


# ---------------------------------------------------------------- what answers


async def test_a_form_opens_in_the_dialog(visitor: Visitor) -> None:
    number = await visitor.board.post("direct-lena", HELLO, "d1")
    replying(visitor, Form("needs:lena", "What do we need?", (Field("need", "Which *one*?"),), submit="Send it"))
    piece = Reading((await visitor.presses("answer", number)).text)

    assert piece.tags[0] == ("div", {"hx-swap-oob": "innerHTML:#sheet"})
    assert "What do we need?" in piece.text
    assert "Which <strong>one</strong>?" in piece.html
    assert ("line", str(number)) in piece.values
    assert ("ref", "needs:lena") in piece.values


@pytest.mark.parametrize(
    ("asked", "value"), KINDS, ids=lambda case: case.kind if isinstance(case, Field) else str(case)
)
async def test_every_kind_of_field_is_drawn_and_comes_back(visitor: Visitor, asked: Field, value: Value) -> None:
    replying(visitor, Form("ref", "Form", (Field("first", "First?", value="1"), asked), about="riverside"))
    drawn = Reading((await visitor.presses("answer")).text)
    replying(visitor, None)
    taken = await visitor.post("lena/direct-lena/fill", drawn.values)
    event = visitor.ears.heard[-1]

    assert event.what == Filled("ref", {"first": "1", asked.key: value})
    assert event.about == "riverside"
    assert taken.headers["hx-trigger"] == "leadcycle:taken"


async def test_errors_stand_at_their_fields_and_the_form_stays(visitor: Visitor) -> None:
    replying(visitor, Errors({"b": "Please choose <one>.", "gone": "Something else is wrong."}))
    answer = await visitor.post("lena/direct-lena/fill", [("field", "text|a"), ("field", "options|b"), ("ref", "r")])

    problems = dict(re.findall(r'id="problem-(\w+)" hx-swap-oob="true">(.*?)</p>', answer.text))
    assert problems == {"0": "", "1": "Please choose &lt;one&gt;.", "form": "Something else is wrong."}
    assert "hx-trigger" not in answer.headers


async def test_a_form_that_is_sent_again_says_so_and_is_heard_once(visitor: Visitor) -> None:
    answers = [await visitor.post("lena/direct-lena/fill", [("field", "text|a")], key="key-one-form") for _ in "12"]

    assert "This was sent already." not in answers[0].text
    assert "This was sent already." in answers[1].text
    assert len(visitor.ears.heard) == 1


async def test_dots_that_are_no_number_come_back_before_anybody_hears_of_them(visitor: Visitor) -> None:
    for words in ("-1", "many", "1.5", "99999"):
        answer = await visitor.post("lena/direct-lena/fill", [("field", "dots|vote"), ("value0:1", words)])
        assert "Please use whole numbers" in answer.text
    assert not visitor.ears.captured


async def test_a_note_stands_beneath_what_was_pressed_and_only_there(visitor: Visitor) -> None:
    number = await visitor.board.post("direct-lena", HELLO, "d1")
    replying(visitor, Note(Message("Just for *you*.")))
    beneath = (await visitor.presses("who sees what", number)).text
    at_the_end = (await visitor.says("/help")).text

    assert f'hx-swap-oob="innerHTML:#aside-{number}"' in beneath
    assert "Only you can see this" in beneath
    assert 'hx-swap-oob="beforeend:#lines"' in at_the_end
    assert "Just for" not in (await visitor.page()).text


async def test_a_press_in_a_note_replaces_the_note(visitor: Visitor) -> None:
    replying(visitor, Card(Message("Good.")))
    answer = await visitor.post("lena/direct-lena/press", says="all right", note="note-key-1234")

    assert '<div hx-swap-oob="outerHTML:#note-key-1234">' in answer.text
    assert "Good." in answer.text


async def test_a_card_takes_the_place_of_the_pressed_one_for_everybody(visitor: Visitor) -> None:
    visitor.board.first = 1_795_302_315_687_000
    number = await visitor.board.post("direct-lena", HELLO, "d1")
    replying(visitor, Card(Message("Thank you.")))
    answer = await visitor.presses("answer", number)

    assert f'id="card-{number}"' in answer.text
    assert "Thank you." in answer.text
    assert "Say what you" not in (await visitor.page()).text


async def test_a_card_that_was_drawn_anew_while_the_press_was_heard_stays(visitor: Visitor) -> None:
    number = await visitor.board.post("direct-lena", HELLO, "d1")

    async def redraws(event: Event) -> Reply | None:
        await visitor.board.redraw(number, Message("You have answered."))
        return Card(Message("Thank you."))

    visitor.ears.answers = redraws
    answer = await visitor.presses("answer", number)

    assert "Thank you." in answer.text
    assert "You have answered." in (await visitor.page()).text


async def test_a_card_never_takes_the_place_of_a_line_elsewhere_or_of_somebodys_words(
    visitor: Visitor,
) -> None:
    elsewhere = await visitor.board.post("direct-ben", HELLO, "d1")
    words = await visitor.board.said("direct-lena", "lena", "My words", "s1")
    replying(visitor, Card(Message("Thank you.")))
    for number in (elsewhere, words, 999):
        assert "Only you can see this" in (await visitor.presses("answer", number)).text

    assert "Say what you" in (await visitor.page("ben/direct-ben")).text
    assert "My words" in (await visitor.page()).text


# ---------------------------------------------------------------- the adapter


async def test_a_delivery_is_posted_once_found_again_and_redrawn(visitor: Visitor) -> None:
    address = Address("practice", "direct-lena", "lena")
    outcomes = [await visitor.chat.send(address, HELLO, "d1") for _ in range(2)]

    assert outcomes == [Sent("1"), Sent("1")]
    assert await visitor.chat.find(address, "d1", None) == "1"
    assert await visitor.chat.find(address, "d2", None) is None
    assert await visitor.chat.send(address, Message("New"), "d3", replaces="1") == Sent("1")
    assert visitor.board.lines[1] == Line(1, "direct-lena", visitor.board.time, 2, message=Message("New"))
    assert isinstance(await visitor.chat.send(address, HELLO, "d4", replaces="9"), Gone)
    assert isinstance(await visitor.chat.send(Address("practice", "nowhere"), HELLO, "d5"), Gone)


async def test_an_empty_school_says_so() -> None:
    visitor = Visitor(MemoryBoard(Team("t", "T", "S", "c", "p", ())))
    answer: httpx.Response = await visitor.http.get("/practice")

    assert (answer.status_code, answer.text) == (404, "The practice school has no people yet.")


@pytest.mark.parametrize(("language", "word"), [("en", "Send"), ("es", "Enviar")])
async def test_the_button_of_a_form_is_never_without_a_word(visitor: Visitor, language: str, word: str) -> None:
    replying(visitor, Form("needs:lena", "What?", (Field("need", "Which?"),), language=language))

    assert f">{word}</button>" in (await visitor.presses("answer needs")).text
