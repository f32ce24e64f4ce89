"""Bad input: each is answered with a sentence that says what to do, and nothing is lost or half kept."""

from datetime import datetime
from typing import Any

import pytest

from adapters import text
from bot import sample
from bot.rehearsal import Player
from flows import agenda
from flows.events import Event, Filled
from flows.messages import Errors, Form
from flows.room import Room
from storage import conversations, everywhere
from tests.world import Rules, School, told

WILD = "🙂 مرحبا \u202eright to left\u202c <!channel> <@U1> *b* _i_ {name} %s =1+1 <b>&amp; \\ “q” 👩‍👩‍👧"
BROKEN = "\x00 \ud800"
"""what no database keeps"""
LONG = "x" * 40_000


async def is_unharmed(school: School) -> bool:
    """Whether every event was processed: nothing waits to be tried again, nothing was set aside."""
    async with school.rehearsal.database.look_everywhere() as looking:
        return await everywhere.inbox_counts(looking) == (0, 0)


async def begun(school: School) -> list[Player]:
    players = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    return players


async def acting(school: School) -> list[Player]:
    """A team with a need, a resource, an action of Ben's and a decision, in the phase *Act*."""
    players = ana, ben, lena = await begun(school)
    await ana.says("met")
    await ben.says("need Time")
    await ben.says("resource A room")
    await ana.says("cycle next because we are quick")
    await ben.says("action Visit")
    assert ben.form
    whole = {
        "what": "Visit",
        "owner": "ben",
        "due": "2027-03-19",
        "need": "1",
        "resource": "1",
        "prediction": "P",
        "measure": "M",
    }
    await ben.submits(whole)
    await ana.says("cycle next because we are quick")
    await lena.says("decide Shall we?")
    await lena.submits({"question": "Shall we?", "mode": "consent"})
    await lena.presses("Post it")
    await school.until("today 09:00")
    return players


# ---------------------------------------------------------------- one sentence for each


async def test_what_is_refused_says_what_to_do_instead(school: School) -> None:
    ana, ben, lena = await acting(school)
    before = await school.room()

    refusals = (
        (ben, "xyzzy", "I do not understand “xyzzy” here. Say help"),
        (ben, "cycle next because I am bored", "for your facilitator or administrator"),
        (ben, "action done 99", "There is no action 99 on the plan. Say actions"),
        (ben, "action pass 1 to Zoe", "I do not know anybody here called “Zoe”"),
        (ben, "action blocked 1 because", "What is in the way of action 1?"),
        (ben, "action move 1 to yesterday", "is in the past"),
        (ben, "action move 1 to 2/17", "There is no school on Wednesday, February 17. The next school day is Monday"),
        (lena, "action accept 1", "Action 1 is accepted already"),
        (ben, "action accept 1", "Action 1 is accepted already"),
        (ana, "need merge 1 into 9", "There is no open need 9. Say needs"),
        (ana, "cycle start", "A cycle is already running"),
        (ana, "met", "has no meeting"),
        (ana, "record", "has no meeting"),
        (ana, "cycle reopen reflect", "Name an earlier phase"),
        (ben, "plan good", "There is no plan to agree on right now"),
        (ben, "answer vote", "Which needs come first? is not asked right now"),
        (ben, "charter keep", "This waits until the cycle is finished"),
        (ben, "charter change", "for your facilitator or administrator"),
        (ben, "cycle yes", "This waits until the cycle is finished"),
        (ana, "cycle resume", "The cycle is not paused"),
        (ben, "stand 9 good", "There is no decision 9. Say decisions"),
        (ben, "stand 1 perhaps", "Say good, worry or harm"),
        (lena, "stand 1 good", "Decision 1 is your own"),
        (ben, "decide withdraw 1 because", "belongs to Lena L."),
        (lena, "decide undo 1", "is out already. If it should change: decide amend 1"),
        (ben, "share 1.x/reflect/lena what", "Only the person who wrote a line"),
        (ben, "leave 2/30", "There is no such day"),
        (ben, "best time midnight", "is not a time of day"),
    )
    for player, words, sentence in refusals:
        reply = await player.says(words)
        said = told(reply)
        assert sentence in said, (words, said)
    assert _kept(await school.room()) == _kept(before)
    assert await is_unharmed(school)


def _kept(room: Room) -> tuple[Any, ...]:
    return (
        room.needs,
        room.resources,
        room.actions,
        room.decisions,
        room.stands,
        room.moves,
        room.memberships,
        room.leaves,
    )


