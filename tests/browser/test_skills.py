"""The protocols on paper: one page each, in large type."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser
from typer.testing import CliRunner

from bot.cli import app
from flows.loader import load_scripts
from flows.skills import MOST_IN_ALL, MOST_STEPS, MOST_TITLE, MOST_WORDS

pytestmark = [pytest.mark.asyncio(loop_scope="session")]

SAYING = "What we say. " * (MOST_IN_ALL // MOST_STEPS // 13)
LARGEST = "\n".join(
    (
        f'title = "{"W" * MOST_TITLE}"',
        f"minutes = {MOST_STEPS}",
        f'purpose = "{"Norms and words " * (MOST_WORDS // 16)}"',
        *(f'[[steps]]\nminutes = 1\nsay = "{SAYING}"' for _ in range(MOST_STEPS)),
    )
)


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    (tmp_path / "own" / "skills").mkdir(parents=True)
    (tmp_path / "own" / "skills" / "largest.toml").write_text(LARGEST, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEADCYCLE_SCRIPTS", str(tmp_path / "own"))
    result = CliRunner().invoke(app, ["skills", "--to", str(tmp_path / "cards")])
    assert result.exit_code == 0, result.output
    return sorted((tmp_path / "cards").iterdir())


async def test_each_protocol_fits_one_sheet_of_paper(chromium: Browser, pages: list[Path]) -> None:
    known = load_scripts().skills_by_name
    shipped = {f"{name}.{each}.html" if each else f"{name}.html" for name in known for each in known[name]}
    assert {path.name for path in pages} == shipped | {"largest.html"}
    page = await chromium.new_page()
    for path in pages:
        await page.goto(path.as_uri())
        for paper in ("Letter", "A4"):
            drawn = await page.pdf(format=paper)
            assert len(re.findall(rb"/Type\s*/Page\b", drawn)) == 1, f"{path.name} on {paper}"
    await page.close()


async def test_a_protocol_can_be_read_across_a_table(chromium: Browser, pages: list[Path]) -> None:
    page = await chromium.new_page()
    await page.emulate_media(media="print")
    await page.goto(next(path for path in pages if path.name == "five_whys.es.html").as_uri())

    assert await page.locator("h1").inner_text() == "Cinco porqués"
    assert await page.locator("li").count() == 4
    size = await page.locator("li span").first.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert size >= 18, "pixels; 14 points"
    await page.close()
