"""The practice school as a newcomer meets it: the program itself, in a real browser."""

from datetime import date

import pytest
from playwright.async_api import Page, expect

from bot import sample
from tests.browser import chromium as browsers
from tests.browser.chromium import ANA, BEN, CHANNEL, LENA, SAM, Demo, Visitor, Visits

visit, demo, school = browsers.visit, browsers.demo, browsers.school
pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<script>alert(1)</script> <!channel>"
QUESTION = "Which practice should this team work on?"
DECISION = "Shall we keep Wednesdays free of announcements?"
NEED, RESOURCE = "More time to plan together", "The Wednesday late start"
PRIORITY = "Feedback that learners use"


# ---------------------------------------------------------------- a whole cycle


async def test_a_newcomer_lives_through_a_whole_cycle_and_reads_its_report(demo: Demo, visit: Visits) -> None:
    lena = await visit(demo)
    await _meets_the_bot(lena)
    ana = await visit(demo, ANA)
    await _convenes(ana)
    await _names_needs(ana)
    await _plans(ana)
    await _acts_and_reflects(ana, lena)

    await expect(lena.page.locator("#standing")).to_contain_text("This cycle is finished.")
    await _reads_the_report(lena)


async def _meets_the_bot(lena: Visitor) -> None:
    await expect(lena.page.get_by_text("A practice school: nothing leaves this computer").first).to_be_visible()
    await expect(lena.page.get_by_text("Nothing here yet.")).to_be_visible()
    await lena.page.get_by_role("button", name="Got it").click()
    await lena.moves("Next prompt")

    await expect(lena.page.get_by_role("heading", name="What should we work on?")).to_be_visible()
    await expect(lena.page.locator("#moving")).to_have_text(
        "It is now Mon Feb 1, 7:45 AM. New for you, Ana Ruiz, Ben Carter and Sam Lee."
    )
    await expect(lena.page.get_by_role("link", name="Be Ben Carter science teacher , new message")).to_be_visible()


async def _convenes(ana: Visitor) -> None:
    await ana.types("/record")
    await ana.fills(
        {"How do we want": "We start on time.", "What is this team for": "Drafts", "Which Priority": PRIORITY}
    )
    await ana.submits()
    await ana.page.reload()
    await ana.stands_in("Needs and resources")


async def _names_needs(ana: Visitor) -> None:
    await ana.types(f"/need {NEED}")
    await ana.types(f"/need {HOSTILE}")
    await ana.types(f"/resource {RESOURCE}")
    await ana.becomes(f"ana/{CHANNEL}")
    for label in ("Next Friday", "Next prompt", "Next Friday"):
        await ana.moves(label)
    await ana.sees("Needs and resources", NEED, HOSTILE, RESOURCE)
    await ana.presses("Record what we chose")
    await ana.fills({}, NEED)
    await ana.submits()
    await ana.sees(f"We will work on: {NEED}.")
    await ana.stands_in("Plan")


async def _plans(ana: Visitor) -> None:
    await ana.types("/action")
    await ana.fills(
        {
            "What will be done?": "Visit two lessons",
            "By which school day?": "2027-03-12",
            "What do we predict will happen?": "More drafts are reworked",
            "How will we know?": "We count",
        },
        f"We chose this: {NEED}",
        RESOURCE,
    )
    await ana.submits()
    await ana.moves("Until the phase ends")
    await ana.stands_in("Act")


async def _acts_and_reflects(ana: Visitor, lena: Visitor) -> None:
    await lena.moves("Until the phase ends")
    await ana.stands_in("Reflect")
    await ana.types("/record")
    await ana.fills(
        {"what happened": "Twice as many drafts", "What did we learn": "Ask earlier"}, "Adopt: it becomes how we work"
    )
    await ana.submits()
    await ana.page.reload()
    await ana.sees("Cycle 1 is finished.", "Visit two lessons")


async def _reads_the_report(lena: Visitor) -> None:
    await lena.page.get_by_role("link", name="Report").click()
    await expect(lena.page.get_by_role("heading", level=1)).to_contain_text("Riverside leadership team")
    await expect(lena.page.locator("main")).to_contain_text(PRIORITY)
    await expect(lena.page.locator("main")).not_to_have_css("max-width", "none")  # it wears its style
    await expect(lena.page.locator("main")).to_contain_text("Twice as many drafts")
    await expect(lena.page.locator("main")).to_contain_text(HOSTILE)


# ---------------------------------------------------------------- answering and deciding


