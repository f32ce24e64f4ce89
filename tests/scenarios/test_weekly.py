"""The weekly card: one's own actions first, then a short look back; it never chases anybody."""

from datetime import date

from adapters import text
from flows.markup import plain
from flows.people import Leave
from tests.world import School, labels, plans, told

CARD = "How are your actions going?"
REFLECTION = "Looking back on the week"


async def test_own_actions_come_first_and_what_is_stuck_or_late_on_top(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await plans(ben, "Write to families", "2/10")
    await plans(ben, "Count drafts", "3/19")
    await plans(lena, "Ask for a substitute", "2/11")
    await ben.says("action blocked 3 because the list is missing")

    await school.until("2027-02-12 14:30")

    card = text.draw(ben.last)
    assert ben.last.title == CARD
    assert [item.text for item in ben.last.items] == ["Count drafts", "Write to families", "Visit two lessons"]
    assert "Blocked: the list is missing · by Friday, March 19" in card
    assert "Ask for a substitute" not in card
    assert {"Answer", "Not now", REFLECTION} <= set(labels(ben.last))
    assert ana.last.title == REFLECTION
    assert school.channel.titles == ["Needs and resources", "Act"]


async def test_one_press_says_how_an_action_stands(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await school.until("2027-02-12 14:30")
    assert labels(ben.last)[-4:] == ["Done", "On track", "Blocked", "New date"]

    await ben.presses("On track")
    assert "On track · Ben B., by Friday, March 12" in school.channel.drawn
    await ben.presses("Blocked")
    assert "The team can only help with what it knows." in told(ben.form)
    await ben.submits({"blocker": "No substitute"})
    assert "Blocked: No substitute · Ben B., by Friday, March 12" in school.channel.drawn
    await ben.presses("New date")
    assert "There is no school on Monday, April 5. The next school day is Monday, April 12." in told(
        await ben.submits({"until": "2027-04-05"})
    )
    await ben.submits({"until": "2027-04-12"})
    assert "On track · Ben B., by Monday, April 12" in school.channel.drawn
    await ben.presses("Done")

    assert "You have no open action right now." in told(await ben.says("actions mine"))
    assert "Done · Ben B., by Monday, April 12" in school.channel.drawn
    assert school.channel.titles == ["Needs and resources", "Act"]


async def test_the_card_counts_how_the_actions_stand_and_what_is_late_each_week(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "2/11")
    await plans(ben, "Write to families", "3/12")
    await plans(lena, "Ask for a substitute", "3/12")
    assert school.channel.messages[-1].chart is None, "all are planned: there is nothing to compare"

    await ben.says("action on track 1")
    await lena.says("action done 3")
    counted = "How our plan is going\n2 of 3 actions are done or on track.\n  Done: 1\n  On track: 1\n  Planned: 1\n"
    assert counted in school.channel.drawn

    await school.until("2027-02-12 14:30")
    assert "\n  Done: 1\n  Planned: 1\n  Overdue: 1\n" in school.channel.drawn
    await ben.says("action move 1 to 2027-03-12")
    await ben.says("action blocked 2 because the list is missing")
    assert "\n  Done: 1\n  On track: 1\n  Blocked: 1\n" in school.channel.drawn
    assert school.channel.titles == ["Needs and resources", "Act"], "drawn over the same card"


async def test_one_form_says_how_all_actions_stand_and_leads_to_the_look_back(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    for what in ("Visit two lessons", "Write to families", "Count drafts", "Draw a plan"):
        await plans(ben, what, "3/12")
    await school.until("2027-02-12 14:30")

    await ben.fills(status=["blocked", "new_date", "done", "on_track"])
    assert [text.one_line(field.label) for field in ben.form.fields] == [
        "Visit two lessons: what is in the way, and what would help?",
        "Write to families: which new day?",
    ]
    await ben.fills(blocker="No substitute", new_due="2027-03-19")
    assert ben.form.title == REFLECTION
    assert len(ben.form.fields) == 3

    card = school.channel.drawn
    assert "Blocked: No substitute · Ben B., by Friday, March 12" in card
    assert "On track · Ben B., by Friday, March 19" in card
    assert card.index("Visit two lessons") < card.index("Draw a plan") < card.index("Count drafts")
    assert "Done · Ben B." in card


async def test_what_a_button_said_is_not_asked_again_on_the_form(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _with_actions(school, "Visit two lessons", "Write to families", "Count drafts", "Draw a plan", "Read aloud")
    await ben.says("action done 1")
    await ben.says("action on track 2")
    await ben.says("action blocked 3 because the list is missing")
    await ben.says("action move 4 to 2027-03-19")

    await ben.presses("Answer")
    assert [plain(field.label) for field in ben.form.fields] == ["Read aloud: how is it going?"]
    await ben.submits({"status.0": None, "status.4": "on_track"})

    assert ben.form.title == REFLECTION
    await ben.says("answer checkin form")
    assert {field.key: field.value for field in ben.form.fields} == {
        "status.0": "done",
        "status.1": "on_track",
        "status.2": "blocked",
        "blocker.2": "the list is missing",
        "status.3": "new_date",
        "new_due.3": "2027-03-19",
        "status.4": "on_track",
    }
    states = [(action.state, action.status) for action in (await school.room()).actions]
    assert states == [("done", ""), *[("open", status) for status in ("on_track", "blocked", "on_track", "on_track")]]


async def test_when_buttons_have_said_everything_only_the_look_back_remains(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _with_actions(school, "Visit two lessons", "Write to families")

    await ben.presses("On track")
    await ben.says("action done 2")

    assert labels(ben.last)[:3] == ["Answer", "Not now", "Change my answers"]
    await ben.presses("Answer")
    assert ben.form.title == REFLECTION
    await ben.fills(what="It went well", so_what=None, now_what=None)
    assert "Answer" not in labels(ben.last)
    assert {"Change my answers", REFLECTION} <= set(labels(ben.last))
    assert "Thank you, Ben. Have a good week." in ben.last.text
    assert len(ben.posts) == 1, "the card is drawn anew in its place"


async def test_an_action_that_is_no_longer_ones_own_is_not_asked_about(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("act")
    for what in ("Visit two lessons", "Write to families", "Count drafts", "Draw a plan"):
        await plans(ana, what, "3/12", owner="ben")
    await ben.says("action accept 3")
    await ben.says("action accept 4")
    await school.until("2027-02-12 14:30")

    await ben.says("action decline 1")
    await ben.says("action pass 2 to Ana")
    await lena.says("action drop 3")
    await ben.says("answer checkin")
    assert [plain(field.label) for field in ben.form.fields] == ["Draw a plan: how is it going?"]
    await ben.fills(status="done")

    assert [action.state for action in (await school.room()).actions] == ["declined", "proposed", "dropped", "done"]


async def test_when_no_action_is_left_the_card_leads_to_the_look_back(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await _with_actions(school, "Visit two lessons")

    await lena.says("action drop 1")
    await ben.says("answer checkin")

    assert ben.form.title == REFLECTION


async def test_what_somebody_else_says_of_an_action_is_not_its_owners_answer(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await _with_actions(school, "Visit two lessons", "Write to families")

    await lena.says("action on track 1")
    await ben.presses("Answer")

    assert len(ben.form.fields) == 2


async def test_a_press_is_an_answer_to_the_card(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _with_actions(school, "Visit two lessons")
    for friday in ("02-26", "03-05", "03-12"):
        await ben.presses("On track")
        await school.until(f"2027-{friday} 14:35")

    assert [school.local(post.at)[:9] for post in ben.posts] == ["Fri 02-12", "Fri 02-26", "Fri 03-05", "Fri 03-12"]


async def test_the_card_shows_at_once_what_was_said_also_at_night(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _with_actions(school, "Visit two lessons", "Write to families")
    assert "By Friday, March 12" in text.draw(ben.last)
    await school.until("2027-02-13 22:00")

    await ben.presses("On track")
    assert "On track · by Friday, March 12" in text.draw(ben.last)
    await ben.presses("Done")

    assert [item.text for item in ben.last.items] == ["Write to families"]
    assert [school.local(post.at) for post in ben.posts] == ["Fri 02-12 14:30"]


async def test_the_small_print_says_of_each_part_who_reads_it(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await _with_actions(school, "Visit two lessons")

    assert (
        f"*{CARD}* · About a minute. Your team sees your answers with your name.\n"
        f"*{REFLECTION}* · About 2 minutes. "
        "Your team sees none of it until you press *Share with the team* under a line; a shared line carries your name."
    ) in ben.last.note
    assert "with your name" not in ana.last.note


async def test_what_a_button_said_since_then_stays_when_the_form_is_changed(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")
    await plans(ben, "Write to families", "3/19")
    await school.until("2027-02-12 14:30")
    await ben.fills(status="on_track")
    await ben.says("action done 1")

    await ben.says("answer checkin form")
    shown = {field.key: field.value for field in ben.form.fields}
    assert shown == {"status.0": "done", "status.1": "on_track"}
    await ben.submits(shown | {"status.1": "done"})

    assert [action.state for action in (await school.room()).actions] == ["done", "done"]


async def test_the_card_is_never_nudged_and_comes_every_second_week_after_two_unanswered(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act", "16 weeks")
    await school.until("2027-04-25 08:00")
    assert [school.local(post.at) for post in ben.posts] == [
        "Fri 02-12 14:30",
        "Fri 02-26 14:30",
        "Fri 03-12 14:30",
        "Fri 03-26 11:00",
        "Fri 04-16 14:30",
    ]
    rarely = "so from now on this card comes every second week."
    assert ben.was_told(rarely, times=1)
    assert rarely in text.draw(ben.posts[2].message)
    assert not ben.was_told("Still open")

    await school.until("2027-04-30 15:00")
    await ben.fills(what="I asked fewer questions", so_what=None, now_what=None)
    await school.until("2027-05-15 08:00")
    assert [school.local(post.at) for post in ben.posts[-2:]] == ["Fri 05-07 14:30", "Fri 05-14 14:30"]


async def test_weeks_of_a_break_and_days_of_leave_are_left_out(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await ben.says("leave 2027-02-24 to 2027-02-26")
    assert "nobody is told who did not answer" in ben.note.text

    for friday in ("02-12", "02-26", "03-05"):
        await school.until(f"2027-{friday} 14:35")
        await ana.fills(what="I asked fewer questions", so_what=None, now_what=None)

    assert [school.local(post.at) for post in ana.posts] == ["Fri 02-12 14:30", "Fri 02-26 14:30", "Fri 03-05 14:30"]
    assert [school.local(post.at) for post in ben.posts] == ["Fri 02-12 14:30", "Fri 03-05 14:30"]
    assert (await school.room()).leaves == (Leave("ben", date(2027, 2, 24), date(2027, 2, 26)),)


async def test_what_one_was_asked_to_take_waits_on_the_card(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ana, "Visit two lessons", "3/12", owner="ben")

    await school.until("2027-02-12 14:30")

    assert ben.last.title == REFLECTION
    assert "Ana A. asks whether you would take this, by Friday, March 12." in text.draw(ben.last)
    await ben.presses("I take it")
    assert (await school.room()).actions[0].state == "open"
    await school.until("2027-02-26 14:30")
    assert ben.last.title == CARD


async def test_what_one_has_not_taken_on_is_not_asked_about_and_never_accepted_by_the_form(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ana, "Visit two lessons", "3/12", owner="ben")
    assert "none of them is under way" in told(await ben.says("checkin"))
    await plans(ben, "Count drafts", "3/19")
    await school.until("2027-02-12 14:30")

    assert [item.text for item in ben.last.items] == ["Visit two lessons", "Count drafts"]
    assert "I take it" in labels(ben.last)
    await ben.presses("Answer")
    assert [plain(field.label) for field in ben.form.fields] == ["Count drafts: how is it going?"]
    await ben.fills(status="on_track")

    assert [action.state for action in (await school.room()).actions] == ["proposed", "open"]


async def test_one_can_check_in_at_any_time_while_the_team_acts(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await plans(ben, "Visit two lessons", "3/12")
    assert "That belongs to another phase; the team is in Plan now." in told(await ben.says("checkin"))
    await ana.says("met")

    await ben.says("checkin")
    await ben.fills(status="on_track")

    assert (await school.room()).actions[0].status == "on_track"


async def test_facilitators_look_after_what_others_own(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("act")
    await plans(ben, "Visit two lessons", "3/12")

    assert told(await ana.says("action drop 1")) == (
        "That is for Ben B., whose action it is, or for your facilitator or administrator."
    )
    assert told(await lena.says("action drop 1")) == "Action 1 is off the plan."
    assert (await school.room()).actions[0].state == "dropped"


async def _with_actions(school: School, *actions: str) -> None:
    """Bring the team to its first weekly card; all these actions are Ben's."""
    await school.comes_to("act")
    for what in actions:
        await plans(school.people["ben"], what, "3/12")
    await school.until("2027-02-12 14:30")


async def test_who_comes_to_the_team_while_it_acts_is_told_who_writes(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")

    await school.until("2027-02-26 15:00")

    assert ben.was_told("Hello Ben. I am Leadcycle, a program", times=1)
    assert labels(ben.posts[0].message)[2:4] == ["My best time", "Who sees what"]
    assert labels(ben.posts[1].message) == ["Answer", "Not now", "Not this cycle"]


async def test_what_is_late_says_so(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await plans(ben, "Visit two lessons", "2/4")
    await plans(ben, "Count the drafts", "3/26")
    await school.guide.says("cycle next because the plan is good")
    await school.until("2027-02-12 15:00")

    assert [item.detail for item in ben.last.items] == ["By Thursday, February 4 · overdue", "By Friday, March 26"]
    await ben.says("actions mine")
    assert ben.note.items[0].detail == "By Thursday, February 4 · overdue"
