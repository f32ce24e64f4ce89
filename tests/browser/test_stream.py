"""What comes to the practice page by itself: the news of the board, and the moves of the clock."""

import asyncio

import pytest

from adapters.webchat.board import Until
from flows.messages import Message
from tests.browser.visitor import Reading, Visitor

HELLO = Message("Say what you *need*.", title="Hello")


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


async def next_of(news: "asyncio.Queue[str]") -> Reading:
    return Reading(await asyncio.wait_for(news.get(), 5))


async def test_a_second_browser_sees_new_and_redrawn_lines_the_bar_and_the_dots(visitor: Visitor) -> None:
    number = await visitor.board.post("direct-lena", HELLO, "d1")
    async with visitor.listening(f"lena/direct-lena/stream?after={visitor.board.version}") as news:
        await visitor.says("First\n\n  second")
        said = await next_of(news)
        await visitor.board.redraw(number, Message("Thank you."))
        redrawn = await next_of(news)
        await visitor.board.post("direct-ben", Message("For Ben alone"), "d2")
        elsewhere = await next_of(news)
        visitor.board.phase = 2
        await visitor.board.change()
        moved = await next_of(news)

    assert "First\n\n  second</p>" in said.html
    assert {"line-2", "day-2027-01-12", "standing"} <= said.ids()
    assert "Thank you." in redrawn.text
    assert "For Ben alone" not in elsewhere.html
    assert 'id="dot-person-2" hx-swap-oob="true"><span' in elsewhere.html
    assert "The cycle is in its phase Plan." in moved.text


async def test_a_stream_goes_on_where_it_broke_off_and_starts_anew_after_a_reset(visitor: Visitor) -> None:
    for number in range(3):
        await visitor.board.post("direct-lena", Message(f"Message {number}"), f"d{number}")
    async with visitor.listening("lena/direct-lena/stream?after=1", last_event="2") as news:
        assert "line-3" in (resumed := (await next_of(news)).ids())
        assert "line-2" not in resumed
    async with visitor.listening("lena/direct-lena/stream?after=77") as news:
        assert {"line-1", "line-2", "line-3"} <= (await next_of(news)).ids()


async def test_a_stream_counts_as_far_as_a_database_does(visitor: Visitor) -> None:
    await visitor.board.post("direct-lena", Message("Before"), "d1")
    visitor.board.version = 1_795_302_315_687_000
    async with visitor.listening("lena/direct-lena/stream?after=0", str(visitor.board.version)) as news:
        await visitor.board.post("direct-lena", Message("After"), "d2")
        assert "Before" not in (await next_of(news)).text


async def test_streams_end_when_the_service_stops(visitor: Visitor) -> None:
    request = asyncio.create_task(visitor.http.get("/practice/as/lena/direct-lena/stream?after=0"))
    await asyncio.sleep(0)
    visitor.chat.stop()

    answer = await asyncio.wait_for(request, 5)
    assert answer.headers["content-type"].startswith("text/event-stream")


# ---------------------------------------------------------------- the clock


async def test_the_clock_moves_once_for_one_key_and_says_who_has_heard(visitor: Visitor) -> None:
    async def prompt(until: Until) -> None:
        await visitor.board.post("direct-ana", HELLO, f"a{until}")
        await visitor.board.post("direct-ben", HELLO, f"b{until}")
        await visitor.board.post("channel-riverside", HELLO, f"c{until}")

    visitor.board.on_move = prompt
    first = await visitor.post("ben/direct-ben/clock", until="prompt", key="key-one-move")
    again = await visitor.post("ben/direct-ben/clock", until="prompt", key="key-one-move")

    assert (
        "It is now Wed Jan 13, 7:45 AM. New for you and Ana Reyes. New in #riverside-leadership."
        in Reading(first.text).text
    )
    assert again.text == ""
    assert visitor.board.moves == ["prompt"]


async def test_the_clock_says_why_it_does_not_move(visitor: Visitor) -> None:
    started, arrive = asyncio.Event(), asyncio.Event()

    async def take_long(until: Until) -> None:
        started.set()
        await arrive.wait()

    visitor.board.on_move = take_long
    moving = asyncio.create_task(visitor.post("lena/direct-lena/clock", until="phase"))
    await started.wait()
    meanwhile = await visitor.post("lena/direct-lena/clock", until="day")
    arrive.set()
    await moving
    visitor.board.phase = 5
    for _ in range(2):
        over = await visitor.post("lena/direct-lena/clock", until="day", key="key-of-no-move")
    strange = await visitor.post("lena/direct-lena/clock", until="2028")

    assert (meanwhile.status_code, meanwhile.text) == (
        409,
        "The clock is moving already. Wait until it has arrived.",
    )
    assert (over.status_code, over.text) == (409, "The cycle is over: nothing more is to come.")
    assert strange.status_code == 400
    assert visitor.board.moves == ["phase"]
