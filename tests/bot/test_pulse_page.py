"""The page of the pulse: the same figures for everybody of the school, and for nobody else."""

from datetime import timedelta

import pytest

from bot import sample
from flows.waves import ANSWERED, FEWER, HALF, MORE, SCHOOL, Pulse, Wave
from storage import records
from tests.bot.test_pages import Pages, school
from tests.world import scripts

__all__ = ["school"]

CONDITIONS = [each.key for each in scripts().conditions().each]
COMMENT = "More time, <b>please</b>"


async def two_pulses(school: Pages) -> None:
    async with school.application.database.begin(sample.TENANT) as store:
        for number, told in ((1, FEWER), (2, HALF)):
            opened = sample.opening() + timedelta(days=180 * number)
            closed = opened + timedelta(days=9)
            await records.keep(
                store, Pulse("riverside", number, "riverside", "lena", opened, closed, 5, 10, closed_at=closed)
            )
            whole = {ANSWERED: 24, **dict.fromkeys(CONDITIONS, told)}
            team = {ANSWERED: 11, **dict.fromkeys(CONDITIONS, MORE)}
            figures = {SCHOOL: whole, "team grade4": team}
            await records.keep(store, Wave("riverside", number, figures, (COMMENT,)))


@pytest.mark.parametrize("member", ["ana", "uma", "lena"])
async def test_everybody_of_the_school_sees_the_same(school: Pages, member: str) -> None:
    await two_pulses(school)
    page = await (await school.inside(member)).get("/school/riverside/pulse")
    assert page.status_code == 200
    for words in (
        "24 people answered.",
        "half say yes",
        "fewer than half say yes",
        "more than half say yes",
        "Grade 4 (11 answered)",
        "Over time",
        "By group",
    ):
        assert words in page.text
    assert "More time, &lt;b&gt;please&lt;/b&gt;" in page.text
    assert 'class="before"' in page.text, "what was before is a bar, too"
    assert "(before: fewer than half say yes)" in page.text, "and told to who does not see it"
    assert "The pulse that closed on February 5, 2028" in page.text
    assert "August 9, 2027" in page.text, "days of another school year have their year"
    assert "validated" not in page.text.casefold()


async def test_who_only_looks_on_reads_no_comments_and_nobody_else_finds_the_page(school: Pages) -> None:
    await two_pulses(school)
    looked = await (await school.inside("cora")).get("/school/riverside/pulse")
    assert "24 people answered." in looked.text
    assert "More time" not in looked.text
    assert "Grade 4 (11 answered)" not in looked.text, "nor what one team says, whatever it shows its coach"
    assert "Over time" in looked.text
    cousin = await school.inside("hal")
    assert (await cousin.get("/school/riverside/pulse")).status_code == 404
    assert (await cousin.get("/school/nowhere/pulse")).status_code == 404
    assert "There has been no pulse" in (await cousin.get("/school/hilltop/pulse")).text
