"""Words that may name a student wait for their author, who alone is asked: edit or post?"""

from datetime import timedelta

from adapters import text
from bot.config import Settings
from bot.rehearsal import Player
from bot.retention import expire
from flows.markup import plain, silent
from tests.world import School, labels, plans, told

NAMED = "Jayden cannot read yet"


async def test_a_need_that_names_a_student_is_listed_once_its_author_says_so(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")

    asked = told(await ben.says(f"need {NAMED}"))
    assert "This looks like it names a student: “Jayden”. Edit it, or post it as it is?" in asked
    assert labels(ben.note) == ["Edit", "Post it as it is"]
    assert (await school.room()).needs == ()
    assert "Jayden" not in _read_by(school, ana)

    assert "Noted as need 1" in told(await ben.presses("Post it as it is"))
    assert [need.text for need in (await school.room()).needs] == [NAMED]
    assert "settled already" in told(await ben.says("post as written 1"))
    assert not (await school.room()).doubts[0].said


async def test_words_are_edited_where_they_were_typed(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ben.says(f"need {NAMED}")

    await ben.presses("Edit")
    assert ben.form.fields[0].value == f"need {NAMED}"
    assert "Noted as need 1" in told(await ben.submits({"text": "need Some of our third graders cannot read yet"}))
    assert [need.text for need in (await school.room()).needs] == ["Some of our third graders cannot read yet"]
    assert not (await school.room()).doubts[0].said


async def test_an_edit_that_names_another_student_is_asked_about_and_an_unchanged_one_is_not(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ben.says(f"need {NAMED}")
    await ben.presses("Edit")
    assert "“Aaliyah”" in told(await ben.submits({"text": "need Aaliyah cannot read yet"}))

    await ben.presses("Edit")
    assert "Noted as need 1" in told(await ben.submits({"text": "need Aaliyah cannot read yet"}))


async def test_an_answer_typed_to_a_question_waits_and_is_taken_for_the_same_question(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.types(NAMED)
    assert "names a student: “Jayden”" in plain(ben.last.text)
    assert "Jayden" not in silent(ben.last.text)
    assert "Jayden" not in ben.last.preview

    await ben.types("post it as it is")
    assert "I noted that as your answer" in ben.last.text
    assert [need.text for need in (await school.room()).needs] == [NAMED]


async def test_who_types_it_again_without_the_name_has_edited_it(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.types(NAMED)
    await ben.types("Our third graders cannot read yet")

    assert [need.text for need in (await school.room()).needs] == ["Our third graders cannot read yet"]
    assert not (await school.room()).doubts[0].said


async def test_the_same_words_once_more_are_posted(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ben.says(f"need {NAMED}")

    assert "Noted as need 1" in told(await ben.says(f"need {NAMED}"))


async def test_a_form_is_asked_about_as_a_whole_and_opens_as_it_was_filled(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await school.until("2027-02-08 08:00")
    await ben.fills(strength="Reading groups", need="Planning time", evidence="J.T. in 4th grade waits", area="time")
    assert "“J.T.”" in plain(ben.note.text)
    assert (await school.room()).needs == ()

    await ben.presses("Edit")
    assert {"Planning time", "J.T. in 4th grade waits"} <= {each.value for each in ben.form.fields}
    values = {each.key: each.value for each in ben.form.fields}
    key = next(key for key, value in values.items() if value == "J.T. in 4th grade waits")
    await ben.submits({**values, key: "A fourth grader waits"})
    assert [each.evidence for each in (await school.room()).needs] == ["A fourth grader waits"]


async def test_a_reflection_is_its_authors_and_asked_about_when_a_line_is_shared(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await school.until("2027-02-12 10:00")
    await ben.says("reflect")
    await ben.fills(what="Jayden read a page", so_what=None, now_what=None)
    assert "names a student" not in _told_to(ben)

    await ben.presses("Share with the team")
    assert "names a student: “Jayden”" in plain(ben.note.text)
    assert (await school.room()).lines == ()
    await ben.presses("Edit")
    assert "Jayden read a page" in [each.value for each in ben.form.fields]
    ben.form = None
    await ben.says("post as written 1")
    assert [line.text for line in (await school.room()).lines] == ["Jayden read a page"]


async def test_a_decision_is_asked_about_before_it_can_be_posted(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await lena.says("decide")
    await lena.fills(question="Who meets my student Xzyrion?", mode="tell", reason="He asked", limits=None)
    assert "“Xzyrion”" in plain(lena.note.text)
    assert (await school.room()).decisions == ()

    await lena.presses("Post it as it is")
    assert "Xzyrion" in text.draw(lena.note)
    assert (await school.room()).decisions[0].state == "draft"


async def test_names_of_the_team_are_nobodys(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Jayden", administrator="Lena")
    await school.comes_to("needs")

    assert "Noted as need 1" in told(await ana.says(f"need {NAMED}"))


async def test_what_waits_stands_at_home_and_is_gone_after_two_weeks(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("act")
    await plans(ben, "Jayden gets a reading partner", "2027-03-12")
    assert "1 text of yours waits for your word" in told(await ben.says("home"))
    assert (await school.room()).actions == ()

    settings = Settings(database_url=school.url)
    for days, is_there in ((13, True), (2, False)):
        school.clock.set(school.clock.now + timedelta(days=days))
        await expire(school.rehearsal.database, settings)
        assert bool((await school.room()).doubts[0].said) is is_there, "whether anybody of the team speaks or not"
    assert "waits for your word" not in told(await ben.says("home"))


async def test_the_name_of_a_closure_that_names_a_student_waits_for_its_authors_word(school: School) -> None:
    ana, _, lena = await school.team("Ana", "Ben", administrator="Lena")
    for said in ("2027-04-01 because Jayden died", "2027-04-02 because of Martin Luther King Day", "2027-04-13 Snow"):
        await lena.says(f"closure {said}")
    assert "Jayden" not in told(await ana.says("closures"))
    assert [each.name for each in (await school.room()).calendar.closures[-2:]] == ["Martin Luther King Day", "Snow"]

    await lena.says("closure")
    assert "names a student: “Jayden's”" in told(await lena.fills(first="2027-04-15", name="Jayden's funeral"))
    await lena.presses("Edit")
    await lena.fills(first="2027-04-15", name="A funeral")
    assert "A funeral" in told(await ana.says("closures"))
    await lena.says("post as written 1")
    assert "Jayden died" in told(await ana.says("closures"))


async def test_a_doubt_speaks_the_language_of_its_author(school: School) -> None:
    _, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await school.comes_to("needs")
    await ben.says("language Español")

    assert "Parece que esto nombra a un estudiante: «Yahir»" in told(await ben.says("need Mi alumno Yahir no lee"))
    await ben.types("publícalo")
    assert [need.text for need in (await school.room()).needs] == ["Mi alumno Yahir no lee"]


def _read_by(school: School, *players: Player) -> str:
    posts = [post for post in school.stage.posts if post.place in {player.place for player in players}]
    return "\n".join(text.draw(each) for each in [post.message for post in posts] + school.channel.messages)


def _told_to(player: Player) -> str:
    return "\n".join(
        [text.draw(post.message) for post in player.posts] + ([text.draw(player.note)] if player.note else [])
    )
