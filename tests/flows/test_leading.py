"""Facilitation goes round: somebody else is asked for each meeting, and a no is a no."""

from collections import Counter
from datetime import date, time

from bot.sample import CALENDAR
from flows import cards, invitations, leading
from flows.timetable import standing
from tests.world import Rules, told


def team() -> Rules:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cai="teacher", kay="coach")
    rules.starts("ana")
    return rules


def asked(rules: Rules) -> str:
    here = standing(rules.room)
    return leading.asked(rules.room, here) if here else ""


def leads(rules: Rules) -> str:
    here = standing(rules.room)
    found = leading.lead(rules.room, here) if here else None
    return found.id if found else ""


def beside(rules: Rules) -> str:
    here = standing(rules.room)
    found = leading.beside(rules.room, here) if here else None
    return found.id if found else ""


def test_each_meeting_asks_somebody_else_and_never_who_reads_along() -> None:
    rules = team()
    turns = []
    for day in (date(2027, 2, 2), date(2027, 2, 9), date(2027, 3, 2)):
        rules.until(CALENDAR.at(day, time(12)))
        turns.append(asked(rules))
        rules.says("ana", "met" if len(turns) < 2 else "cycle next because we go on")

    assert len(set(turns)) == 3
    assert "kay" not in turns
    assert "" not in turns


def test_a_no_is_taken_the_facilitator_leads_and_the_next_meeting_asks_the_next_one() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 2, 2), time(12)))
    first = asked(rules)
    said = told(rules.says(first, "lead no"))

    assert said == "All right. Ana A. leads this one."
    assert (asked(rules), leads(rules)) == ("", "ana"), "nobody else is asked about it"
    rules.says("ana", "met")
    rules.until(CALENDAR.at(date(2027, 2, 9), time(12)))
    assert asked(rules) not in ("", first)


def test_where_the_facilitator_says_no_the_round_goes_on_and_nobody_is_asked_twice() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 2, 1), time(12)))
    said: list[str] = []
    for who in ("ana", "ana", "lena", "lena", "ben", "cai"):
        before = asked(rules)
        words = told(rules.says(who, "lead no"))
        if asked(rules) not in ("", before):
            assert words == f"All right. I ask {rules.room.name(asked(rules))} next."
            said.append(asked(rules))
        assert leads(rules) != who, "a no is taken"
    assert len(set(said)) == len(said)
    assert (asked(rules), leads(rules)) == ("", "")
    assert "Who leads?" in told(rules.says("ben", "cycle status"))
    assert told(rules.says("ana", "lead no")).startswith("All right. Nobody else")

    rules.says("cai", "lead yes")
    assert leads(rules) == "cai"


def test_who_is_asked_in_a_message_of_its_own_gets_one_weekly_card_less() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 2, 1), time(12)))
    for who in ("ana", asked(rules)):
        rules.says(who, "lead no")
    apart = [send.to for key, send in rules.sends.items() if ".would." in key]
    assert len(apart) == 1
    for _ in ("needs", "plan", "act"):
        rules.says("ana", "cycle next because we go on")
    rules.until(CALENDAR.at(date(2027, 3, 12), time(15)))

    weekly = Counter(send.to for key, send in rules.sends.items() if ".ask0.2027" in key)
    assert weekly == {who: weekly["ana"] - (who in apart) for who in ("lena", "ana", "ben", "cai")}
    assert weekly["ana"] > 2


def test_after_the_last_weekly_card_nobody_is_asked_in_a_message_of_its_own() -> None:
    rules = team()
    for _ in ("needs", "plan", "act", "reflect"):
        rules.says("ana", "cycle next because we go on")
    rules.until(CALENDAR.at(date(2027, 2, 2), time(12)))
    said = [told(rules.says(who, "lead no")) for who in ("ana", "lena")]

    assert said[-1] == "All right. Nobody else is there to lead this one yet; whoever would says lead yes."
    assert not any(".would." in key for key in rules.sends)


def test_on_the_day_of_the_meeting_nobody_is_asked_any_more() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 2, 3), time(8)))
    for who in ("ana", "lena", "ben", "cai"):
        rules.says(who, "lead no")
    assert (asked(rules), leads(rules)) == ("", "")


