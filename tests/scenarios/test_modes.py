"""Advice, a vote, a delegation, and what comes back: from the command to the card that everybody reads."""

from typing import Any

from adapters import text
from bot.rehearsal import Player
from bot.sample import TENANT
from flows.audit import READ
from flows.decision_records import Decision
from flows.people import Membership, Role
from storage import audit
from tests.world import School, labels, sees, told

QUESTION = "Where do we meet in May?"


async def posts(owner: Player, mode: str, more: dict[str, Any] | None = None, **rest: Any) -> str:
    """Fill the forms of a decision and press *Post it*; return what its owner is told."""
    await owner.says(f"/decide {QUESTION}")
    form = {"question": QUESTION, "mode": "more" if more else mode, **rest}
    await owner.submits(form)
    if more:
        await owner.submits({"mode": mode, **more})
    return told(await owner.presses("Post it"))


async def decided(school: School, number: int = 1) -> Decision:
    """The decision with this number as it is on record."""
    found = (await school.room()).numbered(Decision, number)
    assert found
    return found


async def readings(school: School) -> list[tuple[str, str]]:
    """Who was shown what of others, by the audit log."""
    async with school.rehearsal.database.read(TENANT) as store:
        return [(each.by, each.deed.detail["what"]) for each in await audit.listing(store, deed=READ)]


def card(school: School) -> str:
    """What stands in the channel about decision 1 now."""
    titled = [text.draw(each) for each in school.channel.messages if each.title.startswith("Decision 1")]
    assert len(titled) == 1, "a decision has one message in the channel, which is drawn anew"
    return titled[0]


# ---------------------------------------------------------------- advice


