"""The charter: written and corrected at any time by those who guide the team, and the team sees it in its channel."""

from bot.rehearsal import Player
from bot.sample import TENANT
from flows.report import build
from storage import audit
from tests.flows.report_rooms import LATER
from tests.world import School, labels, told

CHARTER = {"norms": "We start on time.", "purpose": "Better drafts", "priority": "Feedback that helps"}


async def test_a_charter_that_was_only_spoken_of_is_written_down_later_and_posted_once(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("met")
    assert school.channel.messages == []

    assert "for your facilitator or administrator" in told(await ben.says("charter change"))
    await ana.says("charter change")
    assert [field.value for field in ana.form.fields] == [None, None, None, "course"]
    assert told(await ana.submits(CHARTER)) == "The charter is on record as you wrote it."
    assert school.channel.titles == ["Convene"]
    assert "Our Priority of Practice: Feedback that helps" in school.channel.drawn
    await school.until("2027-02-05 08:00")
    await lena.says("charter change")
    assert [field.value for field in lena.form.fields] == [*CHARTER.values(), "course"]
    await lena.submits(CHARTER | {"norms": "We listen."})

    assert school.channel.titles == ["Convene"]
    assert "“We listen.”" in school.channel.drawn
    assert "“We listen.”" in told(await ben.says("how we work here"))
    assert build(await school.room(), LATER).norms == "We listen."
    assert "in its phase Needs and resources" in told(await ben.says("cycle status"))


async def test_the_card_of_convening_shows_the_charter_as_it_is_corrected_in_any_later_phase(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-03 15:00")
    await ana.says("record")
    await ana.fills(**CHARTER)
    await ana.says("need More time")
    await school.chooses("1")
    await ana.says("cycle next because we plan as we go")
    posts = len(school.stage.posts)

    await school.until("2027-02-04 19:00")
    await ana.says("charter change")
    said = told(await ana.submits(CHARTER | {"priority": "Questions"}))

    assert said.startswith("The charter is on record as you wrote it. Your team sees it on Friday, February 5, 7:30")
    await school.until("2027-02-05 07:40")
    assert "Our Priority of Practice: Questions" in school.channel.card("Convene")
    assert len(school.stage.posts) == posts


async def test_in_a_cycle_that_kept_its_charter_a_changed_one_gets_one_card(school: School) -> None:
    ana, *_ = await _kept(school)
    assert school.channel.titles[-1] == "Reflect"

    for norms in ("We listen.", "We listen twice."):
        await ana.says("charter change")
        await ana.submits(CHARTER | {"norms": norms})

    assert school.channel.titles[-2:] == ["Reflect", "Our charter"]
    assert "“We listen twice.”" in school.channel.drawn
    assert labels(school.channel.messages[-1]) == []
    assert [(each.cycle, each.norms) for each in (await school.room()).charters] == [
        (1, "We start on time."),
        (2, "We listen twice."),
    ]


async def test_while_the_team_convenes_the_charter_is_what_whoever_leads_fills_in(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    assert "No cycle is running." in told(await ana.says("charter change"))
    await school.begins()

    await ana.says("charter change")
    assert ana.form.title == "What we agreed"
    await ana.fills(**CHARTER)

    assert "in its phase Needs and resources" in told(await ana.says("cycle status"))


async def test_a_charter_that_is_written_anew_starts_from_the_one_on_record(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("record")
    assert [field.value for field in ana.form.fields] == [None] * 4
    await ana.fills(**CHARTER)
    await ana.says("cycle reopen convene because of a slip of the pen")

    await lena.says("record")
    assert [field.value for field in lena.form.fields] == [*CHARTER.values(), "course"]
    await lena.fills(priority="Questions")

    assert build(await school.room(), LATER).norms == "We start on time."
    assert build(await school.room(), LATER).priority == "Questions"
    assert "in its phase Needs and resources" in told(await ana.says("cycle status"))


async def test_a_charter_changed_for_the_next_cycle_and_again_in_the_one_that_is_opened_again_counts_in_both(
    school: School,
) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("reflect")
    await ana.says("met")
    await ana.says("charter change")
    await ana.submits(CHARTER)
    await ana.says("cycle reopen because the results were missing")
    await ana.says("charter change")
    await ana.submits(CHARTER | {"priority": "Questions"})

    await ana.says("met")
    assert build(await school.room(), LATER).priority == "Questions"
    await ana.starts("in the room")
    assert build(await school.room(), LATER).priority == "Questions"


async def _kept(school: School) -> list[Player]:
    """A second cycle that began with the charter of the first."""
    people = ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await ana.says("record")
    await ana.fills(**CHARTER)
    for phase in ("needs", "plan", "act", "reflect"):
        await ana.says(f"cycle next because {phase} is done")
    await ben.presses("Keep our charter")
    await school.begins("in the room")
    return people


async def test_what_the_first_charter_opens_to_the_coach_is_logged_and_what_opens_nothing_is_not(
    school: School,
) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")
    await school.begins()
    await ana.says("met")
    for coach in ("decisions", "decisions", "course"):
        await ana.says("charter change")
        await ana.submits({**CHARTER, "coach": coach})

    async with school.rehearsal.database.read(TENANT) as store:
        logged = [each.deed.detail["coach_sees"] for each in await audit.listing(store) if each.deed.kind == "setting"]
    assert logged == [{"was": "course", "is": "decisions"}, {"was": "decisions", "is": "course"}]
