"""Decisions: posted by command, spoken to in private, closed by their rule, kept in the log."""

import asyncio
from typing import Any

import pytest

from adapters import text
from bot.rehearsal import Player
from flows.decision_records import Decision
from flows.messages import Form
from flows.report import build
from tests.flows.report_rooms import LATER
from tests.world import School, labels, told

EARLY = "Shall we start at eight?"


async def decides(owner: Player, question: str = EARLY, mode: str = "consent", **rest: Any) -> str:
    """Fill the form of a decision and press *Post it*; return what its owner is told."""
    await owner.says(f"/decide {question}")
    await owner.submits({"question": question, "mode": mode, **rest})
    return told(await owner.presses("Post it"))


async def decided(school: School, number: int = 1) -> Decision:
    """The decision with this number as it is on record."""
    found = (await school.room()).numbered(Decision, number)
    assert found
    return found


def card(school: School, number: int = 1) -> str:
    """What stands in the channel about this decision now; empty where nothing does."""
    titled = [text.draw(each) for each in school.channel.messages if each.title.startswith(f"Decision {number}")]
    assert len(titled) <= 1, "a decision has one message in the channel, which is drawn anew"
    return titled[0] if titled else ""


# ---------------------------------------------------------------- tell


async def test_a_principal_tells_a_decision_and_nobody_is_asked(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")

    await lena.says("/decide We meet in the library", in_channel=True)
    preview = told(
        await lena.submits({"question": "We meet in the library", "mode": "tell", "reason": "The roof leaks"})
    )
    assert "I will post this to the team's channel as decided." in preview
    await lena.presses("Post it")
    await school.until("today 08:00")

    assert card(school) == (
        "Decision 1\n\nLena L. has decided:\n\n• “We meet in the library”\n• Why: “The roof leaks”\n\n"
        "Told, not asked. Whoever decided answers questions about it."
    )
    assert (ana.posts, ben.posts, lena.posts) == ([], [], [])


async def test_a_teacher_asks_for_consent_because_only_an_administrator_tells(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")

    await ana.says("/decide We meet in the library")
    assert ana.form
    modes = next(each for each in ana.form.fields if each.key == "mode")
    assert [option.key for option in modes.options] == ["advice", "consent"]
    assert not any("tell" in each.hint for each in ana.form.fields)
    refused = told(await ana.submits({"question": "We meet", "mode": "tell", "reason": "I say so"}))
    assert "Only an administrator can tell the team a decision. What you can post: advice, consent." in refused
    assert (await school.room()).decisions == ()


@pytest.mark.parametrize(
    ("typed", "question", "reason"),
    [
        ("tell We meet at eight because the bus is late", "We meet at eight", "the bus is late"),
        ("Should we meet at eight? because the bus is late", "Should we meet at eight?", "the bus is late"),
        ("Do we stop because of snow?", "Do we stop because of snow?", None),
    ],
)
async def test_a_reason_that_is_typed_with_the_question_stands_in_its_own_field(
    school: School, typed: str, question: str, reason: str | None
) -> None:
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    form = await lena.says(f"/decide {typed}")

    assert isinstance(form, Form)
    values = {field.key: field.value for field in form.fields}
    assert (values["question"], values["reason"]) == (question, reason)


async def test_a_mode_that_is_declared_with_the_command_is_chosen_on_the_form(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")

    async def begun(player: Player, words: str) -> tuple[Any, Any]:
        await player.says(f"/decide {words}")
        assert player.form
        shown = {each.key: each.value for each in player.form.fields}
        return shown["mode"], shown["question"]

    assert await begun(lena, "tell We meet in the library") == ("tell", "We meet in the library")
    assert await begun(lena, "Tell: We meet in the library") == ("tell", "We meet in the library")
    assert await begun(lena, "consent Shall we meet in the library?") == ("consent", "Shall we meet in the library?")
    assert await begun(lena, "Tell parents about the trip?") == (None, "Tell parents about the trip?")
    assert await begun(ana, "tell We meet in the library") == (None, "We meet in the library")
    assert ana.form
    mode = next(each for each in ana.form.fields if each.key == "mode")
    assert mode.hint.startswith("Only an administrator can tell the team a decision.")
    assert "What you can post: advice, consent." in mode.hint


# ---------------------------------------------------------------- consent, from the question to the log


async def test_a_team_decides_by_consent(school: School) -> None:
    """With a new process before each step: nothing rides on its memory."""
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    school.restarts = True

    await lena.says(f"/decide {EARLY}", in_channel=True)
    assert lena.form
    assert {each.key: each.value for each in lena.form.fields}["question"] == EARLY
    assert {each.key: each.value for each in lena.form.fields}["mode"] is None
    preview = told(await lena.submits({"question": EARLY, "mode": "consent", "reason": "The buses"}))
    assert (
        "I will ask Ana A., Ben B., and Cai C. until Wednesday, February 3, 3:30\u202fPM: the team by the post"
        in preview
    )
    assert "by a private message if their week has room for one." in preview
    assert "Decision 1 posts on Monday, February 1, 7:35\u202fAM." in told(await lena.presses("Post it"))
    await school.until("today 07:34")
    assert (card(school), ben.posts) == ("", [])

    await school.until("today 07:36")
    assert "Decision 1: what do you think?" in card(school)
    assert "Open until Wednesday, February 3, 3:30\u202fPM. It stands when at least 2 have spoken" in card(school)
    assert [player.was_told("Decision 1: what do you think?", times=1) for player in (ana, ben, cai)] == [True] * 3
    assert lena.posts == []

    assert "good enough" in told(await ana.presses("Good enough"))
    await ben.says("stand 1 worry because first period is long already")
    assert "first period" not in card(school)
    assert "Ana" not in card(school)

    await school.until("2027-02-03 15:31")
    assert (await decided(school)).state == "decided"
    await school.until("next school day 07:31")
    assert "Decided by consent: enough have spoken and no objection was open." in card(school)
    assert "A worry: “first period is long already”\n  Ben B." in card(school)
    assert "[" not in card(school), "nothing is left to press"
    assert "decided · Lena L. · Monday, February 1" in told(await cai.says("decisions"))
    assert "is closed" in told(await cai.says("stand 1 harm because it is late"))


async def test_who_worries_is_asked_what_about_and_may_keep_it(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("today 08:00")

    assert told(await ben.presses("Worry, go ahead")) == (
        f"Worry, go ahead\n\nDecision 1: {EARLY}\n\nWhat is your worry? (optional)\n  "
        "Your team reads this with your name when the decision closes.\n  ________\n\n[Send]"
    )
    assert "you worry, and it may go ahead" in told(await ben.submits({"reason": "The buses come late"}))
    await ana.presses("Worry, go ahead")
    assert "you worry, and it may go ahead" in told(await ana.submits({"reason": None}))
    await cai.says("stand 1 good")

    await school.until("next school day 08:00")
    await school.until("2027-02-04 08:00")
    assert (await decided(school)).state == "decided"
    assert "A worry: “The buses come late”\n  Ben B." in card(school)
    assert "Ana" not in card(school)


async def test_the_five_minutes_to_undo(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")

    await decides(lena)
    assert told(await lena.presses("Undo")).startswith("Decision 1 is taken back. Nobody saw it;")
    await school.until("2027-02-05 15:00")
    assert (card(school), ana.posts, ben.posts) == ("", [], [])
    assert EARLY not in told(await lena.says("decisions"))
    assert EARLY not in told(await lena.says("cycle status"))
    assert EARLY in told(await lena.says("home")), "what was written is a draft again"

    await decides(lena, "Shall we start at nine?")
    await school.until("2027-02-08 08:00")
    assert "Decision 3 is out already. If it should change: decide amend 3" in told(await lena.presses("Undo"))
    assert "at nine" in card(school, 3)


async def test_what_is_posted_on_a_friday_evening_waits_for_monday_and_its_owner_knows(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.until("Friday 19:30")

    assert "Decision 1 posts on Monday, February 8, 7:30\u202fAM." in await decides(lena)
    await school.until("2027-02-08 07:29")
    assert (card(school), ana.posts, ben.posts) == ("", [], [])
    await school.until("2027-02-08 07:30")
    assert EARLY in card(school)
    assert [post.at for post in ben.posts] == [
        school.calendar.at(school.calendar.local_date(school.clock.now), school.calendar.hours.opens)
    ]


async def test_who_speaks_at_night_is_answered_at_once_and_alone(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await school.until("today 22:00")
    before = len(school.stage.posts)

    await ben.types("stand 1 good")
    assert "Noted for decision 1" in ben.last.text
    assert [post.place for post in school.stage.posts[before:]] == [ben.place]


# ---------------------------------------------------------------- what keeps it open


async def test_an_objection_keeps_it_open_until_its_author_makes_it_a_worry(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")
    await ana.presses("Good enough")
    await cai.presses("Good enough")

    await ben.presses("This would harm our aim")
    assert ben.form
    assert "An objection needs its reason" in told(await ben.submits({"reason": "  "}))
    assert "only you can: stand 1 withdraw" in told(await ben.submits({"reason": "My sixth graders have no bus then"}))
    assert "bus" not in card(school)

    await school.until("2027-02-03 15:31")
    assert (await decided(school)).state == "returned"
    assert lena.posts == [], "contract hours are over"
    await school.until("next school day 07:31")
    assert "It never becomes something that is simply told." in card(school)
    assert "An objection: “My sixth graders have no bus then”" in card(school)
    assert "Ben" not in card(school), "names are shown when it is closed"
    assert "Decision 1 could not close" in text.draw(lena.last)
    assert [button.label for button in lena.last.buttons] == ["Amend it", "More time", "Withdraw it"]
    assert not any(player.was_told("Decision 1 could not close") for player in (ana, ben, cai))

    await ben.says("stand 1 worry because my sixth graders come late")
    assert (await decided(school)).state == "decided"
    assert "A worry: “my sixth graders come late”" in card(school)
    assert "no bus" not in card(school)


async def test_too_few_have_spoken_so_its_owner_extends_it_once(school: School) -> None:
    ana, _, _, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("2027-02-03 15:31")
    assert (await decided(school)).state == "returned"
    await school.until("next school day 07:31")

    await lena.presses("More time")
    assert "Open until Monday, February 8" in card(school)
    await ana.says("stand 1 good")
    await school.until("2027-02-08 15:31")
    assert (await decided(school)).state == "returned"
    await school.until("next school day 07:31")
    assert [button.label for button in lena.last.buttons] == ["Amend it", "Withdraw it"]
    assert "extended once already" in told(await lena.says("decide extend 1"))


async def test_an_amended_decision_is_asked_anew_and_the_old_cards_speak_no_more(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")
    await ana.presses("Good enough")
    await ben.says("stand 1 harm because of the buses")
    await school.until("2027-02-04 07:31")

    await lena.presses("Amend it")
    assert lena.form
    assert lena.form.fields[0].value == EARLY
    assert "until Monday, February 8" in told(await lena.submits({"question": "Shall we start at nine?"}))
    assert "goes out on Thursday, February 4, 7:36" in told(await lena.presses("Post it"))
    assert "at nine" not in card(school)
    await school.until("today 09:00")
    assert "Shall we start at nine?" in card(school)
    assert [player.was_told("Shall we start at nine?", times=1) for player in (ana, ben)] == [True, True]

    assert "reads differently now" in told(await ben.says("stand 1.1 good"))
    await ben.presses("Good enough")
    await ana.presses("Good enough")
    await school.until("2027-02-09 07:31")
    assert (await decided(school)).outcome == "Shall we start at nine?"
    assert "Decided by consent" in card(school)
    assert "buses" not in card(school)


async def test_the_private_question_shows_ones_own_word_and_in_the_end_what_became_of_it(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("today 22:00")
    before = len(school.stage.posts)

    await ben.presses("Good enough")
    assert "You said: Good enough" in text.draw(ben.last), "their own card is drawn anew at once, at night too"
    assert labels(ben.last) == ["Good enough", "Worry, go ahead", "This would harm our aim"]
    await ben.presses("Worry, go ahead")
    await ben.submits({"reason": "It is dark"})
    assert "You said: Worry, go ahead: “It is dark”" in text.draw(ben.last)
    assert "You said" not in text.draw(ana.last)

    await lena.says("decide amend 1 Shall we start at nine?")
    await lena.presses("Post it")
    assert "You said: Worry, go ahead: “It is dark”" in text.draw(ben.last), "it stands until the amendment is out"
    assert len(school.stage.posts) == before, "nobody is written to at night"
    await school.until("next school day 08:00")
    await ana.presses("Good enough")
    await ben.presses("Good enough")
    await school.until("2027-02-05 08:00")
    assert (await decided(school)).state == "decided"
    for player in (ana, ben, cai):
        assert "Decided by consent: enough have spoken" in text.draw(player.last)
        assert labels(player.last) == []


async def test_a_decision_is_withdrawn_with_a_reason_that_stays_in_the_log(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")

    await lena.says("decide withdraw 1")
    await lena.submits({"reason": "The district decided first"})
    assert "Why it was withdrawn: “The district decided first”" in card(school)
    assert "withdrawn · Lena L." in told(await ben.says("decisions eight"))
    await school.until("2027-02-05 15:31")
    assert (await decided(school)).state == "withdrawn"
    assert not lena.was_told("Decision 1 could not close")


async def test_it_never_becomes_a_tell(school: School) -> None:
    """Whatever its owner does after nobody consented, it stays what it was declared to be."""
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await school.until("2027-02-03 15:31")
    for words in ("decide post 1", "decide change 1", "decide undo 1", "decide extend 1"):
        await lena.says(words)
    await lena.says("decide amend 1 I have decided")
    await lena.presses("Post it")
    await school.until("2027-03-31 15:31")

    decision = await decided(school)
    assert (decision.mode, decision.state, decision.closed_at) == ("consent", "returned", None)


# ---------------------------------------------------------------- who is asked


async def test_who_leaves_is_not_waited_for_and_who_comes_is_not_asked(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")
    await lena.says("team left Ben confirmed")
    room = await school.room()
    await school.keep(*(each for each in room.memberships if each.member == "lena"))

    await ana.presses("Good enough")
    await cai.presses("Good enough")
    await school.until("2027-02-04 07:31")
    assert (await decided(school)).state == "decided"
    assert "Decided by consent" in card(school)
    left = "1 person who was asked left the team without a word to it and is not waited for."
    assert left in card(school)
    logged = told(await ana.says("decisions"))
    assert "decided · Lena L. · Monday, February 1 · consent · asked: " in logged
    assert left in logged

    await lena.says("team left Cai confirmed")
    assert left in card(school), "who leaves after the close was there"


async def test_an_objection_outlives_its_author_and_goes_back_to_the_owner(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")
    await ben.says("stand 1 harm because of the buses")
    for player in (ana, cai):
        await player.presses("Good enough")
    await lena.says("team left Ben confirmed")
    await school.until("2027-02-04 09:00")

    assert (await decided(school)).state == "returned"
    assert lena.was_told("Decision 1 could not close", times=1)
    assert "An objection: “because of the buses”" in card(school)
    await school.begins()
    assert [each.kind for each in build(await school.room(), LATER).decisions[0].concerns] == ["harm"]
    await lena.says("decide amend 1 Shall we start at eight, with a later bus?")
    await lena.presses("Post it")
    await school.until("today 10:00")
    for player in (ana, cai):
        await player.says("stand 1.2 good")
    await school.until("2027-02-09 09:00")
    assert (await decided(school)).state == "decided"


async def test_a_decision_whose_owner_left_is_taken_over_and_closed(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(ben)
    await school.until("today 09:00")
    await ana.says("stand 1 harm because of the buses")
    assert "belongs to Ben B." in told(await lena.says("decide take 1"))
    await lena.says("team left Ben confirmed")
    assert "has left the team. A facilitator or administrator takes it over first: decide take 1" in told(
        await lena.says("decide withdraw 1 because he left")
    )

    await school.until("2027-02-02 09:00")
    assert ana.was_told("Ben B. left the team. Who takes over what is theirs?", times=1)
    await school.until("2027-02-04 09:00")
    await ana.presses("I take it over")
    assert labels(ana.note) == ["Amend it", "More time", "Withdraw it"]
    taken = await decided(school)
    assert (taken.owner, taken.taken_from, taken.state) == ("ana", "ben", "returned")
    assert "Ben B. asks for consent:" in card(school)
    assert "• Ana A. has taken it over." in card(school)
    assert "belongs to Ana A." in told(await lena.says("decide take 1"))

    await ana.says("decide withdraw 1 because the buses cannot change")
    assert "withdrawn · Ana A. · Monday, February 1 · consent" in told(await lena.says("decisions"))
    assert "is closed" in told(await lena.says("decide take 1"))


async def test_who_is_on_leave_is_asked_and_gets_no_message(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await ben.says("leave 2027-02-01 to 2027-02-05")
    await decides(lena)
    await school.until("today 09:00")

    assert ben.posts == []
    assert "ben" in (await decided(school)).asked
    for player in (ana, cai):
        await player.presses("Good enough")
    await school.until("2027-02-03 15:31")
    assert (await decided(school)).state == "decided"


async def test_who_comes_back_before_it_closes_is_asked_then(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await ben.says("leave 2027-02-01 to 2027-02-02")
    await decides(lena)

    await school.until("2027-02-03 07:29")
    assert ben.posts == []
    await school.until("2027-02-03 07:31")
    assert ben.was_told("Decision 1: what do you think?", times=1)


async def test_an_owner_on_leave_hears_on_the_first_school_day_after_it_that_it_could_not_close(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")
    await ben.says("stand 1 harm because of the buses")
    await lena.says("leave 2027-02-03 to 2027-02-20")

    await school.until("2027-02-22 07:29")
    assert (await decided(school)).state == "returned"
    assert lena.posts == []
    await school.until("2027-02-22 07:31")
    assert lena.was_told("Decision 1 could not close", times=1)
    assert [button.label for button in lena.last.buttons] == ["Amend it", "More time", "Withdraw it"]
    assert not any(player.was_told("Decision 1 could not close") for player in (ana, ben))


async def test_a_coach_and_an_observer_read_along(school: School) -> None:
    *_, lena, kay, olga = await school.team("Ana", "Ben", administrator="Lena", coach="Kay", observer="Olga")
    await decides(lena)
    await school.until("today 09:00")

    await lena.starts("on 2/8")
    await lena.says("charter change")
    await lena.fills(norms="We listen", purpose="Drafts", priority="Feedback", coach="decisions")
    for reader in (kay, olga):
        assert reader.posts == []
        assert "you read along" in told(await reader.presses("Good enough"))
        assert "you read along" in told(await reader.says("/decide Shall I?"))
        assert EARLY in told(await reader.says("decisions"))
    assert (await school.room()).stands == ()


async def test_everybody_speaks_at_once_and_every_word_counts(school: School) -> None:
    *members, lena = await school.team("Ana", "Ben", "Cai", "Dov", "Eva", administrator="Lena")
    await decides(lena)
    await school.until("today 09:00")

    await asyncio.gather(*(member.says(f"stand 1 worry because of {member.id}") for member in members * 2))

    stands = (await school.room()).stands
    assert sorted(each.member for each in stands) == ["ana", "ben", "cai", "dov", "eva"]
    assert all(each.reason == f"because of {each.member}" for each in stands)


async def test_a_decision_needs_no_cycle_and_outlives_a_pause(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await decides(lena)
    await school.until("today 09:00")
    await ana.says("cycle pause")
    for player in (ana, ben):
        await player.says("stand 1 good")

    await school.until("2027-02-03 15:31")
    assert (await decided(school)).state == "decided"


async def test_in_a_pause_a_decision_is_asked_all_the_same_and_goes_back_to_its_owner(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    assert "except for decisions" in told(await ana.says("cycle pause"))
    assert "except for decisions" in told(await ben.says("cycle status"))

    await decides(lena)
    await school.until("today 09:00")
    assert [player.was_told("Decision 1: what do you think?", times=1) for player in (ana, ben)] == [True, True]
    await school.until("2027-02-04 09:00")
    assert lena.was_told("Decision 1 could not close", times=1)


async def test_the_log_finds_words_and_shows_the_newest_first(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await decides(lena, "We meet in the library", "tell", reason="The roof leaks")
    await decides(ana, "Shall we move the books?")
    await school.until("today 09:00")

    log = told(await ana.says("decisions"))
    assert log.index("Decision 2") < log.index("Decision 1")
    assert "Decision 2" not in told(await ana.says("decisions LIBRARY"))
    assert "No decision here matches that." in told(await ana.says("decisions zebra"))


async def test_words_in_a_decision_mark_up_and_mention_nothing(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    wild = "*Shall* we <!channel> _start_ at {eight}? <@U1> 🙂"
    await decides(lena, wild.replace("<@", "\u202e<@"))
    await school.until("today 09:00")

    assert f"“{wild}”" in card(school)
    assert f"“{wild}”" in text.draw(ben.last)
    assert "eight" not in school.channel.messages[-1].preview
    assert [post.message.preview for post in ben.posts] == ["Decision 1: what do you think?"]


@pytest.mark.parametrize("posted", ["just before", "during"])
async def test_a_decision_that_a_hold_hides_has_its_whole_time_once_it_is_seen(school: School, posted: str) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    if posted == "during":
        await lena.says("hold because of a funeral")
    await decides(lena)
    if posted == "just before":
        await lena.says("hold because of a funeral")
    await school.until("Thursday 09:00")
    assert not ben.was_told("Shall we")
    await lena.says("resume")
    await school.until("Friday 07:31")

    assert ben.was_told("Shall we", times=1), "asked as if it had been posted now"
    assert "Open until Monday, February 8" in card(school)
    await school.until("Monday 07:46")
    assert ana.was_told("Shall we", times=2), "and reminded on its last day"
    await ben.presses("Good enough")
    await ana.presses("Good enough")
    await school.until("Monday 15:31")
    assert (await decided(school)).state == "decided"
