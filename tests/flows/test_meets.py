"""The team's PLC day, set in the chat."""

from datetime import date

import pytest

from flows.calendar import WEEKDAYS
from flows.timetable import meeting_on, standing
from tests.world import Rules, told


def team() -> Rules:
    """A team on Monday, February 1, 2027, whose first meeting is on Wednesday."""
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher")
    rules.starts("ana")
    return rules


@pytest.mark.parametrize("said", ["Thursday", "thursdays", "on Thurs.", "Thu"])
def test_the_meeting_day_is_set_by_its_name_and_moves_the_next_meeting(said: str) -> None:
    rules = team()

    assert told(rules.says("ana", f"team meets {said}")) == (
        "The team meets on Thursday from now on. The next meeting is on Thursday, February 4."
    )
    here = standing(rules.room)
    assert here
    assert meeting_on(rules.room, here.phase) == date(2027, 2, 4)


@pytest.mark.parametrize("said", ["soon", "Tuesday and Friday", "3", "May"])
def test_what_is_no_day_of_the_week_is_refused(said: str) -> None:
    rules = team()

    assert "Name one day of the week" in told(rules.says("lena", f"team meets {said}"))
    assert "There is no school on Saturday" in told(rules.says("lena", "team meets Saturday"))
    assert "facilitator or administrator" in told(rules.says("ben", "team meets Friday"))
    assert rules.room.team.meeting_weekday == 2


def test_a_form_offers_the_days_with_school() -> None:
    rules = team()
    form = rules.says("ana", "team meets")

    assert [option.label for option in form.fields[0].options] == list(WEEKDAYS[:5])
    assert form.fields[0].value == "2"
    assert list(rules.fills("ana", "order team meets", day="6").fields) == ["day"]
    rules.fills("ana", "order team meets", day="4")
    assert rules.room.team.meeting_weekday == 4
