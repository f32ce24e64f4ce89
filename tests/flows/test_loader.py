"""Scripts: how they are written, and what a coach is told about every mistake."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.complaints import judge
from flows.loader import SHIPPED, NoSuchScript, ScriptError, load_scripts
from flows.messages import Kind, Option
from flows.phrases import Phrases, Raw
from flows.script import QUESTION_KEYS, TOP_KEYS

GOOD = """
title   = "What do we need?"
minutes = 2

[need]
say = "What would help?"

[area]
say     = "Which area?"
options = { teaching = "Teaching", other = "Something else" }

[area_other]
say  = "Which one?"
when = { area = "other" }

[needs]
steps = ["need", "area", "area_other"]
again = "Is there another need?"
"""


def write(folder: Path, **files: str) -> Path:
    """Write files; `talk_es` is talk.es.toml."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        stem, _, language = name.partition("__")
        path = folder / (f"{stem}.{language}.toml" if language else f"{stem}.toml")
        path.write_text(text, encoding="utf-8")
    return folder


def complaints(*folders: Path) -> list[str]:
    with pytest.raises(ScriptError) as refused:
        load_scripts(*folders)
    assert str(refused.value) == "\n".join(refused.value.complaints)
    return list(refused.value.complaints)


def top(**lines: str) -> str:
    """A good script with other lines at its top; an empty one is left out."""
    known = {"title": '"A talk"', "minutes": "2"} | lines
    return "".join(f"{key} = {value}\n" for key, value in known.items() if value) + '[need]\nsay = "What?"\n'


def step(lines: str, name: str = "area") -> str:
    """A good script with one more question."""
    return top() + f"[{name}]\n{lines}\n"


def group(lines: str) -> str:
    """A good script with a group and two more questions."""
    return top() + '[one]\nsay = "One?"\n[two]\nsay = "Two?"\n' + f"[many]\n{lines}\n"


