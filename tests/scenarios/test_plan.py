"""The plan: actions are proposed, taken on by their owners and agreed by the team."""

from datetime import date

from adapters import text
from bot.rehearsal import Player
from flows.messages import Field
from flows.people import Team
from tests.world import School, labels, plans, sees, told


async def test_members_propose_whoever_leads_fills_in_and_everybody_agrees(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-01 08:00")

    await ben.fills(
        what="Visit two lessons",
        owner="ben",
        due="2027-03-12",
        serves="1",
        uses="1",
        prediction="We borrow a routine",
        measure="A note after each visit",
    )
    await school.until("2027-03-03 08:00")
    assert school.channel.titles == ["Needs and resources", "Plan: we meet on Wednesday, March 3"]
    assert text.draw(school.channel.messages[-1]).split("\n\n")[2] == (
        "• Action 1: “Visit two lessons”\n"
        "  Ben B., by Friday, March 12\n"
        "  For: More time to plan together\n"
        "  With: The Wednesday late start\n"
        "  We predict: We borrow a routine\n"
        "  We will know by: A note after each visit"
    )

    assert "Ana A. leads." in school.channel.drawn
    await lena.presses("Write the plan together")
    await lena.fills(
        what=["Set up a shared folder", "Ask for a substitute"],
        owner=["ana", "lena"],
        due="2027-03-19",
        serves="1",
        uses=None,
        reason=["The drafts get lost", "The reports are due"],
        prediction="Fewer lost drafts",
        measure="We count",
    )
    assert "By Friday, March 19 · an owner is being asked" in school.channel.drawn
    await ana.presses("My actions")
    await ana.presses("I take it")
    assert "an owner is being asked" not in school.channel.drawn

    for player in (lena, ben, ana):
        assert "in its phase Plan" in told(await ben.says("cycle status"))
        await player.presses("The plan is good")

    assert school.channel.titles == ["Needs and resources", "Plan", "Act"]
    assert not sees(ben, "The plan is good")
    assert "press The plan is good" not in school.channel.card("Plan")
    assert [action.state for action in (await school.room()).actions] == ["open", "open", "open"]


async def test_an_owner_takes_an_action_on_declines_it_or_asks_somebody_else(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    for what in ("Visit two lessons", "Write to families", "Count drafts"):
        assert "Ben B. is asked to take it" in await plans(ana, what, "3/12", owner="ben")

    await ben.says("actions mine")
    assert labels(ben.note)[:3] == ["I take it", "Not me", "Ask somebody else"]
    assert "Ana A. asks whether you would take this, by Friday, March 12." in text.draw(ben.note)
    await ben.presses("I take it")
    await ben.says("action decline 2")
    await ben.says("actions mine")
    await ben.presses("Ask somebody else")
    assert [option.label for option in ben.form.fields[0].options] == ["Ana A.", "Lena L."]
    assert told(await ben.submits({"to": "lena"})) == "Lena L. is asked to take action 3."

    assert [(action.owner, action.state) for action in (await school.room()).actions] == [
        ("ben", "open"),
        ("ben", "declined"),
        ("lena", "proposed"),
    ]
    asked = "Somebody is being asked to take action 3, so only they can say that."
    assert told(await ben.says("action accept 3")) == asked
    assert "accepted already" in told(await ben.says("action accept 1"))
    assert told(await ben.says("action done 3")) == asked


async def test_an_action_that_was_declined_can_be_given_to_somebody_else(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/12", owner="ben")

    reply = await ben.says("action decline 1")
    assert told(reply) == "Action 1 is off your list. Ana A. is told and can ask somebody else."
    assert "No action is planned yet." in told(await ana.says("actions"))

    assert told(await ana.says("action pass 1 to Lena")) == "Lena L. is asked to take action 1."
    await lena.says("action accept 1")
    assert [(action.owner, action.state) for action in (await school.room()).actions] == [("lena", "open")]


async def test_who_proposed_an_action_hears_that_its_owner_declined_it_once_and_in_school_hours(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/12", owner="ben")
    await school.until("2027-02-03 20:00")

    await ben.says("action decline 1")
    assert ana.posts == []
    await school.until("next school day 07:30")

    assert ana.last.preview == "An action needs somebody"
    assert "Ben B. does not take this action, so it is off the plan for now. Who could?" in text.draw(ana.last)
    assert "“Visit two lessons”" in text.draw(ana.last)
    assert not any(player.was_told("does not take this action") for player in (ben, lena))
    assert told(await ana.presses("I take it")) == "Action 1 is yours. Thank you."
    assert [(action.owner, action.state) for action in (await school.room()).actions] == [("ana", "open")]


async def test_who_proposed_an_action_is_not_told_once_somebody_else_was_asked(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/12", owner="ben")
    await school.until("2027-02-03 20:00")

    await ben.says("action decline 1")
    await ana.says("action pass 1 to Lena")
    await school.until("2027-02-05 15:00")

    assert ana.posts == []


async def test_when_the_proposer_has_left_the_facilitator_hears_of_an_action_that_nobody_takes(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/12", owner="ben")
    await lena.says("team left Ana confirmed")
    await school.until("2027-02-03 10:00")

    assert told(await ben.says("action decline 1")) == (
        "Action 1 is off your list. Lena L. is told and can ask somebody else."
    )

    await lena.presses("Ask somebody else")
    await lena.submits({"to": "lena"})
    assert [(action.owner, action.state) for action in (await school.room()).actions] == [("lena", "open")]


async def test_a_declined_proposal_of_the_form_is_edited_there(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-01 08:00")
    form = {"serves": "1", "uses": "1", "prediction": "More visits", "measure": "We count"}
    await ben.fills(what="Visit two lessons", owner="lena", due="2027-03-12", **form)
    await lena.says("action decline 1")

    await ben.says("answer plan")
    await ben.fills(owner="ben")

    assert [(action.owner, action.state) for action in (await school.room()).actions] == [("ben", "open")]


async def test_an_action_that_is_added_on_the_form_leaves_the_others_as_they_are(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-01 08:00")
    rest = {"serves": "1", "uses": "1", "prediction": "More visits", "measure": "We count"}
    await ben.fills(what=["Visit two lessons", "Count drafts"], owner=["lena", "ben"], due="2027-03-12", **rest)
    await lena.says("action pass 1 to Ana")
    await ben.says("action move 2 to 2027-03-19")

    await ben.says("answer plan")
    await ben.submits({**{each.key: each.value for each in ben.form.fields}, "actions.1": True})
    await ben.fills(what="Write to families", owner="ben", due="2027-03-15", **rest)

    assert [(each.owner, each.due.day) for each in (await school.room()).actions] == [
        ("ana", 12),
        ("ben", 19),
        ("ben", 15),
    ]


async def test_a_plan_without_actions_cannot_be_agreed_on(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")

    assert "There is no plan to agree on right now." in told(await ana.says("plan good"))
    assert (await school.room()).consents == ()


async def test_a_plan_without_actions_is_not_done_in_the_room_but_left_with_a_reason(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-03 08:00")
    assert not sees(ben, "We did this in the room"), "what would be refused is not offered"

    assert told(await ana.says("met")) == (
        "No action is on record yet, so there would be nothing to act on. Write one with action, or, to go on "
        "without one, a facilitator or administrator says why: cycle next because …"
    )
    assert "Plan does not have what it came for yet." in told(await lena.says("cycle next because"))
    assert (await school.room()).moves[-1].phase == "plan"

    await lena.says("cycle next because we plan as we go")
    last = (await school.room()).moves[-1]
    assert (last.phase, last.by, last.reason) == ("act", "lena", "because we plan as we go")


async def test_a_plan_with_an_action_can_be_done_in_the_room(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-03 08:00")
    await plans(ana, "Visit two lessons", "3/12")

    await ana.presses("We did this in the room")

    assert "in its phase Act" in told(await ana.says("cycle status"))


async def test_a_plan_closes_by_time_but_not_before_there_is_an_action(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")

    await school.until("2027-03-11 08:00")
    lead = next(player for player in school.people.values() if player.was_told("no action is planned yet", times=1))
    await plans(lead, "Visit two lessons", "3/19")
    await ana.says("plan good")
    await school.until("2027-03-15 08:00")
    assert "in its phase Plan" in told(await ana.says("cycle status"))
    await school.guide.says("cycle next because two of us are ill")
    assert "in its phase Act" in told(await ana.says("cycle status"))


async def test_a_plan_with_an_action_closes_when_its_time_is_over(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/19")

    await school.until("2027-03-11 08:00")

    assert "in its phase Act" in told(await ana.says("cycle status"))
    assert (await school.room()).moves[-1].reason == "its time was over"


async def test_an_action_without_a_need_and_a_resource_wants_a_reason(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()

    said = await plans(ana, "Visit two lessons", "3/12")
    assert said.startswith("A plan stands on at least one need and one resource. Put one on record first")
    await ana.says("need Planning time")
    assert "at least one need and one resource" in await plans(ana, "Visit two lessons", "3/12")
    assert (await school.room()).actions == ()

    await plans(ana, "Visit two lessons", "3/12", reason="The visitors come on Friday")
    assert [(each.need, each.resource, each.reason) for each in (await school.room()).actions] == [
        (0, 0, "The visitors come on Friday")
    ]
    await ana.says("resource The late start")
    said = await plans(ana, "Count drafts", "3/12", need="1", resource=None)
    assert "Choose a need and a resource" in said
    assert "is yours" in await plans(ana, "Count drafts", "3/12")


async def test_a_proposal_before_any_resource_is_on_record_wants_a_reason_and_is_kept_in_the_form(
    school: School,
) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ana.says("need Planning time")
    await ana.says("cycle next because we know")
    await school.until("2027-03-01 08:00")

    await ben.presses("Answer")
    form = {"serves.0": "1", "prediction.0": "More visits", "measure.0": "We count", "actions.0": False}
    given = {"what.0": "Visit two lessons", "owner.0": "ben", "due.0": "2027-03-12", **form}
    assert "Please write something here." in told(await ben.submits(given))
    assert (await school.room()).actions == ()
    await ben.submits({**given, "reason.0": "The visitors come on Friday"})
    assert [(each.need, each.resource, each.reason) for each in (await school.room()).actions] == [
        (1, 0, "The visitors come on Friday")
    ]


async def test_a_proposal_without_a_need_on_record_says_how_to_go_on(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ana.says("resource The late start")
    await ana.says("cycle next because we know")
    await school.until("2027-03-01 08:00")

    await ben.presses("Answer")
    form = {"uses.0": "1", "prediction.0": "More visits", "measure.0": "We count", "actions.0": False}
    given = {"what.0": "Visit two lessons", "owner.0": "ben", "due.0": "2027-03-12", **form}
    assert "A plan stands on at least one need and one resource." in told(await ben.submits(given))
    assert (await school.room()).actions == ()
    await ana.says("need Planning time")
    await ben.says("answer plan")
    await ben.submits({**given, "serves.0": "1"})
    assert [action.need for action in (await school.room()).actions] == [1]


async def test_the_number_of_open_actions_has_a_cap(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.keep(Team("team", "riverside", "Leadership team", most_actions=2))
    await school.comes_to("plan")
    await plans(ana, "Visit two lessons", "3/12")
    await plans(ana, "Count drafts", "3/12")

    said = await plans(ben, "One too many", "3/12")
    assert said == ("The team has 2 open actions, which is the most it set itself. Finish, move or drop one first.")
    await ana.says("action done 1")
    assert "is yours" in await plans(ben, "Just right", "3/12")


async def test_a_day_without_school_is_refused_by_command_and_moved_by_the_form(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")

    await ana.says("action Visit two lessons")
    assert ana.form.fields[0].value == "Visit two lessons"
    rest = {"owner": "ana", "need": "1", "resource": "1", "prediction": "More visits", "measure": "We count"}
    given = {"what": "Visit two lessons", **rest}
    errors = await ana.submits({**given, "due": "2027-04-07"})
    assert errors.fields == {
        "due": "There is no school on Wednesday, April 7. The next school day is Monday, April 12."
    }
    assert "is in the past" in told(await ana.submits({**given, "due": "2027-01-20"}))
    await ana.submits({**given, "due": "2027-04-12"})
    assert "The next school day is Monday, April 12" in told(await ana.says("action move 1 to 2027-04-07"))

    await school.until("2027-03-01 08:00")
    answers = {"serves": "1", "uses": "1", "prediction": "More visits", "measure": "We count"}
    reply = await ben.fills(what="Count drafts", owner="ben", due="2027-04-07", **answers)
    assert "There is no school on Wednesday, April 7, so I noted Monday, April 12, the next day with school." in (
        told(reply)
    )
    assert [action.due for action in (await school.room()).actions] == [date(2027, 4, 12), date(2027, 4, 12)]
    await ben.says("answer plan")
    assert next(field.value for field in ben.form.fields if field.key == "due.0") == "2027-04-12"


async def test_a_day_without_school_that_is_typed_is_moved_and_said(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-01 08:00")

    await ben.says("answer plan chat")
    for words in ("Count drafts", "me", "April 7"):
        await ben.types(words)
    assert ben.last.text.startswith(
        "There is no school on Wednesday, April 7, so I noted *Monday, April 12*, the next day with school.\n\n"
    )
    assert "Noted:" not in ben.last.text
    await ben.types("back")
    await ben.types("2027-04-08")
    assert "There is no school on Thursday, April 8" in ben.last.text


async def test_a_day_without_school_is_said_above_the_next_form(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await school.until("2027-02-12 14:30")

    await ben.fills(status="new_date", new_due="2027-04-07")

    assert ben.form.title == "Looking back on the week"
    assert ben.form.intro.startswith("There is no school on Wednesday, April 7, so I noted *Monday, April 12*")
    assert "two minutes for yourself" in ben.form.intro


async def test_only_somebody_on_the_team_can_own_an_action(school: School) -> None:
    ana, ben, _, kay = await school.team("Ana", "Ben", administrator="Lena", coach="Kay")
    await school.comes_to("plan")

    said = await plans(ana, "Visit two lessons", "3/12", owner="kay")
    assert "Only somebody on the team can own an action: Ana A., Ben B., and Lena L." in said
    await plans(ana, "Visit two lessons", "3/12")
    assert "Kay K. reads along, and does not lead or take anything on." in told(await ana.says("action pass 1 to Kay"))
    assert "for the members of the team; you read along" in told(await kay.says("action"))
    assert "There is no action 7 on the plan." in told(await ana.says("action done 7"))
    assert "Which one?" in told(await ana.says("action done"))


async def test_what_the_team_chose_to_work_on_comes_first_where_a_need_is_asked_for(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    for words in ("Quiet halls", "*More* time \\ to plan", "Calm lunches"):
        await ben.says(f"need {words}")
    await ben.says("resource The late start")
    await school.chooses("2")

    ours = ["We chose this: *More* time \\ to plan", "Quiet halls", "Calm lunches"]
    await ben.says("action Visit two lessons")
    assert [option.label for option in _field(ben, "need").options] == ours
    await school.until("2027-03-01 08:00")
    await ben.presses("Answer")
    assert [option.label for option in _field(ben, "serves.0").options] == ours
    assert [option.key for option in _field(ben, "serves.0").options] == ["2", "1", "3"]


def _field(player: Player, key: str) -> Field:
    assert player.form
    return next(field for field in player.form.fields if field.key == key)
