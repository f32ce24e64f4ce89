"""Who is on the team: they join, become something else, leave and come back, by typed words and by forms."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters import text
from flows import cards, continuity
from flows.messages import Form
from flows.newcomers import Written, read
from flows.people import Member, Role
from flows.records import Action
from flows.sends import Send, SendKind
from tests.world import Rules, scripts, told

PAULA = Member("p1", "Paula Diaz", "paula@district.example")


def team() -> Rules:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", kay="coach")
    rules.room = replace(rules.room, district=(*rules.room.members, PAULA))
    return rules


def roles(rules: Rules, name: str) -> set[Role]:
    member = next(each for each in rules.room.members if each.name.startswith(name))
    return set(rules.room.roles(member.id))


# ---------------------------------------------------------------- what people write


@pytest.mark.parametrize(
    ("words", "name", "email", "wanted"),
    [
        ("Dee Park dee@school.example teacher", "Dee Park", "dee@school.example", "teacher"),
        ("Dee Park, Dee@S.example, teacher and facilitator", "Dee Park", "dee@s.example", "teacher,facilitator"),
        ("Dee Park <dee@school.example> as assistant principal", "Dee Park", "dee@school.example", "administrator"),
        ("dee@school.example: support staff", "", "dee@school.example", "support"),
        ("Sol Ortiz support", "Sol Ortiz", "", "support"),
        ("Sol Ortiz staff", "Sol Ortiz", "", "staff"),
        ("Sol Ortiz staff beyond the team", "Sol Ortiz", "", "staff"),
        ("@Paula coach", "Paula", "", "coach"),
        ("Paula Diaz superintendent/observer", "Paula Diaz", "", "district_leader,observer"),
        ("Teacher", "", "", "teacher"),
        ("Dee", "Dee", "", ""),
        ("", "", "", ""),
        ("Ai De, ai@s.example, aide", "Ai De", "ai@s.example", "support"),
        ("Sam nurse and custodian", "Sam", "", "support"),
        ("Ola Hall staff", "Ola Hall", "", "staff"),
        ("José Núñez Teacher, Téacher", "José Núñez", "", "teacher"),
    ],
)  # fmt: skip
def test_somebody_is_read_as_people_write(words: str, name: str, email: str, wanted: str) -> None:
    expected = tuple(role for role in Role if role.name.lower() in wanted.split(","))
    assert read(words.replace(":", ","), scripts().phrases()) == Written(name, email, expected)


# ---------------------------------------------------------------- joining


def test_the_team_is_shown_with_what_each_person_is_and_its_day() -> None:
    shown = told(team().says("kay", "team"))

    assert "Your team meets on Wednesday." in shown
    assert "Ana A. teacher, facilitator" in shown.replace(":", "")
    assert "Add somebody" not in shown, "a coach reads along"


def test_somebody_new_is_put_on_record_with_their_e_mail_and_is_told_nothing_yet() -> None:
    rules = team()
    said = told(rules.says("ana", "team add Dee Park dee@school.example teacher"))

    assert "Dee Park is on the team as teacher." in said
    assert "I look for the account with dee@school.example" in said
    dee = next(each for each in rules.room.members if each.name == "Dee Park")
    assert dee.email == "dee@school.example"
    assert rules.room.prompted()[-1] == dee, "the last one in the round"
    assert rules.sends == {}


def test_two_teams_that_add_the_same_new_person_add_one_person() -> None:
    one, other = team(), team()
    for rules in (one, other):
        rules.says("ana", "team add Dee Park DEE@school.example teacher")

    assert one.room.members[-1] == other.room.members[-1]


@pytest.mark.parametrize("words", ["Paula", "@Paula Diaz", "paula@district.example", "P. Diaz Paula@district.example"])
def test_somebody_of_the_district_is_found_and_stays_one_person(words: str) -> None:
    rules = team()
    said = told(rules.says("ana", f"team add {words} coach"))

    assert "Paula Diaz is on the team as coach." in said
    assert "I never ask them" in said
    assert rules.room.memberships[-1].member == PAULA.id


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("team add Zed teacher", "I do not know “Zed” yet. Write their e-mail"),
        ("team add Pula teacher", "Did you mean Paula Diaz?"),
        ("team add Ben teacher", "Ben B. is on the team already, as teacher"),
        ("team role Ben teacher of the month", "Who?"),
    ],
)
def test_who_cannot_be_added_is_said_with_what_to_do(words: str, answer: str) -> None:
    rules = team()
    before = rules.room

    assert answer in told(rules.says("lena", words))
    assert rules.room == before


def test_without_a_role_the_form_keeps_what_was_written() -> None:
    form = team().says("ana", "team add Dee Park dee@school.example")

    assert [field.value for field in form.fields] == ["Dee Park", "dee@school.example", None, None]


def test_the_form_adds_somebody_too_and_says_what_is_wrong_at_its_field() -> None:
    rules = team()
    wrong = rules.fills("ana", "order team add", name="Dee Park", email="dee at school", role="teacher")
    assert "is not an e-mail address" in wrong.fields["email"]
    assert "email" in rules.fills("ana", "order team add", name="Dee Park", role="teacher").fields
    assert "role" in rules.fills("ana", "order team add", name="Dee", email="dee@school.example").fields

    rules.fills("ana", "order team add", name="Dee", email="dee@school.example", role="teacher", also="facilitator")
    assert roles(rules, "Dee") == {Role.TEACHER, Role.FACILITATOR}


def test_only_an_administrator_makes_administrators() -> None:
    rules = team()

    for words in ("team add Paula principal", "team role Ben administrator", "team role Ana administrator"):
        assert "dministrator" in told(rules.says("ana", words)), words
    assert rules.room.holders(Role.ADMINISTRATOR) == (rules.room.member("lena"),)
    rules.says("lena", "team add Paula principal")
    assert [each.name for each in rules.room.holders(Role.ADMINISTRATOR)] == ["Lena L.", "Paula Diaz"]


def test_a_deactivated_account_is_not_added() -> None:
    rules = team()
    rules.room = replace(rules.room, district=(replace(PAULA, left_on=date(2027, 1, 5)),))

    assert "was deactivated on Tuesday, January 5" in told(rules.says("lena", "team add Paula coach"))


def test_staff_is_the_staff_beyond_the_team_and_support_staff_works_on_it() -> None:
    rules = team()
    said = told(rules.says("lena", "team add Paula staff"))

    assert "Paula Diaz is on the team as staff beyond the team. Paula Diaz is asked the decisions" in said
    assert rules.room.member(PAULA.id) not in rules.room.prompted()
    rules.says("lena", "team role Paula support staff")
    assert rules.room.member(PAULA.id) in rules.room.prompted()


# ---------------------------------------------------------------- changing, leaving, coming back


def test_a_role_takes_the_place_of_the_ones_before_but_facilitating_is_beside_them() -> None:
    rules = team()
    rules.says("lena", "team role Ben facilitator")
    assert roles(rules, "Ben") == {Role.TEACHER, Role.FACILITATOR}
    rules.says("lena", "team role Ben to support staff")
    assert roles(rules, "Ben") == {Role.SUPPORT}
    rules.fills("lena", "order team role", person="ben", role="hybrid", also="facilitator")
    assert roles(rules, "Ben") == {Role.HYBRID, Role.FACILITATOR}


@pytest.mark.parametrize("words", ["team left Lena", "team left me", "team role Lena teacher", "team role me observer"])
def test_the_team_is_never_without_an_administrator(words: str) -> None:
    rules = team()

    assert "without an administrator" in told(rules.says("lena", words))
    assert rules.room.holders(Role.ADMINISTRATOR)


def test_an_administrator_may_go_when_there_is_another_one() -> None:
    rules = team()
    rules.says("lena", "team role Ben administrator")
    rules.says("ben", "team left Lena confirmed")

    assert rules.room.holders(Role.ADMINISTRATOR) == (rules.room.member("ben"),)
    assert "without an administrator" in told(rules.says("ben", "team role me teacher"))


def test_an_administrator_whose_account_is_gone_does_not_count_as_one() -> None:
    rules = team()
    rules.says("lena", "team role Ben administrator")
    rules.room = rules.room.having([replace(rules.room.member("lena"), left_on=date(2027, 1, 29))])

    assert "without an administrator" in told(rules.says("ana", "team left Ben confirmed"))


def test_who_left_comes_back_as_what_they_were_and_leaves_again() -> None:
    rules = team()
    assert "Nobody has left this team" in told(rules.says("lena", "team back Ben"))
    rules.says("lena", "team left Ben confirmed")
    assert roles(rules, "Ben") == set()
    back = told(rules.says("lena", "team back Ben"))
    assert back.startswith("Ben B. is back on the team as teacher. Ben B. is asked from the next question on")
    rules.says("lena", "team role Ben observer")
    rules.says("lena", "team left Ben confirmed")
    assert "as observer. Ben B. sees what the team sees, and I never ask them" in told(
        rules.says("lena", "team back Ben")
    )
    rules.says("lena", "team role Ben teacher")
    assert roles(rules, "Ben") == {Role.TEACHER}


def test_who_leaves_is_shown_with_what_is_handed_on_before_anything_changes() -> None:
    rules = team()
    rules.starts("lena")
    for shown in (rules.says("lena", "team left Ana"), rules.fills("lena", "order team left", person="ana")):
        assert "Ana A. would leave the team today" in told(shown)
        assert "Nothing is changed yet." in told(shown)
        assert "facilitator" in told(shown), "what is theirs is named"
        assert roles(rules, "Ana")
    assert "is no longer on the team" in told(rules.says("lena", shown.message.buttons[0].says))
    assert not roles(rules, "Ana")


def test_who_is_added_again_keeps_their_place_in_the_round() -> None:
    rules = team()
    rules.says("lena", "team left Ben confirmed")
    rules.says("lena", "team add Ben support staff")

    assert [each.id for each in rules.room.prompted()] == ["lena", "ana", "ben"]
    assert len(rules.room.memberships) == 4


def test_who_leaves_a_second_time_is_asked_about_a_second_time() -> None:
    rules = team()
    rules.starts("lena")
    asked = []
    for day in (1, 8):
        rules.until(rules.now + timedelta(days=day))
        rules.says("lena", "team left Ana confirmed")
        rules.until(rules.now + timedelta(days=2))
        asked.append([key for key in rules.sends if ".left.ana." in key])
        rules.says("lena", "team back Ana")

    assert [len(keys) for keys in asked] == [1, 2]


def test_a_facilitator_is_told_that_an_administrator_changes_roles() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator")

    assert "An administrator can make somebody else one first" in told(rules.says("ana", "team left Lena confirmed"))


def test_a_teacher_in_a_hybrid_role_is_named_once() -> None:
    rules = Rules(lena="administrator", ana="teacher, hybrid, facilitator", ben="teacher")

    assert "teacher in a hybrid role, facilitator" in told(rules.says("lena", "team"))
    assert "teacher, teacher" not in told(rules.says("lena", "team"))
    assert "as teacher in a hybrid role and facilitator" in told(rules.says("ana", "home"))


def test_two_who_leave_on_one_day_are_asked_about_each_for_what_was_theirs() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher", dana="teacher")
    rules.starts("lena")
    actions = [Action("team", 1, 1, "Swap rooms", "ben", rules.room.today(rules.now), "ben", state="open")]
    rules.room = rules.room.having(actions)
    rules.says("lena", "team left Ana confirmed")
    rules.says("lena", "team left Ben confirmed")
    anas, bens = continuity.draw(rules.room, "ana", "lena"), continuity.draw(rules.room, "ben", "lena")

    assert anas
    assert bens
    assert "That leaves the team without a facilitator" in text.draw(anas)
    assert "facilitator" not in text.draw(bens)
    assert "Swap rooms" in text.draw(bens)


def test_whoever_makes_a_team_smaller_than_three_is_told() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher", cara="teacher", kay="coach")

    assert "fewer than three" not in told(rules.says("lena", "team left Cara"))
    rules.says("lena", "team left Cara confirmed")
    assert "a team needs three: add somebody with team add" in told(rules.says("lena", "team left Ben"))
    assert "fewer than three" in told(rules.says("lena", "team left Ben confirmed"))
    assert "fewer than three" not in told(rules.says("lena", "team left Kay")), "a coach is beside the team"


def test_who_is_handed_facilitating_hears_what_it_means_and_gives_it_back() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.starts("ana")
    assert "I tell them what that means" in told(rules.says("ana", "cycle hand over Ben"))
    (send,) = _handed(rules)
    assert (send.to, send.kind, send.due) == ("ben", SendKind.PROMPT, rules.now)
    card = cards.draw(rules.room, send.card, send.to)
    assert card is not None
    assert "Ana A. has handed facilitating Leadership team to you" in text.draw(card)
    says = {button.label: button.says for button in card.buttons}
    assert isinstance(rules.says("ben", says["Hand it on"]), Form)

    rules.says("ben", says["Give it back to Ana"])
    assert rules.room.roles("ana") == {Role.TEACHER, Role.FACILITATOR}
    assert rules.room.roles("ben") == {Role.TEACHER}
    assert [each.to for each in _handed(rules)] == ["ben", "ana"], "who has it back hears of it, too"
    assert cards.draw(rules.room, send.card, send.to) is None, "what is handed back is not told any more"


def test_who_takes_facilitating_over_themselves_is_not_told_what_they_did() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")

    assert told(rules.says("lena", "cycle hand over Lena")) == "Lena L. is the facilitator from now on."
    rules.says("lena", "cycle hand over Lena")
    assert not _handed(rules)


def _handed(rules: Rules) -> list[Send]:
    return [send for send in rules.sends.values() if send.card.startswith("handed ")]
