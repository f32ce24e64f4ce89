"""The command that says to which grade, department or other circle somebody belongs: decisions can ask it alone."""

from collections.abc import Mapping

from .. import circles
from ..commands import Call, Command
from ..messages import Field, Form, Kind, Option, Value
from ..outcome import Outcome, Refused
from ..people import Member


def circle(call: Call) -> Outcome:
    """Put somebody into circles: `team circle Ben Grade 4, Science`; without words, open the form."""
    first, _, rest = call.rest.partition(" ")
    if not first:
        return call.show(_form(call))
    member = call.person(first, tuple(call.room.present()))
    return _kept(call, member, rest) if rest else call.show(_form(call, member))


def _form(call: Call, member: Member | None = None) -> Form:
    people = tuple(Option(each.id, each.name) for each in call.room.present())
    groups = circles.of(call.room, member.id) if member else ()
    fields = (
        Field("member", call.say("team.circle_who"), Kind.PERSON, people, value=member.id if member else None),
        Field(
            "circles",
            call.say("team.ask_circles"),
            value=", ".join(groups) or None,
            hint=call.say("team.circles_hint"),
            optional=True,
        ),
    )
    return Form("order team circle", call.say("team.circle_title"), fields, about=call.room.team.id)


def circle_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `team circle`: without a circle, somebody is in none."""
    if not values.get("member"):
        raise Refused(call.say("answers.missing"), "member")
    member = call.person(str(values["member"]), tuple(call.room.present()))
    return _kept(call, member, str(values.get("circles") or ""))


def _kept(call: Call, member: Member, words: str) -> Outcome:
    names = tuple(dict.fromkeys(word for part in words.split(",") if (word := part.strip())))
    outcome = circles.put(call.room, member.id, names)
    said = "team.in_circles" if names else "team.in_no_circle"
    return outcome + call.tell(call.say(said, name=member.name, labels=names))


COMMANDS = (Command("team circle", "team change", circle, circle_filled),)
