"""What stays outside the practice page: other people's markup, other addresses, other pages' posts."""

import re

import pytest

from adapters.webchat.board import Person, Team
from adapters.webchat.draw import HERE
from flows.events import Event
from flows.messages import Bar, Button, Card, Chart, Errors, Field, Form, Item, Kind, Message, Note, Option, Reply
from tests.browser.memory import MemoryBoard
from tests.browser.visitor import ADDRESS, Reading, Visitor

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \" ' </textarea> &amp; {{ 7*7 }} *b* \u202e\u2028"


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def replying(visitor: Visitor, reply: Reply | None) -> None:
    async def answer(event: Event) -> Reply | None:
        return reply

    visitor.ears.answers = answer


async def test_hostile_text_is_inert_wherever_it_is_drawn(visitor: Visitor) -> None:
    item = Item(HOSTILE, label=HOSTILE, detail=HOSTILE, buttons=(Button(HOSTILE, HOSTILE, HOSTILE),), quoted=True)
    chart = Chart(HOSTILE, HOSTILE, (Bar(HOSTILE, 3), Bar(HOSTILE, 1)), HOSTILE)
    message = Message(HOSTILE, HOSTILE, (item,), HOSTILE, (Button(HOSTILE, HOSTILE),), HOSTILE, HOSTILE, chart)
    fields = [Field(HOSTILE, HOSTILE, kind, (Option(HOSTILE, HOSTILE),), HOSTILE, HOSTILE) for kind in Kind]
    form = Form(HOSTILE, HOSTILE, tuple(fields), HOSTILE, HOSTILE, HOSTILE)
    team = Team("t", HOSTILE, HOSTILE, HOSTILE, "place", (Person("lena", HOSTILE, HOSTILE, "direct-lena"),))
    visitor = Visitor(MemoryBoard(team))
    visitor.board.next = HOSTILE
    await visitor.board.post("direct-lena", message, "d1")
    await visitor.says(HOSTILE)
    replies = (form, Note(message), Card(message), Errors({HOSTILE: HOSTILE}))

    pieces = [(await visitor.page()).html]
    for reply in replies:
        replying(visitor, reply)
        pieces.append((await visitor.post("lena/direct-lena/fill", [("field", f"text|{HOSTILE}")])).text)
    for piece in pieces:
        reading = Reading(piece)
        assert not {"img", "iframe"} & {tag for tag, _ in reading.tags}
        assert all(name in ("src", "defer") for tag, named in reading.tags if tag == "script" for name in named)
        assert not [name for _, named in reading.tags for name in named if name.startswith("on") or name == "style"]
        assert "49" not in re.sub(r"\?v=\w+", "", reading.text)


async def test_only_the_pages_own_addresses_come_in(visitor: Visitor) -> None:
    async def get(host: str, origin: str | None = None) -> int:
        headers = {"Host": host} | ({"Origin": origin} if origin else {})
        return (await visitor.http.get("/practice/as/lena/direct-lena", headers=headers)).status_code

    for host in ("localhost:8080", "127.0.0.1:9", "[::1]:8080", "practice.example.org:8443", "LOCALHOST"):
        assert await get(host) == 200
    for host in (
        "evil.example",
        "practice.example.org:80",
        "localhost.evil.example",
        "localhost@evil.example",
        "",
    ):
        assert await get(host) == 403
    assert await get("localhost:8080", "http://localhost:8080") == 200
    assert await get("localhost:8080", "http://localhost:9999") == 403


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://localhost:9999", "file://", "http://["]
)
async def test_a_post_from_elsewhere_is_refused(visitor: Visitor, origin: str | None) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Origin": origin} if origin else {})
    for act in ("say", "press", "fill", "clock", "welcomed"):
        answer = await visitor.http.post(
            f"/practice/as/lena/direct-lena/{act}",
            headers=headers,
            content="words=Hi&until=day&key=key-00000001",
        )
        assert answer.status_code == 403
        assert answer.text.startswith("The practice school takes nothing from ")
    assert not visitor.ears.captured
    assert not visitor.board.moves


async def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(visitor: Visitor) -> None:
    answer = await visitor.http.get("/practice/as/lena/direct-lena")
    page = Reading(answer.text)
    loaded = [named.get("src") or named["href"] for tag, named in page.tags if tag in ("script", "link")]

    assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == (
        "nosniff",
        "no-store",
    )
    assert not [tag for tag, named in page.tags if tag == "script" and "src" not in named]
    for address in loaded:
        file = await visitor.http.get(address)
        assert (file.status_code, "immutable" in file.headers["cache-control"]) == (200, True)
    ours = "".join(path.read_text() for path in (HERE / "static").iterdir() if path.suffix in (".css", ".svg"))
    assert re.findall(r"https?://[^\"]+", ours) == ["http://www.w3.org/2000/svg"]


async def test_what_cannot_be_taken_is_refused_with_a_sentence(visitor: Visitor) -> None:
    plain = {"Origin": ADDRESS, "Content-Type": "application/x-www-form-urlencoded"}
    say = "/practice/as/lena/direct-lena/say"

    assert (await visitor.says("x" * 40_001)).status_code == 413
    assert (await visitor.says("x" * 1_000_001)).status_code == 413
    assert (await visitor.post("lena/direct-lena/fill", [("field", "text|a")] * 501)).status_code == 413
    assert (await visitor.http.post(say, headers=plain, content="words=Hello&key=%3Cscript%3E")).status_code == 400
    assert (await visitor.http.post(say, headers={"Origin": ADDRESS}, json={"words": "Hello"})).status_code == 415
    assert (await visitor.says("   ")).text == ""
    assert not visitor.ears.captured


async def test_the_only_cookie_says_that_the_first_hint_was_read_and_stays_here(visitor: Visitor) -> None:
    answer = await visitor.post("lena/direct-lena/welcomed")

    assert {"HttpOnly", "SameSite=strict", "Path=/practice"} <= set(answer.headers["set-cookie"].split("; "))
    assert "welcome-title" not in (await visitor.page()).ids()
    assert "welcome-title" in (await visitor.page("lena/direct-lena?welcome=1")).ids()