async def test_a_principal_asks_for_advice_and_answers_everybody_who_gave_some(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    school.restarts = True
    await posts(lena, "advice", reason="The library is painted")
    await school.until("today 08:00")
    assert "Lena L. asks for advice" in card(school)

    await ana.presses("My advice")
    assert "Its owner reads this with your name at the deadline" in text.draw_form(ana.form)  # type: ignore[arg-type]
    assert "What do you advise? Write it" in told(await ana.submits({"reason": ""}))
    await ana.submits({"reason": "The gym has no heating"})
    await ben.presses("Nothing to add")
    assert "heating" not in card(school), "stands are shown at the close only"
    assert "People can advise until" in told(await lena.says("decide answer 1"))

    await school.until("2027-02-04 09:00")
    assert (await decided(school)).state == "returned"
    assert "heating" not in card(school), "until it is answered, the advice is its owner's alone"
    assert lena.was_told("The advice to decision 1 is in.", times=1)
    assert await readings(school) == [("lena", "advice")], "that its owner is shown who advised what"
    await lena.presses("Decide, and answer")
    assert await readings(school) == [("lena", "advice")] * 2
    refused = told(await lena.submits({"outcome": "In the gym", "ana": ""}))
    assert "Each person who advised gets an answer. What do you answer Ana A.?" in refused
    assert (await decided(school)).state == "returned"
    await lena.submits({"outcome": "In the gym", "ana": "We bring heaters"})

    assert (await decided(school)).outcome == "In the gym"
    shown = card(school)
    assert "Decided: “In the gym”" in shown
    assert "Advice: “The gym has no heating”" in shown
    assert "Ana A. · the answer: “We bring heaters”" in shown
    assert "Decided after advice" in shown
    assert "Decision 1 is decided after advice." in school.channel.thread("Decision 1")[-1]
    assert not cai.was_told("heating")
    await cai.says("decisions show 1")
    assert len(await readings(school)) == 2, "what stands in the channel is the whole team's"


async def test_advice_that_comes_late_gets_its_answer_too(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await posts(lena, "advice")
    await school.until("2027-02-04 09:00")

    assert "reads it once the deadline has come" in told(await ben.says("stand 1 advice Ask the custodians"))
    await lena.says("decide answer 1")
    await lena.submits({"outcome": "In the gym", "ben": "I did"})
    assert (await decided(school)).state == "decided"
    assert "is closed" in told(await ana.says("stand 1 advice Too late now"))


# ---------------------------------------------------------------- a vote


async def test_a_vote_is_decided_by_the_majority_that_was_declared(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await posts(lena, "vote", {"options": "The gym\nThe library\nOutside", "majority": "half"})
    await school.until("today 08:00")
    assert "More than half of the votes are needed, and at least 2 must vote." in card(school)

    assert "your vote is for The gym." in told(await ana.says("stand 1 1"))
    await ana.says("stand 1 2")
    await ben.says("stand 1 2")
    assert "Say the number of the option" in told(await cai.says("stand 1 7"))
    assert "Say the number of the option" in told(await cai.says("stand 1 good"))
    await cai.says("stand 1 3")
    assert "is your own" in told(await lena.says("stand 1 1"))

    await school.until("2027-02-04 09:00")
    assert (await decided(school)).outcome == "The library"
    assert "Decided: “The library”" in card(school)
    assert "1 vote" not in card(school), "in a small team no count tells who voted what"


async def test_a_tie_comes_back_to_its_owner_who_gives_it_more_time(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await posts(lena, "vote", {"options": "The gym\nThe library", "majority": "most"})
    await school.until("today 08:00")
    await ana.says("stand 1 1")
    await ben.says("stand 1 2")

    await school.until("2027-02-04 09:00")
    assert (await decided(school)).state == "returned"
    assert lena.was_told("The vote is tied", times=1)
    assert "takes no votes now" in told(await ben.says("stand 1 1"))
    await lena.presses("More time")
    assert sees(ben, "Vote for this")
    await ben.says("stand 1 1")
    await school.until("2027-02-08 16:00")
    assert (await decided(school)).outcome == "The gym"


async def test_a_vote_needs_two_different_things(school: School) -> None:
    *_, lena = await school.team("Ana", "Ben", administrator="Lena")
    await lena.says(f"/decide vote {QUESTION}")
    await lena.submits({"question": QUESTION, "mode": "vote"})

    assert "between at least two different things" in told(await lena.submits({"options": "The gym\nthe GYM"}))
    preview = told(await lena.submits({"options": "The gym\nOutside", "majority": "two thirds"}))
    assert "Two thirds of the votes" in preview
    assert "Option 2: “Outside”" in preview


# ---------------------------------------------------------------- a delegation


async def test_a_decision_is_left_to_somebody_who_reports_back(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await posts(lena, "delegate", {"to": "ben"})
    await school.until("today 08:00")
    assert "Lena L. leaves this decision to Ben B." in card(school)

    assert "is for Ben B. to make and report" in told(await ana.says("decide report 1 Outside"))
    await ben.presses("Report what we decided")
    assert "Thank you. Decision 1 is decided" in told(await ben.submits({"outcome": "Outside, if it is dry"}))
    shown = card(school)
    assert "Decided: “Outside, if it is dry”" in shown
    assert "Ben B. decided it and reported back." in shown


async def test_who_does_not_take_it_gives_it_back_and_the_owner_hands_it_on(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await posts(lena, "delegate", {"to": "ben"})
    await school.until("today 08:00")

    await ben.presses("Not me")
    assert (await decided(school)).state == "returned"
    assert lena.was_told("Nobody takes it on", times=1)
    await lena.presses("Amend it")
    await lena.submits({"question": QUESTION, "reason": "", "to": "ana"})
    await lena.presses("Post it")
    await school.until("today 09:00")
    assert sees(ana, "Report what we decided")
    await ana.says("decide report 1 In the library")
    assert (await decided(school)).closed_by == "ana"


# ---------------------------------------------------------------- circles, reviews, amendments, the log


async def test_the_staff_beyond_the_team_are_asked_at_most_once_a_month(school: School) -> None:
    ana, _, lena, sol = await school.team("Ana", "Ben", administrator="Lena", staff="Sol")
    await school.comes_to("act")
    await lena.says(f"/decide {QUESTION}")
    await lena.submits({"question": QUESTION, "mode": "consent"})
    await lena.presses("Who, how many, review")
    await lena.submits({"circle": "staff", "needed": "1"})
    await lena.presses("Post it")
    await school.until("2027-02-02 09:00")
    assert len(sol.posts) == 1, "asked by the decision of their circle, and by nothing else"
    assert "Noted for decision 1" in told(await sol.says("stand 1 good"))
    assert "you read along" in told(await sol.says("needs"))

    await school.until("2027-02-05 09:00")
    assert (await decided(school)).state == "decided"
    assert "Decision 1" in told(await sol.says("decisions"))
    await lena.says("/decide And in June?")
    await lena.submits({"question": "And in June?", "mode": "advice"})
    await lena.presses("Who, how many, review")
    refused = told(await lena.submits({"circle": "staff"}))
    assert "at most once a month, by all teams together. You can ask them again from Wednesday, March 3 on" in refused
    assert await ana.says("decisions")

    mia, *_ = await school.another_team("grade7", "Eva", administrator="Mia", channel="grade-7")
    await school.keep(Membership("grade7", "sol", (Role.STAFF,), 9))
    await mia.says("/decide A later bus?")
    await mia.submits({"question": "A later bus?", "mode": "advice"})
    await mia.presses("Who, how many, review")
    assert told(await mia.submits({"circle": "staff"})) == refused, "another team asks them no sooner"


async def test_a_grade_is_asked_by_its_name_and_nobody_else(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    room = await school.room()
    places = {each.member: each for each in room.memberships}
    await school.keep(*(_in(places[each], "Grade 4") for each in ("ben", "cai")))
    await lena.says(f"/decide {QUESTION}")
    await lena.submits({"question": QUESTION, "mode": "advice"})
    await lena.presses("Who, how many, review")
    assert "I will ask Ben B. and Cai C. until" in told(await lena.submits({"circle": "Grade 4"}))
    await lena.presses("Post it")
    await school.until("today 09:00")

    assert (await decided(school)).asked == ("ben", "cai")
    assert "Asked: Grade 4" in card(school)
    assert "not asked of you" in told(await ana.says("stand 1 pass"))


def _in(place: Membership, group: str) -> Membership:
    return Membership(place.team, place.member, place.roles, place.position, groups=(group,))


async def test_a_decision_comes_back_on_its_day_and_the_team_keeps_or_changes_it(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await lena.says("/decide tell We meet in the gym because of the paint")
    await lena.submits({"question": "We meet in the gym", "mode": "tell", "reason": "The paint"})
    await lena.presses("Who, how many, review")
    await lena.submits({"review_on": "2027-02-24"})
    await lena.presses("Post it")

    await school.until("2027-02-23 16:00")
    assert "still right?" not in " ".join(school.channel.titles)
    await school.until("2027-02-24 08:00")
    assert school.channel.titles[-1] == "Decision 1: still right?"
    assert labels(school.channel.messages[-1]) == ["It stands", "Change it"]
    assert "facilitator or administrator" in told(await (school.people["ben"]).says("decide keep 1"))
    await ana.says("decide keep 1")
    assert "comes back on Wednesday, March 10" in told(await ana.submits({"review_on": "2027-03-10"}))
    await school.until("2027-03-10 08:00")
    assert school.channel.titles.count("Decision 1: still right?") == 2

    await lena.presses("Change it")
    await lena.submits({"question": "We meet in the library again", "reason": "The paint is dry"})
    await lena.presses("Post it")
    await school.until("2027-03-10 08:10")
    assert "We meet in the library again" in card_of(school, "Decision 1\n")
    shown = told(await ana.says("decisions show 1"))
    assert "How it read before (version 1.1) “We meet in the gym”" in shown


def card_of(school: School, start: str) -> str:
    """The card in the channel that begins so."""
    return next(drawn for each in school.channel.messages if (drawn := text.draw(each)).startswith(start))


async def test_an_objection_is_given_through_the_facilitator_and_only_its_author_withdraws_it(school: School) -> None:
    ana, ben, cai, lena = await school.team("Ana", "Ben", "Cai", administrator="Lena")
    await posts(lena, "consent")
    await school.until("today 08:00")

    assert "for your facilitator" in told(await cai.says("object 1 for Ben because I say so"))
    await cai.says("stand 1 good")
    assert "Cai C. has spoken already" in told(await ana.says("object 1 for Cai because it is loud"))
    await ana.says("object 1")
    said = told(await ana.submits({"member": "ben", "reason": "Nobody can hear in the gym"}))
    assert "Ben B. is told, and can withdraw it." in said
    await school.until("2027-02-04 09:00")
    assert (await decided(school)).state == "returned"
    shown = card(school)
    assert "An objection: “Nobody can hear in the gym”" in shown
    assert "Ana" not in shown.partition("An objection")[2]
    assert "Ben" not in shown
    await ben.says("stand 1 worry because it is loud")
    assert (await decided(school)).state == "decided"
    assert "A worry: “it is loud”\n  Ben B." in card(school)


async def test_the_log_is_searched_by_word_state_day_and_need(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await posts(lena, "consent", reason="The paint")
    await school.until("2027-02-02 09:00")
    await lena.says("/decide tell We start at eight because of the bus")
    await lena.submits({"question": "We start at eight", "mode": "tell", "reason": "The bus"})
    await lena.presses("Who, how many, review")
    await lena.submits({"about": "need 1"})
    await lena.presses("Post it")
    await school.until("2027-02-03 09:00")

    async def found(words: str) -> list[int]:
        shown = told(await ana.says(f"decisions {words}"))
        return [number for number in (1, 2) if f"Decision {number}" in shown]

    assert await found("") == [1, 2]
    assert await found("PAINT") == [1]
    assert await found("open") == [1]
    assert await found("decided") == [2]
    assert await found("since 2027-02-02") == [2]
    assert await found("until 2027-02-01") == [1]
    assert await found("need 1") == [2]
    assert await found("bus decided need 1 since 2027-02-01") == [2]
    assert await found("paint decided") == []
    assert "asked: Teacher" in told(await ana.says("decisions paint"))
    await ana.says("decisions find")
    assert "Decision 2" in told(await ana.submits({"state": "decided", "about": "need 1"}))


async def test_an_administrator_says_who_may_post_which_decision(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    assert "Only an administrator can call a vote." in told(await ben.says(f"/decide vote: {QUESTION[:-1]}"))
    assert "for an administrator" in told(await ana.says("decide modes"))

    await lena.says("decide modes")
    kept = {"tell": "administrators", "advice": "everybody", "consent": "everybody", "delegate": "administrators"}
    assert "Noted." in told(await lena.submits({**kept, "vote": "everybody"}))
    await ben.says(f"/decide vote {QUESTION}")
    assert ben.form
    assert {each.key: each.value for each in ben.form.fields}["mode"] == "vote"


async def test_whose_word_is_owed_is_reminded_once_on_the_last_day_and_nobody_else(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await posts(lena, "consent")
    await school.until("today 09:00")
    await ana.says("stand 1 good")
    await school.until("2027-02-03 09:00")

    reminded = [player for player in (ana, ben, lena) if player.was_told("This is the only reminder.")]
    assert reminded == [ben]
    await ben.says("stand 1 good")
    await school.until("2027-02-05 16:00")
    assert ben.was_told("This is the only reminder.", times=1)


# ---------------------------------------------------------------- asks


async def test_a_team_asks_its_district_for_coverage_and_gets_the_answer_in_writing(school: School) -> None:
    ana, ben, lena, dora = await school.team("Ana", "Ben", administrator="Lena", **{"district leader": "Dora"})
    await school.comes_to("act")
    await ana.says("ask Two substitutes on Thursday because we visit classes")
    kept = told(
        await ana.submits(
            {
                "what": "Two substitutes on Thursday",
                "reason": "we visit classes",
                "kind": "coverage",
                "of": "lena",
                "due": "2027-02-08",
                "need": "1",
            }
        )
    )
    assert "An answer in writing is owed by Monday, February 8" in kept

    await school.until("today 09:00")
    assert "Ask 1: an answer is owed" in school.channel.titles
    assert lena.was_told("asks you, and the team counts on an answer", times=1)
    assert "Ask 1 is for Lena L. to answer" in told(await dora.says("ask grant 1 Yes"))
    assert "for an administrator" in told(await ben.says("ask grant 1 Yes"))
    await lena.presses("Grant it")
    assert "An answer is owed in writing" in told(await lena.submits({"answer": ""}))
    await lena.submits({"answer": "Two substitutes from the pool"})
    assert "“Two substitutes from the pool”" in school.channel.card("Ask 1: granted")
    await school.until("2027-02-02 09:00")
    assert ana.was_told("Two substitutes from the pool")
    assert "granted" in told(await ben.says("asks substitutes"))


async def test_an_ask_without_an_answer_reminds_once_and_then_its_author_hears(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await ana.says("ask A free period")
    await ana.submits({"what": "A free period", "kind": "time", "of": "lena", "due": "2027-02-08"})

    await school.until("2027-02-08 09:00")
    assert lena.was_told("asks you, and the team counts on", times=2)
    await school.until("2027-02-09 09:00")
    assert ana.was_told("An answer was owed by Monday, February 8.", times=1)
    await ana.presses("Ask again")
    assert "An answer is owed by Friday, February 12." in told(await ana.submits({"due": "2027-02-12"}))
    await ana.says("ask withdraw 1")
    await school.until("2027-02-24 09:00")
    assert "withdrawn" in told(await lena.says("asks"))


async def test_an_ask_can_be_taken_back_before_anybody_has_seen_it(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await ana.says("ask A free period")
    await ana.submits({"what": "A free period", "kind": "time", "of": "lena"})
    assert "There is no ask 1" in told(await lena.says("ask grant 1 Yes"))
    await ana.presses("Undo")

    await school.until("2027-02-12 16:00")
    assert not lena.was_told("asks you")
    assert school.channel.titles == []
    assert "Nothing was asked for yet." in told(await ana.says("asks"))


async def test_what_somebody_asked_who_left_is_handed_on_and_can_be_taken_back(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await ben.says("ask A free period")
    await ben.submits({"what": "A free period", "kind": "time", "of": "lena", "due": "2027-02-12"})
    await school.until("today 10:00")
    await lena.says("team left Ben confirmed")
    await school.until("next school day 09:00")

    assert ana.was_told("Ben B. left the team. Who takes over", times=1)
    await ana.presses("Take it back")
    assert "withdrawn" in told(await lena.says("asks"))
    assert "Ask 1: withdrawn" in school.channel.titles


async def test_a_day_that_is_typed_for_an_ask_or_a_review_is_read_back(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await ana.says("ask A free period")
    await ana.submits({"what": "A free period", "kind": "time", "of": "lena"})
    await school.until("today 10:00")

    assert "That is Friday, February 12. Right?" in told(await ana.says("ask again 1 2/12"))
    assert "An answer is owed by Friday, February 12." in told(await ana.presses("Yes"))
