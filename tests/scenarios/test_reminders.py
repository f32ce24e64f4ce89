"""What whoever keeps things going is reminded of: true whenever it comes, and only while it is open."""

from dataclasses import replace
from datetime import date, time

from flows import agenda, wanted
from flows.sends import SendKind
from tests.world import Rules, School, labels, plans, told

CALENDAR = Rules(ana="teacher").room.calendar


async def test_a_reminder_that_waits_for_the_next_week_names_the_day_of_the_meeting(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-08 07:40")

    assert [school.local(post.at) for post in ana.posts] == ["Mon 02-01 07:45", "Tue 02-02 07:45", "Mon 02-08 07:30"]
    assert ana.last.text == "Your team's meeting was on Wednesday, February 3. What did the team agree? " + (
        "One short form records it."
    )


async def test_a_reminder_is_not_sent_once_the_meeting_is_written_down(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-05 12:00")
    assert len(ana.posts) == 2, "so what she would be told next waits for Monday"

    await lena.says("record")
    plan = {"serves": "1", "uses": "1", "prediction": "More visits", "measure": "We count"}
    await lena.fills(what="Visit two lessons", owner="lena", due="2027-03-19", **plan)
    await school.until("2027-03-09 08:00")

    assert "in its phase Plan" in told(await ana.says("cycle status")), "not everybody has agreed yet"
    assert not any(player.was_told("Your team's meeting was") for player in (ana, ben, lena))


async def test_a_reminder_is_not_sent_once_the_meeting_is_moved(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.begins()
    await school.until("2027-02-05 12:00")

    await ana.says("cycle extend to 2027-02-12")
    await school.until("2027-02-08 08:00")

    assert not ana.was_told("Your team's meeting was")


async def test_what_a_plan_lacks_is_not_asked_for_once_it_is_there(school: School) -> None:
    ana, *_ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await school.until("2027-03-10 15:31")
    await plans(ana, "Visit two lessons", "3/19")
    await school.until("2027-03-12 08:00")

    assert not any(player.was_told("no action is planned yet") for player in school.people.values())


async def test_a_plan_that_waits_is_told_once_to_somebody_besides_its_lead(school: School) -> None:
    await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("plan")
    await school.until("2027-04-09 12:00")

    told_of_it = [each for each in school.people.values() if each.was_told("waits beyond its time", times=1)]
    lead = next(each for each in school.people.values() if each.was_told("no action is planned yet"))
    assert len(told_of_it) == 1
    assert told_of_it != [lead]
    assert labels(told_of_it[0].last) == ["Write the plan together"]


async def test_a_successor_is_asked_for_within_a_school_day_though_the_week_is_full(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("needs")
    await plans(ben, "Visit two lessons", "3/12", reason="It cannot wait")
    await school.until("2027-02-09 10:00")
    assert len(await school.started(lena, "2027-02-08")) == wanted.WEEKLY_CAP

    await lena.says("team left Ben confirmed")
    await school.until("2027-02-10 10:00")

    assert lena.last.title == "Somebody left the team"
    assert labels(lena.last) == ["Ask somebody else", "Drop it"]


async def test_a_successor_is_asked_for_after_a_pause_and_not_of_somebody_on_leave(school: School) -> None:
    ana, ben, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await plans(ben, "Visit two lessons", "3/12", reason="It cannot wait")
    await ana.says("leave 2027-02-01 to 2027-03-05")
    await lena.says("cycle pause because of the storm")
    await lena.says("team left Ben confirmed")
    await school.until("2027-02-04 10:00")
    assert not any(player.was_told("Who takes over what is theirs?") for player in (ana, lena))

    await lena.says("cycle resume")
    await school.until("2027-02-05 10:00")

    assert lena.was_told("Who takes over what is theirs?", times=1)
    assert not ana.was_told("Who takes over what is theirs?")


async def test_a_successor_is_not_asked_for_once_everything_is_handed_on(school: School) -> None:
    _, ben, lena = await school.team("Ana", "Ben", administrator="Lena", facilitator="Lena")
    await school.comes_to("needs")
    await plans(ben, "Visit two lessons", "3/12", reason="It cannot wait")
    await school.until("2027-02-03 18:00")
    await lena.says("team left Ben confirmed")
    await lena.says("action pass 1 to Ana")

    await school.until("2027-02-05 10:00")

    assert not lena.was_told("Who takes over what is theirs?")


# ---------------------------------------------------------------- what is announced


def asked() -> Rules:
    """A team that was asked about its priority on Monday and has not answered."""
    rules = Rules(lena="administrator", ana="teacher, facilitator")
    rules.starts("ana")
    rules.until(CALENDAR.at(date(2027, 2, 1), time(7, 45)))
    return rules


def coming(rules: Rules, **taken: wanted.Attention) -> str:
    return agenda.coming(rules.room, rules.now, taken)


def test_a_question_is_announced_before_it_is_asked() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator")
    rules.starts("ana")

    assert "each person is asked about Convene" in coming(rules)


def test_a_reminder_is_announced_while_there_is_somebody_to_remind() -> None:
    rules = asked()
    assert "one reminder for those who have not answered" in coming(rules)

    for who in ("ana", "lena"):
        rules.says(who, "stop convene")
    assert "the team's card" in coming(rules)


def test_a_reminder_is_not_announced_to_people_who_have_had_their_messages() -> None:
    rules = asked()
    full, reminded = wanted.Attention(this_week=2), wanted.Attention(nudges=wanted.MOST_NUDGES)

    assert "one reminder" in coming(rules, ana=full)
    assert "the team's card" in coming(rules, ana=full, lena=reminded)
    assert any(send.kind is SendKind.NUDGE for send in agenda.visit(rules.room, _next(rules), rules.now).sends)


def test_what_waits_for_the_new_week_is_announced_for_that_day() -> None:
    rules = asked()
    rules.until(CALENDAR.at(date(2027, 2, 3), time(7, 45)))
    full, free = wanted.Attention(this_week=2), wanted.Attention()

    assert "Thursday, February 4, 7:45\u202fAM, a reminder to record the meeting" in coming(rules, ana=free, lena=free)
    assert "Monday, February 8, 7:30\u202fAM, a reminder to record the meeting" in coming(rules, ana=full, lena=full)
    rules.until(CALENDAR.at(date(2027, 2, 4), time(8)))
    assert "the time of Convene is over" in coming(rules)
    waits = CALENDAR.at(date(2027, 2, 8), time(7, 30))
    assert "Monday, February 8, 7:30\u202fAM, a message" in agenda.coming(rules.room, rules.now, {}, waits)


def test_a_pause_is_announced_and_not_what_waits_for_its_end() -> None:
    rules = asked()
    rules.says("ana", "cycle pause because of the snow")

    assert "The cycle is paused" in coming(rules)


def test_a_new_week_begins_without_messages() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator")
    rules.room = replace(rules.room, team=replace(rules.room.team, meeting_weekday=1))
    rules.starts("ana")
    rules.until(CALENDAR.at(date(2027, 2, 5), time(7, 45)))
    full = wanted.Attention(this_week=2)

    assert "Monday, February 8" in coming(rules, ana=full, lena=full)
    assert "one reminder" in coming(rules, ana=full, lena=full)


def _next(rules: Rules) -> agenda.Due:
    moment = agenda.next_due(rules.room)
    assert moment
    return agenda.due(rules.room, moment)[0]
