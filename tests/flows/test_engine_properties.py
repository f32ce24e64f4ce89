"""Whatever a person does and however the script changes meanwhile, answers stay true to what was asked."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.answers import fits
from flows.engine import (
    Event,
    Opened,
    Picked,
    Submitted,
    Turn,
    Typed,
    advance,
    chat_question,
    counted,
    invite,
    is_complete,
)
from flows.flow import Asked, Conversation, Flow, Group, Place, Step
from flows.loader import load_scripts
from flows.messages import Errors, Field, Form, Kind, Option
from flows.route import route

PHRASES = load_scripts().phrases()
NOW = datetime(2027, 3, 3, 10, tzinfo=UTC)
CHOICES = {
    "members": (Option("m1", "Ana Ruiz"), Option("m2", "Ben Okafor")),
    "needs": (Option("4", "Planning time"), Option("7", "Reading groups")),
    "actions": (Option("1", "Visit {name}"), Option("2", "Ask *Kim*")),
    "resources": (),
}
OPTIONS = (Option("a", "Arts"), Option("b", "Biology"), Option("c", "Chemistry"))
CHOSEN, TEXTS = (Kind.OPTIONS, Kind.SCALE, Kind.SEVERAL, Kind.DOTS), (Kind.TEXT, Kind.LONG)
NAMES = ("first", "second", "third", "fourth", "fifth")


# ---------------------------------------------------------------- scripts, and how they change


@st.composite
def steps(draw: st.DrawFn, key: str, before: tuple[str, ...] = ()) -> Step:
    kind = draw(st.sampled_from(Kind))
    options = draw(st.sampled_from([OPTIONS, OPTIONS[:2], OPTIONS[1:]]))
    return Step(
        key,
        draw(st.sampled_from([f"What of {key}?", f"{{name}}, and {key}?", f"{{subject}}: {key}?"])),
        kind,
        options=tuple(Option(str(n), str(n)) for n in range(1, 5)) if kind is Kind.SCALE else options,
        choices={Kind.PERSON: "members", Kind.DOTS: "needs"}.get(kind, draw(st.sampled_from(["", "", "resources"])))
        if kind in (Kind.PERSON, Kind.DOTS, Kind.OPTIONS)
        else "",
        when=((draw(st.sampled_from(before)), draw(st.sampled_from("abc"))),) if before and draw(st.booleans()) else (),
        optional=draw(st.booleans()),
        budget=5,
        most=3,
    )


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """A flow of some of five questions, in any order, perhaps two of them in a group."""
    keys = tuple(draw(st.permutations(NAMES)))[: draw(st.integers(1, 5))]
    asked = tuple(draw(steps(key, keys[:place])) for place, key in enumerate(keys))
    groups: tuple[Group, ...] = ()
    if len(keys) > 1 and draw(st.booleans()):
        members = keys[draw(st.integers(0, len(keys) - 2)) :][:2]
        groups = draw(
            st.sampled_from([(Group("many", members, "Another?", most=3),), (Group("many", members, each="actions"),)])
        )
    return Flow("talk", "A talk", asked, groups, style=draw(st.sampled_from(["form", "chat"])))


# ---------------------------------------------------------------- a person who remembers what was put to her


@dataclass
class Person:
    flow: Flow
    conversation: Conversation
    put: set[tuple[Place, Asked]] = field(default_factory=set)
    """every question that ever stood before her, as it stood there"""
    shown: Form | None = None

    def does(self, event: Event) -> Turn:
        before = self.conversation
        turn = advance(self.flow, before, event, NOW, PHRASES, "Ana")
        self.conversation = turn.conversation
        self.check(before, event, turn)
        self.look(turn)
        return turn

    def look(self, turn: Turn) -> None:
        """Remember the questions on the form, and the one in the chat, which must stand in the message."""
        if isinstance(turn.reply, Form):
            self.shown = turn.reply
            for each in turn.reply.fields:
                self.put.add(seen(each))
        asked = chat_question(turn.conversation)
        if turn.says and asked is not None and turn.says[-1].text.endswith(asked.words):
            self.put.add((asked.place, bare(asked)))

    def check(self, before: Conversation, event: Event, turn: Turn) -> None:
        after = turn.conversation
        if isinstance(event, Typed) and chat_question(before) is None:
            self.check_first_words(before, turn)
        for answer in turn.answered:
            versions = [asked for place, asked in self.put if place == answer.place]
            same_words = [asked for asked in versions if asked.words == answer.words]
            assert same_words, "an answer keeps words that were put to the person"
            assert any(fits(asked, answer.value) for asked in same_words), "and is an answer to them"
            known = before.answers.get(answer.place)
            assert answer.revision == (known.revision + 1 if known else 1)
            assert after.answers[answer.place] == answer
        if isinstance(event, Typed) and turn.answered:
            question = chat_question(before)
            assert question is None or [answer.place for answer in turn.answered] == [question.place]
        changed = {answer.place for answer in turn.answered}
        for place, answer in before.answers.items():
            assert place in changed or after.answers[place] == answer, "no answer is lost or moved"
        assert set(after.answers) == set(before.answers) | changed
        self.check_counted()

    def check_first_words(self, before: Conversation, turn: Turn) -> None:
        """Words to an invitation may answer one question, which the reply puts into words: text only the first ones."""
        for answer in turn.answered:
            assert answer.words in turn.says[0].text
            spot = next(spot for spot in route(self.flow, before) if spot.place == answer.place)
            assert spot.asked.kind in CHOSEN or (spot.asked.kind in TEXTS and not before.answers)
            self.put.add((answer.place, replace(bare(spot.asked), words=answer.words)))

    def check_counted(self) -> None:
        """What counts answers a question that is asked now, takes it, and whose condition holds."""
        known = {step.key: step for step in self.flow.steps}
        group_of = {key: group for group in self.flow.groups for key in group.steps}
        values = counted(self.flow, self.conversation)
        for (key, item), answer in values.items():
            step = known[key]
            options = CHOICES[step.choices] if step.choices else step.options
            assert fits(replace(step, options=options), answer.value)
            for other, wanted in step.when:
                same = group_of.get(key) is not None and group_of.get(key) is group_of.get(other)
                found = values[other, item if same else 0].value
                assert wanted == found or wanted in found


def bare(asked: Asked) -> Asked:
    return replace(asked, form=False)


def seen(each: Field) -> tuple[Place, Asked]:
    step, _, item = each.key.partition(".")
    place = (step, int(item))
    asked = Asked(
        *place,
        each.label,
        each.kind,
        each.options,
        optional=each.optional,
        budget=each.budget,
        most=each.most,
    )
    return place, asked


def good_value(draw: Any, kind: Kind, options: tuple[Option, ...]) -> Any:
    """A value that a question of this kind takes from a form."""
    keys = [option.key for option in options]
    match kind:
        case Kind.TEXT | Kind.LONG:
            return draw(st.sampled_from(["a", "2027-04-01", "yes", "m1", "1", "More time, please"]))
        case Kind.OPTIONS | Kind.PERSON | Kind.SCALE:
            return draw(st.sampled_from(keys))
        case Kind.SEVERAL:
            return draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
        case Kind.DATE:
            return draw(st.sampled_from(["2027-04-01", "2027-05-02"]))
        case Kind.YES_NO:
            return draw(st.booleans())
        case Kind.DOTS:
            return {key: draw(st.integers(1, 2)) for key in keys}


def good_words(draw: Any, asked: Asked) -> str:
    """Words that answer this question when they are typed."""
    value = good_value(draw, asked.kind, asked.options)
    match asked.kind:
        case Kind.SEVERAL:
            return " and ".join(value)
        case Kind.DOTS:
            return ", ".join(f"{key}: {dots}" for key, dots in value.items())
        case Kind.YES_NO:
            return "Yes!" if value else "nope"
        case Kind.PERSON:
            return next(option.label for option in asked.options if option.key == value)
        case _:
            return str(value)


def filled(draw: Any, shown: Form) -> dict[str, Any]:
    return {each.key: good_value(draw, each.kind, each.options) for each in shown.fields}


ANYTHING = st.sampled_from(("stop", "later", "skip", "Back", "keep", "help")) | st.sampled_from(
    ("b", "Arts", "2", "friday", "no", "me", "4: 3", " ", "x" * 3000, "*{name}* {subject}")
)  # fmt: skip


def next_event(data: st.DataObject, ana: Person) -> Event:
    """Something that a person might do now: sensible, hasty, stale or nonsense."""
    asked = chat_question(ana.conversation)
    choice = data.draw(st.sampled_from(["type", "answer", "answer", "form", "chat", "send", "send", "half", "pick"]))
    match choice:
        case "answer" if asked:
            return Typed(good_words(data.draw, asked))
        case "form" | "chat":
            return Opened(choice)
        case "send" if ana.shown:
            return Submitted(filled(data.draw, ana.shown))
        case "half" if ana.shown:
            values = filled(data.draw, ana.shown)
            return Submitted({key: values[key] for key in data.draw(st.lists(st.sampled_from(sorted(values))))})
        case "pick":
            key = f"{data.draw(st.sampled_from(NAMES))}.{data.draw(st.integers(0, 2))}"
            return Picked(key, data.draw(st.sampled_from(["a", "b", "1", "yes", "", "m2"])))
    return Typed(data.draw(ANYTHING))


def finish(data: st.DataObject, ana: Person) -> None:
    """Answer what is open, in the chat or on forms, until nothing is."""
    for _ in range(60):
        if is_complete(ana.flow, ana.conversation):
            return
        if data.draw(st.booleans()):
            ana.does(Opened("chat"))
            asked = chat_question(ana.conversation)
            assert asked is not None
            ana.does(Typed("no" if asked.step == "many" else good_words(data.draw, asked)))
        else:
            ana.does(Opened("form"))
            assert ana.shown is not None
            turn = ana.does(Submitted({**filled(data.draw, ana.shown), **no_more(ana.shown)}))
            assert not isinstance(turn.reply, Errors)
    raise AssertionError("the flow cannot be finished")


def no_more(shown: Form) -> dict[str, bool]:
    return {each.key: False for each in shown.fields if each.key.startswith("many.")}


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_answers_stay_true_to_what_was_asked_while_the_script_changes(data: st.DataObject) -> None:
    flow = data.draw(flows())
    conversation = Conversation("1/x", "talk", "m1", NOW, choices=CHOICES)
    ana = Person(flow, conversation)
    ana.look(invited := invite(flow, conversation, "Ana", PHRASES))
    ana.conversation = invited.conversation

    for _ in range(data.draw(st.integers(0, 14))):
        if data.draw(st.integers(0, 3)) == 0:
            ana.flow = data.draw(flows())
            ana.check_counted()
        ana.does(next_event(data, ana))

    finish(data, ana)


@given(flows(), st.data())
@settings(max_examples=120, deadline=None)
def test_form_and_chat_lead_to_the_same_answers(flow: Flow, data: st.DataObject) -> None:
    """One person answers on forms, another types the same in the chat."""
    values: dict[str, Any] = {}
    ana = Person(flow, Conversation("1/x", "talk", "m1", NOW, choices=CHOICES))
    ben = Person(flow, Conversation("1/y", "talk", "m2", NOW, choices=CHOICES))
    while not is_complete(flow, ana.conversation):
        ana.does(Opened("form"))
        assert ana.shown is not None
        given = {**filled(data.draw, ana.shown), **no_more(ana.shown)}
        values |= given
        ana.does(Submitted(given))

    ben.does(Opened("chat"))
    while (asked := chat_question(ben.conversation)) is not None:
        value = values[f"{asked.step}.{asked.item}"]
        ben.does(Typed(as_typed(asked, value)))

    assert {place: answer.value for place, answer in counted(flow, ana.conversation).items()} == {
        place: answer.value for place, answer in counted(flow, ben.conversation).items()
    }


def as_typed(asked: Asked, value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(value)
        case dict():
            return "; ".join(f"{key} = {dots}" for key, dots in value.items())
        case _ if asked.kind is Kind.PERSON:
            return next(option.label for option in asked.options if option.key == value)
        case _:
            return str(value)


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None)
def test_whatever_is_typed_gets_one_message_back(said: str) -> None:
    for kind in Kind:
        options = CHOICES["needs"] if kind is Kind.DOTS else OPTIONS
        if kind is Kind.SCALE:
            options = tuple(Option(str(n), str(n)) for n in range(1, 5))
        step = Step("first", "What?", kind, options, budget=5, most=3)
        ana = Person(Flow("talk", "A talk", (step,), style="chat"), Conversation("1/x", "talk", "m1", NOW))
        ana.does(Opened(""))

        turn = ana.does(Typed(said))

        assert len(turn.says) == 1
        assert turn.says[0].text
        assert turn.reply is None