async def test_an_action_needs_an_owner_on_the_team_a_school_day_a_need_and_a_resource(school: School) -> None:
    ana, ben, _ = await begun(school)
    await ana.says("met")
    await ben.says("action Visit two lessons")
    assert ben.form
    whole = {"what": "Visit", "owner": "ben", "due": "2027-03-19", "prediction": "P", "measure": "M", "reason": ""}

    async def said(**changed: Any) -> str:
        return told(await ben.submits(whole | changed))

    assert "or write down why" in await said()
    await ben.says("need Time")
    await ben.says("resource A room")
    await ben.says("action Visit two lessons")
    whole |= {"need": "1", "resource": "1"}
    assert "Only somebody on the team can own an action: Ana A., Ben B., and Lena L." in await said(owner="zoe")
    assert "There is no open need 7" in await said(need="7")
    assert "There is no resource 7" in await said(resource="7")
    assert "There is no school on Saturday" in await said(due="2027-03-20")
    assert "is in the past" in await said(due="2027-01-04")
    assert "more than two years away" in await said(due="2037-01-04")
    assert "Please write something here" in await said(prediction=" \u200b ")
    assert "Please choose one of these" in await said(need="the first")
    assert (await school.room()).actions == ()
    assert "Action 1 is yours" in await said()
    assert await is_unharmed(school)


async def test_the_ninth_open_action_is_one_too_many(school: School) -> None:
    _, ben, _ = await begun(school)
    whole = {"owner": "ben", "due": "2027-03-19", "prediction": "P", "measure": "M", "reason": "Now"}
    for number in range(9):
        await ben.says("action")
        reply = told(await ben.submits(whole | {"what": f"Number {number}"}))
    assert "The team has 8 open actions, which is the most it set itself" in reply
    assert len((await school.room()).actions) == 8


# ---------------------------------------------------------------- wild and endless words


PLACES = (
    ("ben", "need {}", {}),
    ("ben", "need", {"need": "{}", "evidence": "{}"}),
    ("ben", "resource {}", {}),
    ("ben", "resource", {"resource": "{}", "kind": "people"}),
    (
        "ben",
        "action",
        {"what": "{}", "owner": "ben", "due": "2027-03-19", "prediction": "{}", "measure": "{}", "reason": "{}"},
    ),
    ("ben", "action blocked 1 because {}", {}),
    ("ben", "action blocked 1", {"blocker": "{}"}),
    ("lena", "decide {}", {"question": "{}", "mode": "consent", "reason": "{}", "limits": "{}", "closes": None}),
    ("ben", "stand 1 worry because {}", {}),
    ("ben", "stand 1 harm", {"reason": "{}"}),
    ("lena", "decide amend 1 {}", {}),
    ("lena", "decide amend 1", {"question": "{}"}),
    ("lena", "decide withdraw 1", {"reason": "{}"}),
    ("ana", "cycle pause {}", {}),
    ("ana", "cycle resume", {}),
    ("ana", "cycle next because {}", {}),
)
"""Where somebody may write freely: who, which command, and the fields of its form."""


async def writes(school: School, words: str) -> list[str]:
    """Write these words everywhere, and return what was answered."""
    answers = []
    for who, command, fields in PLACES:
        player = school.people[who]
        player.form = None
        reply = await player.says(command.replace("{}", words))
        if fields and player.form:
            reply = await player.submits({key: words if value == "{}" else value for key, value in fields.items()})
        answers.append(f"{command}: {told(reply)}")
    return answers


async def test_wild_words_are_kept_as_they_were_written(school: School) -> None:
    await acting(school)
    answers = await writes(school, WILD + BROKEN)
    await school.until("Friday 16:00")

    assert not any("went wrong" in answer for answer in answers)
    assert await is_unharmed(school)
    room = await school.room()
    written = [
        *(need.text for need in room.needs[1:]),
        *(need.evidence for need in room.needs[2:]),
        *(each.text for each in room.resources[1:]),
        *(
            word
            for action in room.actions[1:]
            for word in (action.what, action.prediction, action.measure, action.reason)
        ),
        room.actions[0].blocker,
        *(each.question for each in (*room.decisions[1:], *room.amendments)),
        *(word for each in room.decisions[1:] for word in (each.reason, each.limits)),
        *(stand.reason for stand in room.stands),
        room.decisions[0].outcome,
        room.moves[-1].reason.removeprefix("because "),
    ]
    assert len(written) == 17
    assert set(written) == {WILD}
    shown = "\n".join(text.draw(post.message) for post in school.stage.posts)
    assert f"“{text.verbatim(WILD)}”" in shown, "nothing in it marks up or mentions anything"
    assert "\u202e" not in shown, "and nothing turns the text around it"
    assert not any(WILD[:8] in post.message.preview for post in school.stage.posts)