async def test_one_member_answers_by_form_and_another_by_typing(school: Demo, visit: Visits) -> None:
    ben = await visit(school, BEN)
    await ben.presses("Answer")
    await ben.fills({QUESTION: "Feedback"})
    await ben.submits()
    await expect(ben.form).not_to_be_visible()
    await ben.sees("Thank you, Ben. Your team chooses when it meets.", "Change my answers")

    sam = await ben.becomes(SAM)
    await sam.types("hello")
    await sam.sees(f"Let us do it here, one question at a time.\n\n{QUESTION}")
    await sam.types("How we open a lesson")
    await sam.sees("Thank you, Sam.", "Change my answers")


async def test_the_principal_decides_by_command_and_the_team_stands_by_button(school: Demo, visit: Visits) -> None:
    lena = await visit(school, LENA)
    await lena.types(f"/decide {DECISION}")
    await expect(lena.form.get_by_label("What is to be decided?")).to_have_value(DECISION)
    await expect(lena.form.get_by_role("radio", checked=True)).to_have_count(0)
    await lena.fills({}, "Consent: it stands when enough have spoken and nobody sees harm")
    await lena.submits()
    await lena.sees("I will ask Ana Ruiz, Ben Carter, and Sam Lee until", "Silence is never consent.")
    await lena.presses("Post it")
    await lena.sees("you can take it back", "Undo")

    ana = await visit(school, f"ana/{CHANNEL}")
    await lena.moves("Next prompt")
    await _stands(ana, "Good enough", "good enough")
    ben = await ana.becomes(f"ben/{CHANNEL}")
    await ben.presses("Worry, go ahead")
    await ben.fills({"What is your worry?": "Who tells the buses?"})
    await ben.submits()
    await ben.sees("Only you can see this", "you worry")

    for day in range(3):
        await lena.becomes((LENA, ANA, SAM)[day])
        await lena.moves("Next school day")
    card = ben.lines.filter(has_text=DECISION)
    await expect(card).to_contain_text("Decided by consent: enough have spoken and no objection was open.")
    await expect(card.get_by_role("button", name="Good enough")).to_have_count(0)


async def _stands(member: Visitor, label: str, noted: str) -> None:
    await member.sees("Lena Ortiz asks for consent:", DECISION)
    await member.presses(label)
    await member.sees("Only you can see this", noted)


# ---------------------------------------------------------------- the page itself


async def test_a_second_browser_sees_everything_live(school: Demo, visit: Visits) -> None:
    ana, sam = await visit(school, f"ana/{CHANNEL}"), await visit(school, SAM)
    await ana.types("Who brings the coffee?")
    await sam.page.get_by_role("link", name=f"{CHANNEL} , new message").click()
    await expect(sam.page.locator(".bubble").last).to_have_text("Who brings the coffee?")

    await sam.types("I do.")
    await expect(ana.page.locator(".bubble").last).to_have_text("I do.")
    await ana.moves("Next school day")
    today, _, _ = (await ana.page.locator("#standing time").inner_text()).partition(",")
    await expect(sam.page.locator("#standing time")).to_contain_text(today)