OPTIONS = 'say = "Which?"\noptions = { a = "Arts", b = "Biology" }'
MISTAKES: dict[str, tuple[str, str]] = {
    # ---- the file
    "an empty file": (
        "",
        ': "title" is missing at the top. Add a line like title = "What do we need most?".',
    ),
    "no question": (
        'title = "A talk"\nminutes = 1',
        ': it asks nothing. Add a question: a line like [need], and below it say = "What would help?".',
    ),
    "text without quotes": (
        "title = What is our #1 need?",
        " line 1: this cannot be read:  title = What is our #1 need?\n"
        '    Text stands in quotes, like say = "What would help?".',
    ),
    "a colon for an equals sign": (
        'title: "A talk"',
        ' line 1: this cannot be read:  title: "A talk"\n    A line is written like say = "What would help?".',
    ),
    "curly quotes": (
        "title = “A talk”",
        " line 1: this cannot be read:  title = “A talk”\n"
        '    Use straight quotes "…" around text; a word processor makes them curly.',
    ),
    "a quote that is never closed": (
        'title = "A talk\nminutes = 2',
        ' line 1: this cannot be read:  title = "A talk\n    The text must end with a quote " on the same line.',
    ),
    "quotes inside quotes": (
        'title = "A "good" talk"',
        ' line 1: this cannot be read:  title = "A "good" talk"\n'
        '    Inside "…" write a quote as \\", and begin a remark with #.',
    ),
    "a question that is there twice": (
        step('say = "One?"') + '[area]\nsay = "Two?"',
        " line 7: this cannot be read:  [area]\n    The same name is there twice. Rename one of them or take it out.",
    ),
    "a key that is there twice": (
        step('say = "One?"\nsay = "Two?"'),
        ' line 7: this cannot be read:  say = "Two?"\n'
        "    The same name is there twice. Rename one of them or take it out.",
    ),
    "a bracket that is never closed": (
        step('say = "Which?"\noptions = ["A", "B"'),
        ": its last lines cannot be read. A square bracket [ … ] is not closed.",
    ),
    "a backslash": (
        step('say = "C:\\docs"'),
        ' line 6: this cannot be read:  say = "C:\\docs"\n    Write a backslash twice, like \\\\.',
    ),
    "two pairs of brackets": (
        top() + '[[area]]\nsay = "Which?"',
        " [area]: write its name in one pair of brackets, [area].",
    ),
    # ---- the top
    "no title": (
        top(title=""),
        ': "title" is missing at the top. Add a line like title = "What do we need most?".',
    ),
    "no minutes": (
        top(minutes=""),
        ': "minutes" is missing at the top. Say how long it takes, like minutes = 2.',
    ),
    "minutes in words": (
        top(minutes='"two"'),
        ': "minutes" must be a whole number without quotes, like minutes = 2.',
    ),
    "half minutes": (
        top(minutes="1.5"),
        ': "minutes" must be a whole number without quotes, like minutes = 2.',
    ),
    "too many minutes": (top(minutes="90"), ': "minutes" must be from 0 to 30; it is 90.'),
    "an unknown key at the top": (top(titel='"x"'), ': "titel" is not known here. Did you mean "title"?'),
    "a key of a question at the top": (
        top(say='"x"'),
        ': "say" belongs to a question. Put it below a line like [need].',
    ),
    "a title too long": (
        top(title=f'"{"x" * 151}"'),
        ': "title" has 151 characters; there is room for 150. Please shorten it.',
    ),
    "a title that is a number": (top(title="7"), ': "title" must be a text in quotes, like title = "…".'),
    "a word in the title": (
        top(title='"Hello {name}"'),
        ': "title" has {name}, which is never filled in. No {word} is filled in here.',
    ),
    "an unknown style": (
        top(style='"from"'),
        ': "style" cannot be "from". Did you mean "form"?',
    ),
    "unknown people": (
        top(asks='"everyone"'),
        ': "asks" cannot be "everyone". Known here: administrators, coach, facilitator, lead, members, staff.',
    ),
    "unknown readers": (
        top(shares='"with name"'),
        ': "shares" cannot be "with name". Did you mean "with names"?',
    ),
    "a nudge as a number": (
        top(nudge="3"),
        ': "nudge" is written like nudge = "3 days". They are school days.',
    ),
    "a nudge in weeks": (
        top(nudge='"1 week"'),
        ': "nudge" is written like nudge = "3 days". They are school days.',
    ),
    "a close in no days": (
        top(closes='"0 days"'),
        ': "closes" is written like closes = "3 days". They are school days.',
    ),
    "a nudge after the close": (
        top(nudge='"7 days"', closes='"5 days"'),
        ': "nudge" comes after 7 days, but it closes after 5. Nudge earlier or close later.',
    ),
    "an unknown way to answer": (
        top(answers='"forms only"'),
        ': "answers" cannot be "forms only". Did you mean "form only"?',
    ),
    "a chat that is a form only": (
        top(style='"chat"', answers='"form only"'),
        ': style = "chat" and answers = "form only" contradict each other. Take one of them out.',
    ),
    "an empty intro": (
        top(intro='" "'),
        ': "intro" is empty. Write the words between the quotes, or take the line out.',
    ),
    "Markdown's two stars": (
        top(intro='"Very **bold**"'),
        ': "intro" has two stars in a row. One star on each side makes bold: *like this*.',
    ),
    # ---- a question
    "an unknown key": (
        step('sai = "Which?"\nsay = "Which?"'),
        ' [area]: "sai" is not known here. Did you mean "say"?',
    ),
    "no words": (
        step("optional = true"),
        ' [area]: it has no words. Add a line like say = "What would help most?".',
    ),
    "empty words": (
        step('say = ""'),
        ' [area]: "say" is empty. Write the words between the quotes, or take the line out.',
    ),
    "too many words": (
        step(f'say = "{"x" * 2001}"'),
        ' [area]: "say" has 2,001 characters; there is room for 2,000. Please shorten it.',
    ),
    "an unknown word to fill in": (
        step('say = "Hello {nmae}"'),
        ' [area]: "say" has {nmae}, which is never filled in. Known here: {name}.',
    ),
    "a subject outside a group": (
        step('say = "How is {subject}?"'),
        ' [area]: "say" has {subject}, which is never filled in. Known here: {name}.',
    ),
    "a setting below a question": (
        step('say = "Which?"\nnudge = "3 days"'),
        ' [area]: "nudge" belongs at the top of the file, above the first [question].',
    ),
    "a switch in quotes": (
        step('say = "Which?"\noptional = "yes"'),
        ' [area]: "optional" must be true or false, without quotes.',
    ),
    "a bad name": (
        step('say = "Which?"', name="Area-Other"),
        " [Area-Other]: a name has small letters, digits and _ only, and starts with a letter, like [area_other].",
    ),
    "a reserved name": (
        top(title="") + '[title]\nsay = "What?"',
        ' [title]: "title" is a word of the scripts themselves. Give the question another name.',
    ),
    "two kinds at once": (
        step(OPTIONS + "\ndate = true"),
        ' [area]: "date" and "options" are different kinds of question. Keep one of them.',
    ),
    "options and choices": (
        step(OPTIONS + '\nchoices = "needs"'),
        ' [area]: "choices" and "options" are two lists of options. Keep one of them.',
    ),
    "choices for a day": (
        step('say = "When?"\ndate = true\nchoices = "needs"'),
        ' [area]: "choices" and "date" do not go together. Keep one of them.',
    ),
    "unknown choices": (
        step('say = "Which?"\nchoices = "need"'),
        ' [area]: "choices" cannot be "need". Did you mean "needs"?',
    ),
    "several of nothing": (
        step('say = "Which?"\nseveral = true'),
        ' [area]: "several" needs something to choose from: add options = ["…", "…"] or choices = "needs".',
    ),
    "several as a group": (
        step('say = "Which?"\nseveral = ["need", "area"]\noptions = ["A", "B"]'),
        ' [area]: "several" must be true or false. To ask several questions again and again, make a group:'
        ' steps = ["need", "area"] and again = "Is there another one?".',
    ),
    "options as a text": (
        step('say = "Which?"\noptions = "A, B"'),
        ' [area]: "options" must be a list like ["Done", "Not yet"] or a table: { a = "Done", b = "Not yet" }.',
    ),
    "one option": (
        step('say = "Which?"\noptions = ["A"]'),
        ' [area]: "options" needs at least two to choose from.',
    ),
    "too many options": (
        step(f'say = "Which?"\noptions = {[f"Option {n}" for n in range(101)]}'.replace("'", '"')),
        ' [area]: "options" has 101 entries; there is room for 100.',
    ),
    "the same option twice": (
        step('say = "Which?"\noptions = { a = "Arts", b = "arts " }'),
        ' [area]: the option "arts " is there twice.',
    ),
    "an option too long": (
        step(f'say = "Which?"\noptions = {{ a = "{"x" * 76}", b = "B" }}'),
        f' [area]: the option "{"x" * 30}" has 76 characters; there is room for 75. Please shorten it.',
    ),
    "an empty option": (
        step('say = "Which?"\noptions = { a = "", b = "B" }'),
        ' [area]: the option "" is empty. Write the words between the quotes, or take the line out.',
    ),
    "an option that is a number": (
        step('say = "Which?"\noptions = { a = 1, b = "B" }'),
        " [area]: the option 1 must be a text in quotes.",
    ),
    "a bad option key": (
        step('say = "Which?"\noptions = { Not-Yet = "Not yet", b = "B" }'),
        ' [area]: the option key "Not-Yet" must have small letters, digits and _ only, like not_yet = "Not yet".',
    ),
    "an option without letters": (
        step('say = "Which?"\noptions = ["👍", "👎"]'),
        ' [area]: the option "👍" needs a key of plain letters: write options = { a = "👍", … }.',
    ),
    "bold in an option": (
        step('say = "Which?"\noptions = ["*A*", "B"]'),
        ' [area]: the option "*A*" has a star. Options are plain words: nothing in them is bold.',
    ),
    "an option that steers the chat": (
        step('say = "Which?"\noptions = ["Now", "Later"]'),
        ' [area]: the option "Later" is a word that people use to steer the chat. Choose another.',
    ),
    "a scale with one name": (
        step('say = "How?"\nscale = ["It can wait"]'),
        ' [area]: "scale" needs the names of its two ends, like scale = ["It can wait", "This week"].',
    ),
    "a scale of numbers": (
        step('say = "How?"\nscale = [1, 5]'),
        ' [area]: "scale" must be a text in quotes, like scale = "…".',
    ),
    "points without a scale": (
        step('say = "How?"\npoints = 4'),
        ' [area]: "points" belongs to a scale, like scale = ["It can wait", "This week"].',
    ),
    "points where all have names": (
        step('say = "How?"\nscale = ["A", "B", "C"]\npoints = 3'),
        ' [area]: "points" is for a scale of which only the two ends have names. Take it out.',
    ),
    "one point": (
        step('say = "How?"\nscale = ["A", "B"]\npoints = 1'),
        ' [area]: "points" must be from 2 to 10; it is 1.',
    ),
    "dots as a number": (
        step('say = "Where?"\ndots = 5\nchoices = "needs"'),
        ' [area]: "dots" is written like dots = { budget = 5, most = 3 }.',
    ),
    "dots without choices": (
        step('say = "Where?"\ndots = { budget = 5 }'),
        ' [area]: "dots" needs something to give them to: add choices = "needs" or options = ["…", "…"].',
    ),
    "more dots on one than there are": (
        step('say = "Where?"\ndots = { budget = 3, most = 5 }\nchoices = "needs"'),
        ' [area]: "most" cannot be more than the "budget" of dots.',
    ),
    # ---- conditions
    "a condition on a later question": (
        top() + '[area_other]\nsay = "Which?"\nwhen = { topic = "other" }\n'
        '[topic]\nsay = "Topic?"\noptions = ["Other", "None"]',
        " [area_other] waits for [topic], which is not asked before it. Move [topic] above [area_other].",
    ),
    "a condition on a question that is not there": (
        step('say = "Which?"\nwhen = { topic = "other" }', name="area_other"),
        " [area_other] waits for [topic], which is not asked before it. Known here: need.",
    ),
    "a misspelt condition": (
        step(OPTIONS) + '[more]\nsay = "More?"\nwhen = { aera = "a" }',
        ' [more] waits for [aera], which is not asked before it. Did you mean "area"?',
    ),
    "questions that wait for each other": (
        top() + '[one]\nsay = "1?"\noptions = ["A", "B"]\nwhen = { two = "a" }\n'
        '[two]\nsay = "2?"\noptions = ["A", "B"]\nwhen = { one = "a" }',
        " [one] waits for [two], which is not asked before it. Move [two] above [one].",
    ),
    "a question that waits for itself": (
        step(OPTIONS + '\nwhen = { area = "a" }'),
        " [area] waits for itself. Name another question that is asked before it.",
    ),
    "a condition on an option that is not there": (
        step(OPTIONS) + '[more]\nsay = "More?"\nwhen = { area = "c" }',
        ' [more]: [area] has no option "c". Known here: a, b.',
    ),
    "a condition on an answer in words": (
        step('say = "More?"\nwhen = { need = "time" }'),
        " [area] waits for [need], which has no options to wait for.",
    ),
    "a condition on choices": (
        step('say = "Which?"\nchoices = "needs"') + '[more]\nsay = "More?"\nwhen = { area = "7" }',
        " [more] waits for [area], whose options are only known when it is asked. Wait for another question.",
    ),
    "a condition with two options": (
        step(OPTIONS) + '[more]\nsay = "More?"\nwhen = { area = ["a", "b"] }',
        ' [more]: "when" waits for one option of [area], like when = { area = "other" }.',
    ),
    "a condition as a text": (
        step('say = "More?"\nwhen = "area"'),
        ' [area]: "when" is written like when = { area = "other" }.',
    ),
    "a condition on a question of a group": (
        GOOD + '[later]\nsay = "More?"\nwhen = { area = "other" }',
        " [later] waits for [area], which is asked several times. Only its own group can wait for it.",
    ),
    # ---- groups
    "a group of an unknown question": (
        group('steps = ["one", "tow"]\nagain = "Another?"'),
        ' [many]: "steps" names [tow], which is no question here. Did you mean "two"?',
    ),
    "a group of nothing": (
        group('steps = []\nagain = "Another?"'),
        ' [many]: "steps" must be a list of questions, like steps = ["need", "area"].',
    ),
    "a group without its questions": (
        group('again = "Another?"'),
        ' [many]: "steps" must be a list of questions, like steps = ["need", "area"].',
    ),
    "a question twice in its group": (
        group('steps = ["one", "one"]\nagain = "Another?"'),
        ' [many]: "steps" names [one] twice.',
    ),
    "a question in two groups": (
        group('steps = ["one"]\nagain = "Another?"\n[more]\nsteps = ["one", "two"]\nagain = "Another?"'),
        " [one] is in two groups, [many] and [more]. Take it out of one of them.",
    ),
    "a group that does not repeat": (
        group('steps = ["one"]'),
        ' [many]: say how it repeats: again = "Is there another one?" or each = "actions".',
    ),
    "a group that repeats in two ways": (
        group('steps = ["one"]\nagain = "Another?"\neach = "actions"'),
        ' [many]: "again" and "each" are two ways to repeat the questions. Keep one of them.',
    ),
    "a group for each of something unknown": (
        group('steps = ["one"]\neach = "action"'),
        ' [many]: "each" cannot be "action". Did you mean "actions"?',
    ),
    "most for each": (
        group('steps = ["one"]\neach = "actions"\nmost = 3'),
        ' [many]: "most" is for groups with "again". Take it out.',
    ),
    "too many items": (
        group('steps = ["one"]\nagain = "Another?"\nmost = 99'),
        ' [many]: "most" must be from 1 to 20; it is 99.',
    ),
    "an unknown key in a group": (
        group('steps = ["one"]\nagain = "Another?"\nmust = 3'),
        ' [many]: "must" is not known in a group. Did you mean "most"?',
    ),
    "more questions than a form holds": (
        top() + "".join(f'[q{number}]\nsay = "Q?"\n' for number in range(40)),
        ": it has 41 questions; 40 fit on a form. Please take some out.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_its_remedy(tmp_path, mistake):
    text, complaint = MISTAKES[mistake]

    assert f"talk.toml{complaint}" in complaints(SHIPPED, write(tmp_path, talk=text))


def test_a_good_script_has_no_complaint(tmp_path):
    flow = load_scripts(write(tmp_path, talk=GOOD)).flow("talk")

    assert [step.key for step in flow.steps] == ["need", "area", "area_other"]
    assert flow.groups[0].steps == ("need", "area", "area_other")
    assert flow.steps[2].when == (("area", "other"),)


def test_all_mistakes_of_all_files_are_named_at_once(tmp_path):
    folder = write(tmp_path, one=step('sai = "x"'), two=top(minutes=""), three="title = “x”")

    assert len(complaints(folder)) == 4


@pytest.mark.parametrize(
    ("lines", "kind", "more"),
    [
        ("", Kind.TEXT, {}),
        ("long = true", Kind.LONG, {}),
        ("long = false", Kind.TEXT, {}),
        ("date = true", Kind.DATE, {}),
        ("yes_no = true", Kind.YES_NO, {}),
        ("person = true", Kind.PERSON, {"choices": "members"}),
        ('choices = "needs"', Kind.OPTIONS, {"choices": "needs"}),
        ('choices = "needs"\nseveral = true', Kind.SEVERAL, {"choices": "needs"}),
        ('options = ["Not yet", "3 times"]', Kind.OPTIONS, {
            "options": (Option("not_yet", "Not yet"), Option("3_times", "3 times")),
        }),
        ('options = ["3", "4"]', Kind.OPTIONS, {"options": (Option("3", "3"), Option("4", "4"))}),
        ('scale = ["Low", "High"]\npoints = 3', Kind.SCALE, {
            "options": (Option("1", "1 – Low"), Option("2", "2"), Option("3", "3 – High")),
        }),
        ('scale = ["Never", "At times", "Always"]', Kind.SCALE, {
            "options": (Option("1", "1 – Never"), Option("2", "2 – At times"), Option("3", "3 – Always")),
        }),
        ('dots = { budget = 5, most = 3 }\nchoices = "needs"', Kind.DOTS, {"budget": 5, "most": 3}),
        ("optional = true\nhint = \"Like this\"", Kind.TEXT, {"optional": True, "hint": "Like this"}),
        ('when = { sure = true }', Kind.TEXT, {"when": (("sure", "yes"),)}),
    ],
)  # fmt: skip
def test_every_kind_of_question_can_be_written(tmp_path, lines, kind, more):
    text = top() + f'[sure]\nsay = "Sure?"\nyes_no = true\n[asked]\nsay = "Asked?"\n{lines}\n'

    asked = load_scripts(write(tmp_path, talk=text)).flow("talk").steps[-1]

    assert asked.kind is kind
    assert {key: getattr(asked, key) for key in more} == more


def test_the_settings_at_the_top_arrive_in_the_flow(tmp_path):
    lines = {"asks": '"lead"', "style": '"form"', "shares": '"with names"', "nudge": '"1 day"'}
    text = top(**lines, closes='"7 school days"', answers='"form only"', intro='"Hi"', thanks='"Bye"')

    flow = load_scripts(write(tmp_path, talk=text)).flow("talk")

    assert (flow.asks, flow.shares, flow.nudge_days, flow.closes_days) == ("lead", "with names", 1, 7)
    assert (flow.form_only, flow.intro, flow.thanks, flow.minutes) == (True, "Hi", "Bye", 2)


# ---------------------------------------------------------------- files and folders


def test_files_of_any_editor_are_read(tmp_path):
    (tmp_path / "talk.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())

    assert load_scripts(tmp_path).flow("talk").title == "What do we need?"


@pytest.mark.parametrize("content", ['title = "Gr\xfc\xdfe"'.encode("latin-1"), "title = 'x'".encode("utf-16")])
def test_a_file_in_another_encoding_is_named(tmp_path, content):
    (tmp_path / "talk.toml").write_bytes(content)

    assert complaints(tmp_path) == [
        "talk.toml: it is not saved as UTF-8. Open it in your editor and save it with the encoding UTF-8."
    ]


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path):
    (tmp_path / "talk.toml").mkdir()

    assert complaints(tmp_path)[0].startswith("talk.toml: it cannot be opened")


def test_a_bad_file_name_is_named(tmp_path):
    (tmp_path / "My talk.toml").write_text(GOOD)

    assert complaints(tmp_path) == [
        "My talk.toml: a script's file name has small letters, digits and _ only, like needs.toml."
    ]


def test_a_folder_that_is_missing_is_named(tmp_path):
    assert complaints(SHIPPED, tmp_path / "gone") == [
        f"There is no folder {tmp_path / 'gone'}. Create it, or correct LEADCYCLE_SCRIPTS."
    ]


def test_other_files_in_the_folder_do_no_harm(tmp_path):
    (tmp_path / "notes.txt").write_text("[[[")
    (tmp_path / "README.md").write_text("# Ours")

    assert load_scripts(write(tmp_path, talk=GOOD)).flows == {"talk"}


def test_a_school_s_own_file_goes_before_the_shipped_one(tmp_path):
    own = write(tmp_path, reflect=GOOD)

    scripts = load_scripts(SHIPPED, own)

    assert scripts.flow("reflect").title == "What do we need?"
    assert scripts.flow("vote").title == "Which needs come first?"


def test_a_script_that_nobody_wrote_is_asked_for_in_vain():
    with pytest.raises(NoSuchScript, match='no script "neds'):
        load_scripts().flow("neds")


def test_a_school_without_a_course_has_no_cycle(tmp_path):
    scripts = load_scripts(write(tmp_path, talk=GOOD))

    with pytest.raises(NoSuchScript, match="There is no cycle"):
        _ = scripts.cycle


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "[what]",
            "[that]",
            " [what] is missing. Leadcycle works with its answers: keep it, in your own words.",
        ),
        (
            "date = true",
            "long = true",
            " [due]: it must stay a question of the same kind (date). Leadcycle works with its answers.",
        ),
        ('steps = ["what", ', "steps = [", " [what]: it must stay in the group [actions]."),
    ],
)
def test_a_school_s_own_script_keeps_what_leadcycle_works_with(tmp_path, old, new, complaint):
    text = (SHIPPED / "plan.toml").read_text().replace(old, new)

    assert f"plan.toml{complaint}" in complaints(SHIPPED, write(tmp_path, plan=text))