async def test_forty_thousand_characters_are_refused_with_their_number_and_nothing_is_cut(school: School) -> None:
    await acting(school)
    before = await school.room()
    answers = await writes(school, LONG)

    for answer in answers:
        assert "and there is room for" in answer or answer.startswith("cycle resume"), answer[:200]
        assert len(answer) < 1_000
    assert _kept(await school.room()) == _kept(before)
    assert await is_unharmed(school)


async def test_an_empty_answer_is_asked_back(school: School) -> None:
    ana, ben, _ = await begun(school)
    await ana.says("met")
    await ben.says("need")

    for words in ("", " ", "\u200b\u2060", "\x00", "\n\n"):
        assert "Please write something here" in told(await ben.submits({"need": words}))
        assert ben.form is not None, "the form stays open"
    for words in ("", "\u200b\u2060", "\x00"):
        await ben.types(words)
    assert (await school.room()).needs == ()
    assert await is_unharmed(school)


async def test_endless_words_in_a_conversation_are_asked_back_shorter(school: School) -> None:
    _, ben, lena = await begun(school)
    await school.until("today 08:00")
    await lena.types("decide Shall we ring the bell later? " + "It is loud. " * 200)
    assert "copy them into the form that opens" in text.draw(lena.last)
    await lena.presses("decide")
    assert lena.form is not None, "the button is there on every platform"
    await ben.says("answer convene chat")
    await ben.types(LONG)

    assert "That is 40,000 characters, and there is room for 2,000" in text.draw(ben.last)
    assert "Which practice should this team work on?" in text.draw(ben.last)
    await ben.types(WILD + BROKEN)
    assert [line.text for line in (await school.room()).lines] == [WILD]
    assert await is_unharmed(school)


# ---------------------------------------------------------------- forms that nobody may send


async def test_a_form_of_a_closed_phase_is_over_and_says_where_the_team_is(school: School) -> None:
    ana, ben, _ = await begun(school)
    await school.until("today 08:00")
    await ben.presses("Answer")
    form = ben.form
    await ana.says("met")
    ben.form = form

    reply = await ben.submits({"priority.0": "Feedback"})
    assert isinstance(reply, Errors), "what was typed stays on the form"
    assert "This form is no longer open. Say cycle status" in told(reply)
    assert (await school.room()).lines == ()


async def test_a_form_of_somebody_else_is_not_taken(school: School) -> None:
    _, ben, lena = await begun(school)
    await school.until("today 08:00")
    await ben.presses("Answer")
    lena.form = ben.form

    assert "This form is no longer open" in told(await lena.submits({"priority.0": "Not mine"}))
    async with school.rehearsal.database.read(sample.TENANT) as store:
        assert ben.form
        assert await conversations.revisions(store, "team", ben.form.ref.removeprefix("flow ")) == ()


async def test_a_vote_that_is_closed_takes_no_more_dots(school: School) -> None:
    ana, ben, lena = await begun(school)
    await ana.says("met")
    for player in (ana, ben, lena):
        await player.says(f"need Number {player.id}")
    await school.until("2027-02-22 08:00")
    await ben.says("answer vote form")
    await school.until("2027-02-25 15:31")

    assert "This form is no longer open" in told(await ben.submits({"dots.0": {"1": 3}}))
    assert "This question is closed" in told(await ben.says("answer vote"))
    assert (await school.room()).ballots == ()


async def test_a_form_that_comes_twice_is_one_answer(school: School) -> None:
    ana, ben, _ = await begun(school)
    await ana.says("met")
    await ben.says("need")
    form = ben.form
    await ben.submits({"need": "Time"})
    ben.form = form

    assert "Noted as need 2" in told(await ben.submits({"need": "Time"})), "another press is another need"
    same = Event(
        "same",
        sample.PLATFORM,
        sample.WORKSPACE,
        "ben",
        ben.place,
        True,
        school.clock.now,
        Filled("order need", {"need": "Room"}),
        "team",
        True,
    )
    for _ in range(2):
        await school.rehearsal.happens(same)
    assert [need.text for need in (await school.room()).needs] == ["Time", "Time", "Room"]