async def test_a_prompt_is_answered_without_a_mouse(school: Demo, visit: Visits) -> None:
    ana = await visit(school, ANA)
    await ana.page.keyboard.press("Tab")
    await expect(ana.page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await _tabs_to(ana.page, "Answer")
    await ana.page.keyboard.press("Enter")
    await expect(ana.form.get_by_label(QUESTION)).to_be_focused()
    await ana.page.keyboard.type("How we give feedback")
    await ana.page.keyboard.press("Enter")

    await ana.finds("Thank you, Ana. Your team chooses when it meets.")
    await expect(ana.form).not_to_be_visible()
    assert await ana.page.evaluate("document.activeElement !== document.body")
    await ana.page.keyboard.press("Tab")
    assert await ana.page.evaluate("document.activeElement.closest('main') !== null")


async def _tabs_to(page: Page, label: str) -> None:
    """Press Tab until the button with this label has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == label:
            return
    pytest.fail(f"No Tab reaches {label}.")


async def test_escape_closes_a_form_and_loses_nothing(school: Demo, visit: Visits) -> None:
    lena = await visit(school, LENA)
    await lena.presses("Answer")
    await lena.fills({QUESTION: "How we give feedback"})
    await lena.page.keyboard.press("Escape")
    await expect(lena.form).not_to_be_visible()
    await expect(lena.page.get_by_role("button", name="Answer", exact=True).last).to_be_focused()

    await lena.page.reload()
    await lena.presses("Answer")
    await expect(lena.form.get_by_text("What you typed before is still here.")).to_be_visible()
    await expect(lena.form.get_by_label(QUESTION)).to_have_value("How we give feedback")


async def test_a_press_that_is_repeated_quickly_acts_once(school: Demo, visit: Visits) -> None:
    ben = await visit(school, f"ben/{CHANNEL}")
    clock = ben.page.locator("#standing time")
    before = date.fromisoformat(str(await clock.get_attribute("datetime"))[:10])
    async with ben.page.expect_response("**/clock"):
        await ben.page.get_by_role("button", name="Next school day").click(click_count=3)
    after = sample.CALENDAR.add_school_days(before, 1)
    await expect(ben.page.locator("#moving")).to_contain_text(f"It is now {after:%a %b} {after.day},")

    count = await ben.page.locator(".own").count()
    await ben.page.locator("#words").fill("Once is enough")
    async with ben.page.expect_response("**/say"):
        await ben.page.locator("#words").evaluate(
            """box => { for (let i = 0; i < 3; i++)
                box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })); }"""
        )
    await ben.types("/actions")
    await expect(ben.page.locator(".only-you")).to_have_count(1)
    await expect(ben.page.locator(".own")).to_have_count(count + 1)


async def test_a_page_that_is_loaded_again_shows_the_same(school: Demo, visit: Visits) -> None:
    sam = await visit(school, f"sam/{CHANNEL}")
    await sam.types("First line\n\n  second")
    await expect(sam.page.locator(".bubble").last).to_have_text("First line\n\n  second", use_inner_text=True)
    await sam.becomes(SAM)
    await expect(sam.page.get_by_role("heading", name="What should we work on?").first).to_be_visible()
    await sam.page.locator("#words").fill("Not sent yet")
    before = await sam.lines.all_inner_texts()
    await sam.page.reload()

    await expect(sam.page.locator("#words")).to_have_value("Not sent yet")
    assert await sam.lines.all_inner_texts() == before
    await sam.becomes(f"sam/{CHANNEL}")
    await expect(sam.page.get_by_text("First line")).to_be_visible()


async def test_hostile_words_are_only_words(school: Demo, visit: Visits) -> None:
    ben = await visit(school, f"ben/{CHANNEL}")
    await ben.types(HOSTILE)
    await expect(ben.page.locator(".bubble").last).to_have_text(HOSTILE)

    lena = await ben.becomes(f"lena/{CHANNEL}")
    await expect(lena.page.locator(".bubble").last).to_have_text(HOSTILE)
    await lena.types(f"/decide {HOSTILE}")
    await expect(lena.form.get_by_label("What is to be decided?")).to_have_value(HOSTILE)
    await lena.fills({"Why?": HOSTILE}, "Tell: I have decided, and say why")
    await lena.submits()
    await expect(lena.last.locator("blockquote")).to_have_text([HOSTILE, HOSTILE])
    await lena.types(f"/{HOSTILE}")
    await lena.sees("<script>alert(1)</script>")
    await expect(lena.page.locator("main script")).to_have_count(0)


# ---------------------------------------------------------------- sizes and colors

STICKING_OUT = """() => Array.from(document.querySelectorAll("body *"))
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.outerHTML.slice(0, 80))"""
COLORS = """names => names.flatMap(name => Array.from(document.querySelectorAll(name)).slice(0, 3).map(each => {
    let behind = each;
    while (behind && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
    const background = behind ? getComputedStyle(behind).backgroundColor : "rgb(255, 255, 255)";
    return [name, getComputedStyle(each).color, background];
}))"""
WRITTEN = (
    ".title", ".words", ".fine", ".by b", ".by time", ".day span", ".button.primary", ".button.plain", ".next",
    ".now time", ".stages li span", ".keys", ".role", ".you-are", ".foot", ".foot a", ".badge", ".head p",
    ".welcome p", ".own .bubble", ".eye", ".only-you .words", ".hint", ".intro", ".optional", ".problem",
)  # fmt: skip


async def test_a_phone_shows_everything_in_its_width_and_the_people_in_a_menu(school: Demo, visit: Visits) -> None:
    lena = await visit(school, LENA, width=360)
    await _fits(lena.page)
    await lena.presses("Answer")
    await expect(lena.form).to_be_visible()
    await _fits(lena.page)
    await lena.page.keyboard.press("Escape")

    await expect(lena.page.get_by_role("link", name="Be Ben Carter")).not_to_be_visible()
    await lena.page.get_by_role("button", name="You are Lena Ortiz. People and conversations").click()
    await _fits(lena.page)
    await lena.page.get_by_role("link", name="Be Ben Carter").click()
    await expect(lena.page.get_by_role("button", name="You are Ben Carter.")).to_be_visible()
    await lena.page.get_by_role("button", name="You are Ben Carter.").click()
    await lena.page.get_by_role("link", name=CHANNEL).click()
    await expect(lena.page.get_by_role("heading", name=CHANNEL)).to_be_visible()
    await _fits(lena.page)
    await lena.page.get_by_role("button", name="More ways to move the clock").click()
    await expect(lena.page.get_by_role("button", name="Until the phase ends")).to_be_visible()
    await _fits(lena.page)
    await lena.page.keyboard.press("Escape")
    await lena.page.get_by_role("link", name="Report").click()
    await expect(lena.page.get_by_role("heading", level=1)).to_be_visible()
    await _fits(lena.page)
    await lena.page.get_by_role("link", name="Back").click()
    await expect(lena.page.get_by_role("button", name="You are Ben Carter.")).to_be_visible()


async def _fits(page: Page) -> None:
    """Nothing can be scrolled sideways, and nothing is cut off at the right."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(STICKING_OUT) == []


async def test_the_name_of_the_channel_stands_on_one_line(school: Demo, visit: Visits) -> None:
    lena = await visit(school, f"lena/{CHANNEL}")
    name = lena.page.locator(".places [aria-current] .name")
    for width in (1280, 1000, 900):
        await lena.page.set_viewport_size({"width": width, "height": 800})
        lines, is_cut = await name.evaluate(
            "each => [each.getClientRects().length, each.scrollWidth > each.clientWidth]"
        )
        assert (lines, is_cut) == (1, False), width
        assert (await name.bounding_box() or {})["height"] < 30, width


async def test_words_stand_out_from_what_is_behind_them_by_day_and_by_night(school: Demo, visit: Visits) -> None:
    lena = await visit(school, LENA)
    await lena.types("/actions")
    await lena.presses("Answer")
    await lena.submits()
    await expect(lena.form.locator(".problem").first).to_be_visible()

    await _is_readable(lena.page)
    await lena.page.emulate_media(color_scheme="dark")
    await _is_readable(lena.page, is_dark=True)


async def _is_readable(page: Page, is_dark: bool = False) -> None:
    found = await page.evaluate(COLORS, list(WRITTEN))
    assert {name for name, _, _ in found} >= {
        ".title",
        ".fine",
        ".button.primary",
        ".badge",
        ".own .bubble",
        ".problem",
    }
    weak = {(name, round(ratio, 1)) for name, color, behind in found if (ratio := _contrast(color, behind)) < 4.5}
    assert weak == set()
    (_, _, paper), *_ = await page.evaluate(COLORS, ["main"])
    assert (_luminance(paper) < 0.1) is is_dark


def _contrast(one: str, other: str) -> float:
    """The contrast of two CSS colors by WCAG 2.2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [float(part) / 255 for part in color.removeprefix("rgb(").removesuffix(")").split(", ")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---------------------------------------------------------------- stopping and going on


async def test_ctrl_c_stops_it_with_open_pages_and_a_restart_goes_on(school: Demo, visit: Visits) -> None:
    lena, channel = await visit(school, LENA), await visit(school, f"ana/{CHANNEL}")
    trouble = lena.page.get_by_text("The practice school does not answer. Trying again …")
    await lena.types("hello")
    await lena.sees(QUESTION)
    code, sentence = await school.another()
    assert code == 1
    assert "leadcycle-practice.db is in use by another Leadcycle. Stop that one first" in sentence
    lines = await lena.lines.all_inner_texts()
    today, _, _ = (await channel.page.locator("#standing time").inner_text()).partition(",")

    assert await school.interrupt() in (0, 130)
    await expect(trouble).to_be_visible()
    await school.start()
    await expect(trouble).not_to_be_visible()
    assert await lena.lines.all_inner_texts() == lines
    await lena.types("How we listen")
    await lena.sees("Thank you, Lena. Your team chooses when it meets.")
    await channel.page.reload()
    await expect(channel.page.locator("#standing")).to_contain_text(today)
    visit.forgive("net::ERR_", "[object Event]")


async def test_without_chromium_they_are_skipped_and_in_ci_they_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers.shutil, "which", lambda name: None)
    for ci, outcome in (("", pytest.skip.Exception), ("true", pytest.fail.Exception)):
        monkeypatch.setenv("CI", ci)
        with pytest.raises(outcome, match="There is no Chromium here: install it with `apt-get install chromium`"):
            browsers.chromium_or_skip()