def test_a_school_s_own_script_keeps_the_options_that_leadcycle_works_with(tmp_path):
    text = (SHIPPED / "results.toml").read_text().replace("abandon =", "drop =")

    assert complaints(SHIPPED, write(tmp_path, results=text)) == [
        "results.toml [verdict]: it must keep the options adopt, adapt, abandon. Their labels may change."
    ]


# ---------------------------------------------------------------- languages

SPANISH = """
title = "¿Qué necesitamos?"
[need]
say = "¿Qué ayudaría?"
[area]
say     = "¿Qué área?"
options = { teaching = "Enseñanza", other = "Otra cosa" }
[area_other]
say = "¿Cuál?"
[needs]
again = "¿Hay otra?"
"""


def test_a_translation_holds_words_only(tmp_path):
    scripts = load_scripts(write(tmp_path, talk=GOOD, talk__es=SPANISH))

    flow = scripts.flow("talk", "es-MX")

    assert (flow.title, flow.minutes, flow.language) == ("¿Qué necesitamos?", 2, "es")
    assert flow.steps[1].options == (Option("teaching", "Enseñanza"), Option("other", "Otra cosa"))
    assert flow.steps[2].when == (("area", "other"),)
    assert flow.groups[0].again == "¿Hay otra?"
    assert scripts.flow("talk", "fr").title == "What do we need?"