def test_alone_or_with_someone_and_changed_again() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 2, 2), time(12)))
    who = asked(rules)
    assert "together with Cai C." in told(rules.says(who, "lead with Cai"))
    assert "You lead this meeting" in told(rules.says(who, "lead yes"))
    assert "reads along" in told(rules.says(who, "lead with Kay"))

    assert leads(rules) == who


def test_who_said_yes_and_became_an_observer_leads_no_more() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 2, 2), time(12)))
    rules.says("cai", "lead with Ben")
    assert leads(rules) == "cai"
    rules.says("lena", "team role Cai observer")

    assert leads(rules) == "ben"


def test_lead_without_words_offers_the_three_ways_to_answer() -> None:
    rules = team()
    reply = rules.says("ben", "lead")

    assert told(reply).startswith("Would you lead the meeting of Convene")
    assert [button.says for button in reply.message.buttons] == ["lead yes", "lead with", "lead no"]


def test_who_says_yes_first_leads_and_who_comes_second_can_lead_with_them() -> None:
    for first, second in (("ben", "cai"), ("cai", "ben")):
        rules = team()
        rules.says(first, "lead yes")
        name = rules.room.name(first)
        reply = rules.says(second, "lead yes")
        assert told(reply).startswith(f"{name} said yes first and leads this meeting.")
        assert f"{name} said yes first" in told(rules.says(second, "lead with Lena"))
        assert leads(rules) == first

        assert f"together with {name}" in told(rules.says(second, reply.message.buttons[0].says))
        assert (leads(rules), beside(rules)) == (first, second)
        assert "lead this meeting already" in told(rules.says("lena", f"lead with {name}"))
        rules.says(first, "lead no")
        assert "You lead this meeting" in told(rules.says(second, "lead yes")), "it is free again"


def test_whoever_was_asked_and_leads_with_somebody_is_asked_no_more() -> None:
    rules = team()
    rules.until(CALENDAR.at(date(2027, 2, 2), time(12)))
    who = asked(rules)
    other = "cai" if who != "cai" else "ben"
    rules.says(other, "lead yes")
    rules.says(who, f"lead with {other}")

    assert (leads(rules), beside(rules), asked(rules)) == (other, who, "")


def test_nobody_leads_together_with_themselves() -> None:
    rules = team()

    assert "That is you" in told(rules.says("ben", "lead with Ben"))
    assert not any(each.state == "accepted" for each in rules.room.leads)


def test_whoever_is_asked_to_lead_first_of_all_reads_who_is_writing_and_what_leading_means() -> None:
    """Convening was missed, and nobody was greeted by its question."""
    rules = team()
    rules.now = CALENDAR.at(date(2027, 2, 4), time(9))
    rules.ticks()
    [reminder] = [send for send in rules.sends.values() if send.card.startswith("lead ")]
    drawn = cards.draw(rules.room, reminder.card, reminder.to)
    assert drawn is not None
    assert drawn.text.startswith("Hello Ana. I am Leadcycle")
    assert "What did the team agree?" in drawn.text

    rules.says("ana", "met")
    rules.until(CALENDAR.at(date(2027, 2, 26), time(9)))
    here = standing(rules.room)
    assert here
    asked_to = rules.room.member(asked(rules))
    would = invitations.draw_would_lead(rules.room, here.epoch, asked_to.id)
    assert would is not None
    assert "Leading goes round the team" in would.text
    assert "I am Leadcycle" not in would.text, "a question has greeted them by now"


def test_a_charter_stands_in_the_channel_before_the_meeting_of_a_convening_that_is_opened_again() -> None:
    rules = team()
    written = {f"{part}.0": part for part in ("norms", "purpose", "priority")}
    rules.fills("ana", rules.says("ana", "record").ref, **written)
    rules.says("ana", "cycle reopen convene because Cai is new")
    rules.refreshes.clear()

    rules.says("ben", "lead yes")
    assert [send.card for send in rules.refreshes] == [cards.of_charter(rules.room)]
