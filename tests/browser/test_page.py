"""The practice page in a real browser: what only a browser can show."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from adapters.webchat.board import Until
from flows.events import Event, Filled, Said
from flows.messages import Button, Card, Errors, Field, Form, Kind, Message, Note, Option, Reply
from tests.adapters.golden.samples import VOTE
from tests.browser.memory import BEN, LENA
from tests.browser.school import School

pytestmark = pytest.mark.asyncio(loop_scope="session")
HELLO = Message(
    "What do we need?",
    title="Hello",
    buttons=(Button("Answer", "answer", "primary"), Button("Later", "later")),
)
FORM = Form(
    "needs:lena",
    "What do we need?",
    (
        Field("need", "Which need?", Kind.LONG),
        Field("area", "Which area?", Kind.OPTIONS, (Option("a", "Teaching"), Option("b", "Climate"))),
        Field("dots", "Which first?", Kind.DOTS, (Option("1", "Time"), Option("2", "Calm")), budget=3, most=2),
    ),
)


@pytest_asyncio.fixture(loop_scope="session")
async def school(chromium: Browser) -> AsyncIterator[School]:
    school = School(chromium)
    await school.board.post(LENA.place, HELLO, "d1")
    async with school.served():
        yield school
    assert not school.complaints


async def test_enter_sends_and_both_browsers_see_it(school: School) -> None:
    lena, another = await school.page(), await school.page()
    await lena.locator("#words").fill("Planning time")
    await lena.keyboard.press("Shift+Enter")
    await lena.keyboard.type("for grade 4")
    await lena.keyboard.press("Enter")

    for page in (lena, another):
        await expect(page.locator(".own .bubble")).to_have_text("Planning time\nfor grade 4", use_inner_text=True)
    await expect(lena.locator("#words")).to_have_value("")
    assert school.heard == [Said("Planning time\nfor grade 4")]


async def test_a_double_click_is_one_press(school: School) -> None:
    school.replies(later=Card(Message("All right.", buttons=(Button("Answer", "answer"), Button("Later", "later")))))
    page = await school.page()
    await page.get_by_role("button", name="Later").dblclick()

    await expect(page.get_by_text("All right.")).to_be_visible()
    assert school.heard == [Said("later", pressed=True)]


async def test_a_button_says_of_which_team_it_is_and_else_its_message_does(school: School) -> None:
    buttons = (Button("Grade four", "home", about="four"), Button("Here", "home"))
    await school.board.post(LENA.place, Message("Which one?", buttons=buttons, about="riverside"), "d2")
    page = await school.page()
    for name in ("Grade four", "Here"):
        async with page.expect_response("**/press"):
            await page.get_by_role("button", name=name).click()

    assert [event.about for event in school.ears.heard] == ["four", "riverside"]


async def test_a_note_stands_after_the_words_that_it_answers(school: School) -> None:
    school.replies(**{"/help": Note(Message("You can type anything."))})
    page = await school.page()
    await page.locator("#words").fill("/help")
    await page.keyboard.press("Enter")

    await expect(page.locator(".only-you")).to_contain_text("You can type anything.")
    await expect(page.locator(".own")).to_have_count(1)
    await expect(page.locator(".lines > :last-child .only-you")).to_have_count(1)
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.locator(".only-you")).to_have_count(0)
    await expect(page.locator("#words")).to_be_focused()


async def test_an_answer_finds_its_place_when_its_card_was_redrawn_in_the_meantime(school: School) -> None:
    page = await school.page()

    async def answer(event: Event) -> Reply | None:
        await school.board.redraw(1, Message("All right.", title="Redrawn"))
        await expect(page.get_by_role("heading", name="Redrawn")).to_be_visible()
        return Note(Message("Until Friday."))

    school.ears.answers = answer
    await page.get_by_role("button", name="Later").click()
    await expect(page.locator("#line-1 .only-you")).to_contain_text("Until Friday.")


async def test_a_closed_form_keeps_what_was_typed_and_a_taken_one_does_not(school: School) -> None:
    school.replies(answer=FORM, filled=Card(Message("Thank you.", buttons=(Button("Answer", "answer"),))))
    page = await school.page()
    await page.get_by_role("button", name="Answer").click()
    await expect(page.get_by_label("Which need?")).to_be_focused()
    await page.keyboard.type("Planning time")
    await page.get_by_label("Climate").check()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Answer")).to_be_focused()

    await page.keyboard.press("Enter")
    await expect(page.get_by_text("What you typed before is still here.")).to_be_visible()
    await expect(page.get_by_label("Which need?")).to_have_value("Planning time")
    await page.get_by_role("button", name="Send", exact=True).last.click()
    await expect(page.get_by_text("Thank you.")).to_be_visible()
    await expect(page.locator("dialog")).not_to_be_visible()
    assert school.heard[-1] == Filled("needs:lena", {"need": "Planning time", "area": "b", "dots": {"1": 0, "2": 0}})

    await page.get_by_role("button", name="Answer").click()
    await expect(page.get_by_label("Which need?")).to_have_value("")


async def test_a_form_may_be_followed_by_the_next_one_of_its_kind(school: School) -> None:
    school.replies(answer=FORM, filled=FORM)
    page = await school.page()
    await page.get_by_role("button", name="Answer").click()
    for need in ("Planning time", "Calm after lunch"):
        await expect(page.get_by_label("Which need?")).to_be_focused()
        await expect(page.get_by_label("Which need?")).to_have_value("")
        await expect(page.locator("#kept")).not_to_be_visible()
        await page.keyboard.type(need)
        async with page.expect_response("**/fill"):
            await page.locator("#filling footer .primary").click()

    filled = [what.values["need"] for what in school.heard if isinstance(what, Filled)]
    assert filled == ["Planning time", "Calm after lunch"]


async def test_the_card_that_a_form_has_changed_comes_into_sight(school: School) -> None:
    school.replies(answer=FORM, filled=Card(Message("Thank you.")))
    for number in range(9):
        await school.board.post(LENA.place, Message("Later words", title="Later"), f"later{number}")
    page = await school.page()
    await page.get_by_role("button", name="Answer").click()
    await expect(page.get_by_label("Which need?")).to_be_focused()
    await page.evaluate("document.getElementById('scroll').scrollTop = 1e6")
    await page.locator("#filling footer .primary").click()
    await expect(page.get_by_text("Thank you.")).to_be_in_viewport()


async def test_errors_stand_at_their_fields_and_the_first_is_focused(school: School) -> None:
    school.replies(answer=FORM, filled=Errors({"area": "Please choose one of these.", "dots": "Please give a dot."}))
    page = await school.page()
    await page.get_by_role("button", name="Answer").click()
    await page.get_by_label("Which need?").fill("Planning time")
    await page.locator("#filling footer .primary").click()

    await expect(page.get_by_text("Please choose one of these.")).to_be_visible()
    await expect(page.get_by_label("Teaching")).to_be_focused()
    await expect(page.get_by_label("Teaching")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Which need?")).to_have_value("Planning time")
    await expect(page.get_by_label("Which need?")).to_have_attribute("aria-invalid", "false")


async def test_dots_are_counted_while_they_are_given(school: School) -> None:
    school.replies(answer=FORM)
    page = await school.page()
    await page.get_by_role("button", name="Answer").click()
    more, count = page.get_by_role("button", name="One dot more: Time"), page.locator(".count")
    for left in ("2 of 3 dots left", "1 of 3 dots left", "1 of 3 dots left"):
        await more.click(force=True)
        await expect(count).to_have_text(left)
    await expect(more).to_have_attribute("aria-disabled", "true")
    await page.get_by_label("Calm", exact=True).fill("4")
    await expect(count).to_have_text("3 more than your 3 dots")


async def test_the_clock_is_busy_while_it_moves_and_tells_whom_to_visit(school: School) -> None:
    arrive = asyncio.Event()

    async def prompt(until: Until) -> None:
        await school.board.post(BEN.place, HELLO, "d2")
        await arrive.wait()

    school.board.on_move = prompt
    page = await school.page()
    await page.get_by_role("button", name="Next prompt").click()
    await expect(page.locator("#moving")).to_have_text("Moving the clock to the next prompt …")
    await expect(page.get_by_role("button", name="Next Friday")).to_have_attribute("aria-disabled", "true")
    await expect(page.locator("#standing")).to_contain_text("Wed Jan 13")
    await page.get_by_role("button", name="Next Friday").click(force=True)
    arrive.set()

    await expect(page.locator("#moving")).to_have_text("It is now Wed Jan 13, 7:45 AM. New for Ben Carter.")
    await expect(page.get_by_role("link", name="Be Ben Carter math teacher , new message")).to_be_visible()
    head, told = await page.locator("main > .head").bounding_box(), await page.locator("#moving").bounding_box()
    assert head
    assert told
    assert told["y"] >= head["y"] + head["height"], "it covers nothing that says where one is"
    await expect(page.get_by_role("button", name="Next Friday")).to_have_attribute("aria-disabled", "false")
    assert school.board.moves == ["prompt"]


async def test_a_message_that_is_longer_than_the_page_is_read_from_its_heading(school: School) -> None:
    long = Message("\n\n".join(["Take your time."] * 40), title="What should we work on?")

    async def prompt(until: Until) -> None:
        await school.board.post(LENA.place, long, "d2")

    school.board.on_move = prompt
    page = await school.page()
    await page.get_by_role("button", name="Got it").click()
    await page.get_by_role("button", name="Next prompt").click()
    await expect(page.locator("#moving")).to_contain_text("New for you.")
    heading = page.get_by_role("heading", name="What should we work on?")
    await expect(heading).to_be_in_viewport()
    for _ in range(2):
        moving, told = await page.locator("#moving").bounding_box(), await heading.bounding_box()
        assert told
        assert told["y"] >= (moving["y"] + moving["height"] if moving else 0), "nothing covers it"
        await page.reload()


async def test_words_stay_in_the_box_while_nothing_can_be_sent(school: School) -> None:
    async def refuse(route: Route) -> None:
        await route.abort()

    page = await school.page()
    await page.route("**/say", refuse)
    await page.locator("#words").fill("Planning time")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("The practice school does not answer.")
    await expect(page.locator("#words")).to_have_value("Planning time")
    await page.reload()
    await expect(page.locator("#words")).to_have_value("Planning time")

    await page.unroute("**/say")
    await page.locator("#words").press("Enter")
    await expect(page.locator(".own .bubble")).to_have_text("Planning time")
    school.complaints.clear()


async def test_on_a_phone_nothing_is_wider_than_the_page_and_the_people_are_a_menu(school: School) -> None:
    school.replies(answer=FORM)
    await school.board.said(LENA.place, LENA.id, "Wide" * 200, "s1")
    page = await school.page(width=360)
    await page.get_by_role("button", name="Answer").click()
    await expect(page.locator("dialog")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("link", name="Be Ben Carter")).not_to_be_visible()
    await page.get_by_role("button", name="You are Lena Ortiz. People and conversations").click()
    await page.get_by_role("link", name="Be Ben Carter").click()
    await expect(page).to_have_url(f"{school.address}/practice/as/ben/direct-ben")


async def test_everything_can_be_read_without_javascript(school: School) -> None:
    page = await school.page(javascript=False)
    await expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    await page.get_by_role("link", name="riverside-leadership").click()
    await expect(page).to_have_url(f"{school.address}/practice/as/lena/channel-riverside")


async def test_a_chart_fits_a_phone_in_light_and_in_dark(school: School) -> None:
    await school.board.post(LENA.place, VOTE, "d2")
    assert VOTE.chart
    page = await school.page(width=390)
    picture = page.get_by_role("img", name=VOTE.chart.told)
    await expect(picture).to_be_visible()

    colors = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        bar, words = picture.locator("rect").first, picture.locator("text").first
        fill = "each => getComputedStyle(each).fill"
        colors |= {await bar.evaluate(fill), await words.evaluate(fill)}
    assert len(colors) == 4

    card = await page.locator(".card").last.bounding_box()
    shown = await picture.bounding_box()
    number = await picture.locator("text").nth(1).bounding_box()
    assert card
    assert shown
    assert number
    assert card["x"] <= shown["x"]
    assert shown["x"] + shown["width"] <= card["x"] + card["width"] <= 390
    assert number["height"] >= 13, "no smaller than a phone's small print"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