def test_a_translation_may_be_a_full_copy(tmp_path):
    copy = GOOD.replace("What would help?", "¿Qué ayudaría?")

    assert load_scripts(write(tmp_path, talk=GOOD, talk__es=copy)).flow("talk", "es").steps[0].say == "¿Qué ayudaría?"


def test_options_written_as_a_list_are_translated_in_their_order(tmp_path):
    english = step('say = "Which?"\noptions = ["One", "Two"]')
    spanish = 'title = "Charla"\n[need]\nsay = "¿Qué?"\n[area]\nsay = "¿Cuál?"\noptions = ["Uno", "Dos"]'

    flow = load_scripts(write(tmp_path, talk=english, talk__es=spanish)).flow("talk", "es")

    assert flow.steps[1].options == (Option("one", "Uno"), Option("two", "Dos"))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'other = "Otra cosa"',
            'otro = "Otra", other = "Otra cosa"',
            ' [area]: the option "otro" is not in talk.toml. Did you mean "other"?',
        ),
        (
            '{ teaching = "Enseñanza", other = "Otra cosa" }',
            '["A", "B", "C"]',
            ' [area]: "options" has 3 entries; talk.toml has 2.',
        ),
        ("[need]", "[ned]", ' [ned] is not in talk.toml. Did you mean "need"?'),
        (
            'say = "¿Cuál?"',
            'say = "¿Cuál?"\noptional = true',
            ' [area_other]: "optional" differs from talk.toml. Take it out here: a translation has words only.',
        ),
        (
            'title = "',
            'minutes = 9\ntitle = "',
            ': "minutes" differs from talk.toml. Take it out here: a translation has words only.',
        ),
        (
            'title = "',
            'intro = "Hola"\ntitle = "',
            ': "intro" is not in talk.toml. Take it out here, or add it there.',
        ),
        (
            'say = "¿Cuál?"',
            'say = "¿Cuál, {nombre}?"',
            ' [area_other]: "say" has {nombre}, which is never filled in. Known here: {name}.',
        ),
    ],
)
def test_a_translation_that_differs_is_named(tmp_path, old, new, complaint):
    folder = write(tmp_path, talk=GOOD, talk__es=SPANISH.replace(old, new, 1))

    assert f"talk.es.toml{complaint}" in complaints(folder)


