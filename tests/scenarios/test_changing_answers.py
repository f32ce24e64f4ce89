"""Answers can be changed as long as their phase stands: the way is offered then, and only then."""

from adapters import text
from flows.markup import plain
from flows.messages import Card, Errors, Message
from tests.scenarios.test_erasing import tables_with
from tests.world import School, labels, plans

CHANGE = "Change my answers"


async def test_a_form_that_closes_its_phase_offers_no_change_that_would_be_refused(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()

    await ana.says("record")
    await ana.fills(norms="We start on time.", purpose="Better drafts", priority="Feedback that helps")
    assert "Your team's charter is on record." in ana.note.text
    assert labels(ana.note) == []

    await ana.says("need More time to plan together")
    await ana.says("resource The late start")
    await school.chooses("1")
    assert "The team works on this now." in ana.note.text
    assert labels(ana.note) == []

    await ana.says("record")
    action = {"owner": "ana", "serves": "1", "uses": "1", "prediction": "More of it", "measure": "We count"}
    await ana.fills(what="Visit two lessons", due="2027-03-12", **action)
    assert labels(ana.note) == [CHANGE], "the plan is open until the team agrees"
    await ana.says("met")
    await ana.says("cycle next because the work is done")
    await ana.says("record")
    await ana.fills(result="Two routines", verdict="adopt", learned="Small steps")
    assert "This goes into the cycle report." in ana.note.text
    assert labels(ana.note) == []


async def test_the_last_vote_cannot_be_changed_and_offers_no_change(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    for words in ("need More time", "need Fewer interruptions"):
        await ana.says(words)
    await school.until("2027-02-22 08:00")

    for player in (ana, ben):
        await player.fills(dots={"1": 3})
        assert labels(player.note) == [CHANGE]
    await lena.says("answer vote chat")
    await lena.types("1: 3")

    assert "I post what was chosen when the vote closes." in lena.last.text
    assert labels(lena.last) == []


async def test_back_after_the_last_answer_offers_to_change_it(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    await ben.types("back")
    assert CHANGE not in labels(ben.last)
    await ben.types("later")
    await ben.types("How we open a lesson")

    for words in ("back", "Change my answers", "undo"):
        await ben.types(words)
        assert _shown(ben.last) == "You have answered everything here. You can still change your answers."
    await ben.presses(CHANGE)
    await ben.submits({"priority.0": "How we close a lesson"})
    assert [line.text for line in (await school.room()).lines] == ["How we close a lesson"]

    await ana.says("met")
    await ben.types("back")
    assert _shown(ben.last) == "Nothing is open for you right now."


async def test_back_speaks_of_the_answers_that_were_given_last(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.says("answer resources form")
    await ben.submits({"resource.0": "The late start", "resource_kind.0": "time", "resources.0": False})
    await school.until("today 09:00")
    for words in ("skip", "skip", "Planning time", "skip", "time", "no"):
        await ben.types(words)

    await ben.types("back")

    assert ben.last.title == "What do we need most?"
    await ben.presses(CHANGE)
    assert ben.form.title == "What do we need most?"


def _shown(message: Message) -> str:
    """What a message says, without its title and buttons."""
    return text.draw(message).removeprefix(f"{message.title}\n\n").partition("\n\n[")[0]


async def test_the_message_that_asks_holds_its_form_for_platforms_that_can_show_it(school: School) -> None:
    ana, ben = await school.team("Ana", "Ben")
    await school.begins()
    await school.until("today 08:00")
    asked = ben.last

    assert asked.form is not None
    assert [field.key for field in asked.form.fields] == ["priority.0"]
    assert [button.label for button in asked.buttons if button.in_form] == ["Answer"]
    assert asked.form.intro == asked.text

    await ben.fills(priority="Feedback")
    assert ben.last.form is None, "what is answered is offered for a change"
    assert CHANGE in labels(ben.last)


async def test_a_weekly_card_asks_of_each_action_on_its_form_and_says_there_how_it_stands(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await plans(ben, "Write to families", "2/10")
    await school.until("2027-02-12 14:30")
    asked = ben.last

    assert asked.form is not None
    assert [plain(field.hint) for field in asked.form.fields] == [
        "By Wednesday, February 10 · overdue",
        "By Friday, March 12",
    ]
    assert [item.in_form for item in asked.items] == [True, True]


async def test_half_an_answer_in_the_chat_leaves_the_form_in_the_message_as_it_stands(school: School) -> None:
    """What somebody has begun to fill in is not drawn over."""
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    asked = ana.posts[-1]

    await ana.types("More time to plan together")

    assert not asked.redrawn
    assert asked.message.form is not None
    assert "need.0" in [field.key for field in asked.message.form.fields]


async def test_a_form_that_is_refused_comes_with_itself_and_what_was_given_and_can_be_sent_again(
    school: School,
) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    for words in ("need More time", "need Fewer interruptions"):
        await ana.says(words)
    await school.until("2027-02-22 08:00")

    await ana.presses("Answer")
    refused = await ana.submits({"dots.0": {"1": 3, "2": 3}})

    assert isinstance(refused, Errors)
    assert "that would be 6" in refused.fields["dots.0"]
    assert refused.form is not None
    assert refused.form.fields[0].value == {"1": 3, "2": 3}
    ana.form = refused.form
    assert isinstance(await ana.submits({"dots.0": {"1": 3, "2": 2}}), Card)


async def test_words_that_somebody_changes_or_takes_back_are_left_in_no_copy(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.fills(strength="Quokka days", need=["Quokka time", "Quokka room"], evidence=None, area="time")
    database = school.rehearsal.database
    assert {"answer", "need", "line"} <= set(await tables_with(database, "Quokka"))

    await ben.says("answer needs")
    shown = {each.key: each.value for each in ben.form.fields}
    await ben.submits({**shown, "strength.0": "Lab days", "need.0": "Planning time", "needs.0": False})

    for words in ("Quokka days", "Quokka time", "Quokka room"):
        assert await tables_with(database, words) == []
    await ben.says("needs")
    assert await tables_with(database, "Planning time") != []