async def test_a_form_that_was_never_shown_is_answered(school: School) -> None:
    _, ben, _ = await begun(school)

    for ref in (
        "",
        "order",
        "order decide withdraw",
        "order stand 99 harm",
        "flow",
        "flow no/such",
        "🙂",
        "order x\x00",
    ):
        ben.form = Form(ref, "Made up", ())
        assert told(await ben.submits({"reason": "Because", "question": "Why?"}))
    assert await is_unharmed(school)


# ---------------------------------------------------------------- values of the wrong kind, by the rules alone

WRONG: tuple[Any, ...] = (
    None,
    "",
    "\u200b",
    "\x00",
    "no such thing",
    [],
    {},
    ["1"],
    ["1", ["2"]],
    [None],
    {"1": 1},
    {"1": "x"},
    {"1": -3},
    {"1": [1]},
    {"9": 1},
    {"1": 10**30},
    True,
    0,
    -1,
    3.5,
    10**30,
    "1" * 5000,
    LONG,
    "\ud800",
    "2027-02-30",
    "0000-00-00",
    "99999-01-01",
)


def asked(flow: str) -> tuple[Rules, Form]:
    """The facilitator with the open form of this flow."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    phase = {
        "convene": 0,
        "charter": 0,
        "needs": 1,
        "resources": 1,
        "vote": 1,
        "choose": 1,
        "plan": 2,
        "checkin": 3,
        "reflect": 3,
        "close": 4,
        "results": 4,
    }[flow]
    for number in range(phase):
        if number == 1:
            for words in ("need Time", "need Rooms", "resource A room", "resource A list"):
                rules.says("ana", words)
        if number == 2:
            whole = {
                "what": "Visit",
                "owner": "ana",
                "due": "2027-04-01",
                "need": "1",
                "resource": "1",
                "prediction": "P",
                "measure": "M",
            }
            rules.fills("ana", "order action", **whole)
        rules.says("ana", "cycle next because we are quick")
    if flow in ("vote", "choose"):
        for words in ("need Time", "need Rooms"):
            rules.says("ana", words)
    while not any(each.flow == flow for each in rules.room.conversations.values()):
        if flow in ("charter", "choose", "results"):
            break
        rules.until(_next(rules))
    form = rules.says("ana", "record" if flow in ("charter", "choose", "results") else f"answer {flow} form")
    assert isinstance(form, Form), told(form)
    return rules, form


def _next(rules: Rules) -> datetime:
    moment = agenda.next_due(rules.room)
    assert moment
    return moment


@pytest.mark.parametrize(
    "flow",
    ["convene", "charter", "needs", "resources", "vote", "choose", "plan", "checkin", "reflect", "close", "results"],
)
def test_no_field_of_a_form_breaks_on_what_it_holds(flow: str) -> None:
    rules, form = asked(flow)
    room = rules.room

    for field in form.fields:
        for value in WRONG:
            rules.room = room
            values = {each.key: each.value for each in form.fields} | {
                field.key: value,
                "unknown.7": value,
                "no key": value,
            }
            reply = rules.fills("ana", form.ref, **values)
            if isinstance(reply, Errors):
                assert set(reply.fields) <= {each.key for each in form.fields}, (field.key, value)
                assert all(reply.fields.values())
                assert rules.room.needs == room.needs
                assert _kept(rules.room) == _kept(room), (field.key, value)


@pytest.mark.parametrize("flow", ["convene", "needs", "vote", "plan"])
def test_what_no_field_of_the_form_is_called_changes_nothing(flow: str) -> None:
    rules, form = asked(flow)
    room = rules.room

    rules.fills("ana", form.ref, **{"strength.99": "x", "": "y", "need": "z", "dots": {"1": 3}})
    assert _kept(rules.room) == _kept(room)
    assert rules.room.ballots == room.ballots


async def test_who_says_a_command_that_stops_something_to_an_open_question_is_told_how_to_give_it(
    school: School,
) -> None:
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("today 08:00")
    await lena.types("ok")
    await lena.types("hold because of a fire")
    assert lena.was_told("hold is a command, too", times=1)
    assert (await school.room()).hold is None