@pytest.mark.parametrize(
    ("old", "new", "note", "read"),
    [
        ('title = "¿Qué necesitamos?"', "", ': "title"', "What do we need?"),
        ('[need]\nsay = "¿Qué ayudaría?"', "", ' [need]: "say"', "What would help?"),
        ('say = "¿Cuál?"', "", ' [area_other]: "say"', "Which one?"),
        (', other = "Otra cosa"', "", ' [area]: the option "other"', "Something else"),
    ],
)
def test_what_a_translation_lacks_is_noted_and_read_as_it_was_written_first(tmp_path, old, new, note, read):
    scripts = load_scripts(write(tmp_path, talk=GOOD, talk__es=SPANISH.replace(old, new, 1)))

    flow = scripts.flow("talk", "es")

    assert scripts.notes == (f"talk.es.toml{note} is not translated, so people read it as it is in talk.toml.",)
    labels = (option.label for step in flow.steps for option in step.options)
    assert read in {flow.title, *(step.say for step in flow.steps), *labels}
    assert "¿Qué área?" in {step.say for step in flow.steps}


def test_a_script_or_phrase_that_a_language_lacks_is_noted(tmp_path):
    scripts = load_scripts(
        write(tmp_path, talk=GOOD, phrases=PHRASES, phrases__es='[engine]\nthanks = "Gracias, {name}."')
    )

    assert scripts.notes == (
        "phrases.es.toml [engine] minutes: not translated, so people read it as in phrases.toml.",
        "phrases.es.toml [engine] words.stop: not translated, so people read it as in phrases.toml.",
        "talk.es.toml: there is none for this talk.toml, so people read that as it is.",
    )


