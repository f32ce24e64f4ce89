"""Cards as Teams draws them: Microsoft's own renderer in Chromium, with Teams' measures and colours.

To look at the pictures, name a folder for them:

    LEADCYCLE_PICTURES=cards .venv/bin/pytest tests/browser/test_cards.py
"""

import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from tests.browser.chromium import FLAGS, chromium_or_skip

Json = dict[str, Any]

WIDTHS = (320, 400)
"""pixels: a phone, and the chat beside a meeting"""
PACKAGES = Path(__file__).parent / "node_modules"
SCRIPTS = ("adaptivecards/dist/adaptivecards.min.js", "markdown-it/dist/browser/markdown-it.umd.min.js")
FONT = "'Segoe UI', 'Liberation Sans', sans-serif"
GROUNDS = {"light": "#ffffff", "dark": "#292929"}
_LETTERS = {"light": ("#252424", "#6264a7", "#c4314b"), "dark": ("#ffffff", "#a6a7dc", "#f9526b")}


def host(theme: str) -> Json:
    """How Teams draws cards: the measures and colours of microsoft-teams-light and -dark (github.com/microsoft/
    AdaptiveCards, samples/HostConfig)."""
    words, accent, wrong = _LETTERS[theme]
    letters = {
        "default": {"default": words, "subtle": words.replace("#", "#bf")},
        "accent": {"default": accent, "subtle": accent},
        "attention": {"default": wrong, "subtle": wrong},
    }
    grounds = {"default": GROUNDS[theme], "emphasis": "#f9f8f7" if theme == "light" else "#3b3a39", "accent": "#62a8f7"}
    return {
        "supportsInteractivity": True,
        "fontFamily": FONT,
        "spacing": {"small": 8, "default": 12, "medium": 16, "large": 20, "extraLarge": 24, "padding": 16},
        "fontSizes": {"small": 12, "default": 14, "medium": 14, "large": 18, "extraLarge": 24},
        "fontWeights": {"lighter": 200, "default": 400, "bolder": 600},
        "separator": {"lineThickness": 1, "lineColor": "#eeeeee" if theme == "light" else "#484644"},
        "containerStyles": {
            name: {"backgroundColor": ground, "foregroundColors": letters} for name, ground in grounds.items()
        },
        "actions": {
            "maxActions": 6,
            "spacing": "default",
            "buttonSpacing": 8,
            "actionsOrientation": "horizontal",
            "actionAlignment": "left",
        },
        "inputs": {
            "label": {"requiredInputs": {"weight": "default", "suffix": " *"}, "optionalInputs": {"weight": "default"}},
            "errorMessage": {"color": "attention"},
        },
    }


_PAGE = """<!doctype html><meta charset=utf-8><style>
* { font-family: FONT }
body { margin: 0; font-size: 14px }
.ac-pushButton { border: 1px solid #8a8886; border-radius: 3px; background: transparent; color: inherit;
  padding: 6px 14px; font-weight: 600; font-size: 14px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.ac-pushButton.style-positive { background: #5b5fc7; color: #fff; border-color: #5b5fc7 }
.ac-pushButton.style-destructive { color: #c4314b; border-color: #c4314b }
.ac-input { box-sizing: border-box; color: inherit; font-size: 14px }
input.ac-input, textarea.ac-input, select.ac-input { border: 1px solid #8a8886; border-radius: 3px; padding: 6px;
  width: 100%; background: transparent }
</style><div id=root></div>""".replace("FONT", FONT)

_DRAW = r"""
([card, host, width, ground]) => {
  const cards = AdaptiveCards, context = new cards.SerializationContext(), wrong = [];
  cards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownit().render(text); result.didProcess = true;
  };
  const shown = new cards.AdaptiveCard();
  shown.hostConfig = new cards.HostConfig(host);
  shown.parse(card, context);
  for (let at = 0; at < context.eventCount; at++) {
    const said = context.getEventAt(at).message;  // it takes a language only every second time
    if (!said.includes('"lang"') && !said.includes("Fallback will be used")) wrong.push(said);
  }
  const root = document.getElementById("root");
  root.replaceChildren(); root.style.width = width + "px"; root.style.color = ground === "#ffffff" ? "#252424" : "#fff";
  document.body.style.background = root.style.background = ground;
  root.appendChild(shown.render());
  const right = root.getBoundingClientRect().right;
  const rows = shown => Math.round(shown.getBoundingClientRect().top);
  const buttons = [...root.querySelectorAll("button")];
  for (const each of root.querySelectorAll("*")) {
    const words = each.textContent.trim().slice(0, 60), button = each.closest("button");
    // a button that has a row to itself cannot be any wider
    if (button && buttons.filter(other => rows(other) === rows(button)).length === 1) continue;
    if (each.getBoundingClientRect().right > right + 1) wrong.push(`beyond the edge: ${words}`);
    else if (getComputedStyle(each).overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1)
      wrong.push(`cut off: ${words}`);
  }
  return [...new Set(wrong)];
}
"""


@asynccontextmanager
async def easel() -> AsyncIterator[Page]:
    """A page on which cards are drawn; it reaches nothing outside."""
    path = chromium_or_skip()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = await browser.new_page(viewport={"width": max(WIDTHS), "height": 200}, device_scale_factor=2)
        await page.set_content(_PAGE)
        for script in SCRIPTS:
            await page.add_script_tag(path=PACKAGES / script)
        yield page
        await browser.close()


async def wrong(page: Page, cards: Mapping[str, Json]) -> list[str]:
    """Draw each card at each width; return what does not fit, is cut off or is not understood.

    With LEADCYCLE_PICTURES each is drawn light and dark, and kept as a picture.
    """
    found: list[str] = []
    folder = os.environ.get("LEADCYCLE_PICTURES")
    for name, card in cards.items():
        for width in WIDTHS:
            for theme, ground in GROUNDS.items() if folder else [("light", GROUNDS["light"])]:
                complaints = await page.evaluate(_DRAW, [card, host(theme), width, ground])
                found += [f"{name} ({width}, {theme}): {each}" for each in complaints]
                if folder:
                    picture = re.sub(r"[^0-9A-Za-z]+", "-", f"{name} {width} {theme}").strip("-")
                    await page.locator("#root").screenshot(path=Path(folder) / f"{picture}.png")
    return found
