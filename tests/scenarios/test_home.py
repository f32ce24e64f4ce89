"""Home: everything that waits for a person and the ways on, in one message that reads differently once it is done."""

from adapters import text
from bot.rehearsal import Player
from flows.messages import Message, Note
from tests.world import School, labels, plans, told


async def home(player: Player) -> Message:
    """What the person finds at home now."""
    reply = await player.says("home")
    assert isinstance(reply, Note)
    return reply.message


def offered(message: Message, words: str) -> list[str]:
    """The labels of what can be said about the item that holds these words; empty when there is none."""
    return [button.label for item in message.items if words in item.text for button in item.buttons]


async def test_a_decision_that_came_back_waits_at_home_with_its_ways(school: School) -> None:
    ana, *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await lena.says("decide Shall we start at eight?")
    await lena.submits({"question": "Shall we start at eight?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("2027-02-02 12:00")
    assert offered(await home(lena), "at eight") == [], "while it is open nothing is asked of its owner"

    await school.until("2027-02-04 08:00")
    found = await home(lena)
    assert offered(found, "at eight") == ["Amend it", "More time", "Withdraw it"]
    assert "Decision 1 could not close. Too few have spoken." in text.draw(found)
    assert offered(await home(ana), "at eight") == [], "it is its owner's to settle"

    await lena.presses("More time")
    assert offered(await home(lena), "at eight") == []
    await school.until("2027-02-09 08:00")
    assert offered(await home(lena), "at eight") == ["Amend it", "Withdraw it"]
    await lena.presses("Withdraw it")
    await lena.submits({"reason": "We found a better way"})
    assert offered(await home(lena), "at eight") == []


async def test_a_draft_waits_at_home_and_what_is_posted_can_be_taken_back_there(school: School) -> None:
    ana, *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await lena.says("decide Shall we start at eight?")
    await lena.submits({"question": "Shall we start at eight?", "mode": "consent"})
    assert offered(await home(lena), "at eight") == ["Post it", "Change it", "Drop it"]
    assert offered(await home(ana), "at eight") == [], "a draft is its author's alone"

    await lena.presses("Change it")
    await lena.submits({"question": "Shall we start at nine?", "mode": "consent"})
    await home(lena)
    assert "Decision 1 posts on Monday, February 1, 7:35" in told(await lena.presses("Post it"))
    found = await home(lena)
    assert offered(found, "at nine") == ["Undo"]
    assert "Decision 1 posts on Monday, February 1, 7:35" in text.draw(found)
    assert offered(await home(ana), "at nine") == [], "nobody has seen it"

    await lena.presses("Undo")
    assert offered(await home(lena), "at nine") == ["Post it", "Change it", "Drop it"], "it is a draft again"
    await lena.presses("Drop it")
    assert "at nine" not in text.draw(await home(lena))


async def test_an_action_that_somebody_declined_waits_at_home_of_who_proposed_it(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/12", owner="ben")
    await ben.says("action decline 1")

    found = await home(ana)
    assert offered(found, "Visit two lessons") == ["Ask somebody else", "I take it"]
    assert "Ben B. does not take this action, so it is off the plan for now. Who could?" in text.draw(found)
    for other in (ben, lena):
        assert "Visit two lessons" not in text.draw(await home(other))

    await home(ana)
    await ana.presses("I take it")
    assert offered(await home(ana), "Visit two lessons") == ["Done", "On track", "Blocked", "New date"]


async def test_a_declined_action_of_an_earlier_cycle_stays_at_home_until_its_day(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    for what, day in (("Visit two lessons", "3/12"), ("Swap one lesson", "2/5")):
        await plans(ana, what, day, owner="ben")
    for number in (1, 2):
        await ben.says(f"action decline {number}")
    await ana.says("cycle next because we know")
    await ana.says("cycle next because we know")
    await ana.says("met")
    await ana.starts("in the room")

    await school.until("2027-02-08 12:00")
    assert "Visit two lessons" in text.draw(await home(ana))
    assert "Swap one lesson" not in text.draw(await home(ana))


async def test_between_two_cycles_home_shows_the_way_to_the_next_one_and_to_the_report(school: School) -> None:
    ana, ben, lena, kay = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")
    usual = ["A decision", "Who sees what", "What you can do now"]
    assert labels(await home(lena)) == ["Start a cycle", *usual], "before the first one"
    assert labels(await home(ben)) == usual

    await school.comes_to("reflect")
    await ana.says("charter change")
    await ana.submits({"norms": "On time", "purpose": "One thing", "priority": "Feedback"})
    assert labels(await home(ben)) == usual
    await ana.says("met")

    ways = ["Keep our charter", "Change our charter", "Full report"]
    assert labels(await home(lena)) == ["Another cycle", *ways, *usual]
    assert labels(await home(ben)) == ["Another cycle", "Keep our charter", "Full report", *usual]
    assert labels(await home(kay)) == ["Full report", *usual[1:]], "who reads along says no yes"

    await home(ben)
    await ben.presses("Another cycle")
    assert "Another cycle" not in labels(await home(ben)), "one's yes is noted"
    await home(lena)
    await lena.presses("Another cycle")
    assert labels(await home(lena)) == ["Start a cycle", *ways, *usual]
    assert labels(await home(ana)) == ["Start a cycle", "Another cycle", *ways, *usual]
    await home(ben)
    assert "Leadership team: cycle 1" in told(await ben.presses("Full report"))