def test_a_scale_with_other_names_in_translation_is_named(tmp_path):
    english = step('say = "How?"\nscale = ["Low", "High"]')
    spanish = 'title = "Charla"\n[need]\nsay = "¿Qué?"\n[area]\nsay = "¿Cómo?"\nscale = ["A", "B", "C"]'

    assert 'talk.es.toml [area]: "scale" has 3 names; talk.toml has 2.' in complaints(
        write(tmp_path, talk=english, talk__es=spanish)
    )


def test_a_translation_of_nothing_or_in_no_language_is_named(tmp_path):
    assert complaints(write(tmp_path, tlak__es=SPANISH, talk__espanol=SPANISH)) == [
        'talk.espanol.toml: "espanol" is not the code of a language. A translation is named like talk.es.toml.',
        "tlak.es.toml: there is no tlak.toml of which this is a translation.",
    ]


def test_a_school_s_own_script_is_not_mixed_with_the_shipped_translation(tmp_path):
    shipped = write(tmp_path / "shipped", talk=GOOD, talk__es=SPANISH)
    own = write(tmp_path / "own", talk=top())

    assert load_scripts(shipped, own).flow("talk", "es").title == "A talk"


# ---------------------------------------------------------------- phrases

PHRASES = """
[engine]
thanks  = "Thank you, {name}."
minutes = { one = "A minute.", other = "About {count} minutes." }
[engine.words]
stop = ["stop"]
"""
SHAPE = 'a phrase must be a text in quotes, or a list of words like ["later", "not now"].'


def test_a_phrase_is_filled_with_inert_words(tmp_path):
    phrases = load_scripts(write(tmp_path, phrases=PHRASES)).phrases()

    assert phrases.say("engine.thanks", name="*Ana*") == "Thank you, \\*Ana\\*."
    assert phrases.say("engine.thanks", name=Raw("*Ana*")) == "Thank you, *Ana*."
    assert phrases.say("engine.minutes", count=1) == "A minute."
    assert phrases.say("engine.minutes", count=2000) == "About 2,000 minutes."
    assert phrases.words("engine.words.stop") == ("stop",)


def test_a_phrase_within_a_phrase_is_escaped_once(tmp_path):
    phrases = load_scripts(write(tmp_path, phrases=PHRASES)).phrases()

    inner = phrases.say("engine.thanks", name="*")

    assert phrases.say("engine.thanks", name=inner) == "Thank you, Thank you, \\*."


def test_a_missing_phrase_or_word_is_a_key_error():
    phrases = Phrases({"a": "Hello {name}"})

    with pytest.raises(KeyError):
        phrases.say("b")
    with pytest.raises(KeyError):
        phrases.say("a")


def test_the_keys_are_those_that_can_be_said(tmp_path):
    phrases = load_scripts(write(tmp_path, phrases=PHRASES)).phrases()

    assert {"engine.thanks", "engine.minutes", "engine.words.stop"} <= phrases.keys
    assert "engine.gone" not in phrases.keys


def test_a_school_or_a_translation_replaces_phrases_one_by_one(tmp_path):
    shipped = write(tmp_path / "shipped", phrases=PHRASES, phrases__es='[engine]\nthanks = "Gracias, {name}."')
    own = write(tmp_path / "own", phrases='[engine]\nthanks = "Cheers, {name}!"')

    scripts = load_scripts(shipped, own)

    assert scripts.phrases("en").say("engine.thanks", name="Ana") == "Cheers, Ana!"
    assert scripts.phrases("es-MX").say("engine.thanks", name="Ana") == "Gracias, Ana."
    assert scripts.phrases("es").say("engine.minutes", count=2) == "About 2 minutes."
    assert scripts.phrases("fr").language == "en"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            '[engine]\nthnaks = "x"',
            ' [engine] thnaks: this phrase is not known here. Did you mean "engine.thanks"?',
        ),
        (
            '[engine]\nthanks = "Bye {nmae}"',
            " [engine] thanks: it has {nmae}, which is never filled in. Known here: {leadcycle} {name}.",
        ),
        ('[engine]\nthanks = ""', f" [engine] thanks: {SHAPE}"),
        ("[engine]\nthanks = 5", f" [engine] thanks: {SHAPE}"),
        (
            '[engine]\nthanks = "**x**"',
            " [engine] thanks: two stars in a row. One star on each side makes bold: *like this*.",
        ),
        ('[engine]\nthanks = ["x"]', " [engine] thanks: it must be one text in quotes."),
        ('[engine.words]\nstop = "x"', " [engine] words.stop: it must be a list of words."),
        ("[engine.words]\nstop = []", f" [engine] words.stop: {SHAPE}"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_school_s_own_phrases_is_named(tmp_path, text, complaint):
    shipped = write(tmp_path / "shipped", phrases=PHRASES)

    assert f"phrases.toml{complaint}" in complaints(shipped, write(tmp_path / "own", phrases=text))


def test_another_language_may_have_other_plurals(tmp_path):
    forms = 'one = "Minuta", few = "{count} minuty", many = "{count} minut", other = "{count}"'
    polish = f"[engine]\nminutes = {{ {forms} }}"

    phrases = load_scripts(write(tmp_path, phrases=PHRASES, phrases__pl=polish)).phrases("pl")

    assert [phrases.say("engine.minutes", count=count) for count in (1, 3, 5)] == [
        "Minuta",
        "3 minuty",
        "5 minut",
    ]


# ---------------------------------------------------------------- whatever is written is judged

ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 200), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from(["needs", "a", "form", "3 days", "{name}", "form only", "members", "need", "area"]),
)  # fmt: skip
KEYS = st.sampled_from(
    (*TOP_KEYS, *QUESTION_KEYS, "steps", "again", "most", "each", "need", "area", "budget", "a", "b")
)
TABLES: st.SearchStrategy[Any] = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20
)


@given(st.dictionaries(KEYS, TABLES, max_size=8))
@settings(max_examples=100, deadline=None)
def test_whatever_a_script_holds_it_is_judged_in_sentences(table):
    for complaint in judge(table, frozenset({"stop"})):
        assert complaint.rstrip()[-1] in ".?]"


@pytest.mark.parametrize("name", ["cycle", "phrases"])
def test_what_is_no_script_is_called_what_it_is(name: str) -> None:
    with pytest.raises(NoSuchScript, match="not a script that asks"):
        load_scripts().flow(name)


def test_a_file_whose_name_ends_in_capitals_is_not_left_out_in_silence(tmp_path: Path) -> None:
    (tmp_path / "Needs.TOML").write_text("", "utf-8")
    with pytest.raises(ScriptError, match="Rename it to needs"):
        load_scripts(SHIPPED, tmp_path)
