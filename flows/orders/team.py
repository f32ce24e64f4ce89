"""The commands about who is on the team and what each of them is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from .. import continuity, newcomers, placements, sight
from ..commands import Call, Command
from ..flow import NotAnAnswer
from ..messages import Button, Field, Form, Item, Kind, Option, Value
from ..newcomers import EMAIL, Written
from ..options import find_person, quoted
from ..outcome import Fact, Outcome, Refused
from ..people import LEAST_PEOPLE, PROMPTED, Member, Membership, Role

_MONDAY = date(2024, 1, 1)
"""any Monday: the name of a weekday is written by a day that has it"""
_CONFIRMED = " confirmed"
"""what the button says after the words of a command that was shown first"""


def team(call: Call) -> Outcome:
    """Say who is on the team, what each of them is, and when the team meets."""
    items = [Item(roles_in_words(call, call.room.roles(each.id)), each.name) for each in call.room.present()]
    meets = call.say("team.meets", weekday=weekday(call, call.room.team.meeting_weekday))
    text = " ".join(filter(None, (meets, placements.told(call.room, call.me), _for_the_coach(call))))
    return call.tell(text, *_changes(call), title=call.room.team.name, items=items)


def _for_the_coach(call: Call) -> str:
    """What the team's coach may see, where there is one."""
    if not call.room.holders(Role.COACH):
        return ""
    seen = call.say("coach.sees", shown=call.say(f"coach.shows_{sight.level(call.room)}"))
    return f"{seen} {call.say('coach.sees_change')}" if call.may("charter change") else seen


def _changes(call: Call) -> Iterator[Button]:
    if call.may("team change"):
        yield Button(call.say("team.add_button"), "team add")
        yield Button(call.say("team.left_button"), "team left")
    if call.may("team role"):
        yield Button(call.say("team.role_button"), "team role")


def weekday(call: Call, number: int) -> str:
    """The name of a weekday, Monday = 0, in the language of the person."""
    return call.room.phrases(call.me).weekday(_MONDAY + timedelta(days=number))


def roles_in_words(call: Call, roles: Sequence[Role] | frozenset[Role]) -> str:
    """What somebody is, in words: "Teacher, Facilitator"."""
    return ", ".join(call.say(f"role.{role.name.lower()}") for role in newcomers.in_order(roles))


# ---------------------------------------------------------------- somebody joins


def add(call: Call) -> Outcome:
    """Put somebody on the team: `team add Ana Ruiz ana@lincoln.example teacher`."""
    written = newcomers.read(call.rest, call.room.phrases(call.me))
    _require_known(call, written)
    return _joined(call, written) if written.roles else call.show(_add_form(call, written))


def _require_known(call: Call, written: Written) -> None:
    """Raise Refused for a word that stands where a role would and is none."""
    if written.unknown:
        known = [newcomers.role_words(call.room.phrases(call.me), role)[0] for role in Role]
        raise Refused(call.say("team.unknown_role", said=quoted(written.unknown), known=known))


def _add_form(call: Call, written: Written) -> Form:
    fields = (
        Field("name", call.say("team.ask_name"), value=written.name, hint=call.say("team.name_hint")),
        Field(
            "email", call.say("team.ask_email"), value=written.email, hint=call.say("team.email_hint"), optional=True
        ),
        *_role_fields(call),
    )
    return Form("order team add", call.say("team.add_title"), fields, about=call.room.team.id)


def _role_fields(call: Call) -> tuple[Field, Field]:
    options = tuple(Option(role.name.lower(), call.say(f"role.{role.name.lower()}")) for role in Role)
    return (
        Field("role", call.say("team.ask_role"), Kind.OPTIONS, options),
        Field("also", call.say("team.ask_also"), Kind.OPTIONS, options, optional=True),
    )


def add_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `team add`."""
    name, email = str(values.get("name") or "").lstrip("@"), str(values.get("email") or "").casefold()
    if not name and not email:
        raise Refused(call.say("answers.missing"), "name")
    if email and not EMAIL.fullmatch(email):
        raise Refused(call.say("team.not_an_email", said=quoted(email)), "email")
    return _joined(call, Written(name, email, _chosen(call, values)))


def _chosen(call: Call, values: Mapping[str, Value]) -> tuple[Role, ...]:
    """The roles that a form says; raises Refused without one."""
    said = {str(values.get(field) or "") for field in ("role", "also")}
    roles = tuple(role for role in Role if role.name.lower() in said)
    if not roles:
        raise Refused(call.say("answers.choose"), "role")
    return roles


def _joined(call: Call, written: Written) -> Outcome:
    """Somebody joins who is on record, or is put on record with their e-mail."""
    member = _on_record(call, written) or _new(call, written)
    _require_active(call, member)
    if Role.ADMINISTRATOR in written.roles:
        call.require("team role", who_may=call.say("team.administrators_add_administrators"))
    if present := call.room.roles(member.id):
        roles = roles_in_words(call, present)
        raise Refused(call.say("team.on_it_already", name=member.name, roles=roles), "name")
    facts: tuple[Fact, ...] = () if member in call.room.members else (member,)
    return Outcome((*facts, _place(call, member, written.roles))) + call.tell(_welcome(call, member, written))


def _on_record(call: Call, written: Written) -> Member | None:
    """The person of the district who is meant, by e-mail or by name; raises Refused where more has to be written."""
    known = {each.id: each for each in (*call.room.district, *call.room.members)}
    if written.email:
        return next((each for each in known.values() if each.email.casefold() == written.email), None)
    options, phrases = [Option(each.id, each.name) for each in known.values()], call.room.phrases(call.me)
    try:
        return known[find_person(options, written.name, phrases, call.me.id).key]
    except NotAnAnswer as error:
        said = quoted(written.name)
        is_unknown = str(error) == phrases.say("answers.unknown_person", said=said)
        raise Refused(call.say("team.unknown", said=said) if is_unknown else str(error), "email") from error


def _new(call: Call, written: Written) -> Member:
    taken = (each.id for each in (*call.room.district, *call.room.members))
    name = written.name or newcomers.name_of(written.email)
    return Member(newcomers.id_of(written.email, taken), name, written.email, call.me.language)


def _require_active(call: Call, member: Member) -> None:
    if member.left_on:
        raise Refused(call.say("team.deactivated", name=member.name, day=member.left_on), "name")


def _place(call: Call, member: Member, roles: tuple[Role, ...]) -> Membership:
    """The person's place in the team: the one they had, or the last."""
    for each in call.room.memberships:
        if each.member == member.id:
            return replace(each, roles=roles, left_on=None)
    last = max((each.position for each in call.room.memberships), default=-1)
    return Membership(call.room.team.id, member.id, roles, last + 1)


def _welcome(call: Call, member: Member, written: Written) -> str:
    """Who it is now, how they are found in the chat, and when they first hear from us."""
    is_new = member not in (*call.room.members, *call.room.district)
    joined = call.say("team.added", name=member.name, roles=roles_in_words(call, written.roles))
    found = call.say("team.looked_for", email=member.email) if is_new else ""
    return " ".join(filter(None, (joined, found, _asked(call, member, written.roles))))


def _asked(call: Call, member: Member, roles: tuple[Role, ...]) -> str:
    """From when on somebody in these roles is asked, what they are asked beyond the team, or that they never are."""
    if roles == (Role.STAFF,):
        return call.say("team.asked_beyond", name=member.name)
    return call.say("team.asked_from_now" if PROMPTED & {*roles} else "team.never_asked", name=member.name)


# ---------------------------------------------------------------- somebody becomes something else, leaves, comes back


def role(call: Call) -> Outcome:
    """Say what somebody is from now on: `team role Ana teacher, facilitator`.

    Who facilitates does so beside what they are; all other roles take the place of those before.
    """
    written = newcomers.read(call.rest, call.room.phrases(call.me))
    _require_known(call, written)
    if not written.roles or not written.name:
        person = _person_field(call, "team.role_who", tuple(call.room.present()), written.name)
        return call.show(Form("order team role", call.say("team.role_title"), (person, *_role_fields(call))))
    member = call.person(written.name, tuple(call.room.present()))
    beside = call.room.roles(member.id) if written.roles == (Role.FACILITATOR,) else frozenset()
    return _becomes(call, member, newcomers.in_order((*beside, *written.roles)))


def role_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `team role`."""
    member = _chosen_person(call, values, tuple(call.room.present()))
    return _becomes(call, member, _chosen(call, values))


def _becomes(call: Call, member: Member, roles: tuple[Role, ...]) -> Outcome:
    changed = tuple(replace(each, roles=roles) for each in call.room.memberships if each.member == member.id)
    _require_administrator(call, changed, "role")
    return Outcome(changed) + call.tell(call.say("team.is_now", name=member.name, roles=roles_in_words(call, roles)))


def left(call: Call) -> Outcome:
    """Show what it would mean that somebody left the team; record it where that is confirmed."""
    present = tuple(call.room.present())
    name, confirmed, _ = call.rest.partition(_CONFIRMED)
    if not name:
        field = _person_field(call, "team.left_who", present)
        return call.show(Form("order team left", call.say("team.left_title"), (field,), about=call.room.team.id))
    return _leaves(call, call.person(name, present), is_confirmed=bool(confirmed))


def left_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `team left`."""
    return _leaves(call, _chosen_person(call, values, tuple(call.room.present())), is_confirmed=False)


def _leaves(call: Call, gone: Member, is_confirmed: bool) -> Outcome:
    changed = tuple(replace(each, left_on=call.today) for each in call.room.memberships if each.member == gone.id)
    _require_administrator(call, changed, "person")
    after = call.room.having(changed)
    is_too_few = gone in call.room.prompted() and len(after.prompted()) < LEAST_PEOPLE
    few = call.say("team.too_few") if is_too_few else ""
    if is_confirmed:
        return Outcome(changed) + call.tell(f"{call.say('team.left', name=gone.name)} {few}".strip())
    handed_on = continuity.draw(after, gone.id, call.me.id)
    items = (replace(item, buttons=()) for item in (handed_on.items if handed_on else ()))
    yes = Button(call.say("team.left_yes"), f"team left {gone.id}{_CONFIRMED}", "danger")
    would_leave = f"{call.say('team.would_leave', name=gone.name)} {few}".strip()
    return call.tell(would_leave, yes, title=call.say("team.left_title"), items=items)


def back(call: Call) -> Outcome:
    """Take somebody who left back on the team, as what they were."""
    gone = tuple(_gone(call))
    if not gone:
        raise Refused(call.say("team.nobody_left"))
    if not call.rest:
        field = _person_field(call, "team.back_who", gone)
        return call.show(Form("order team back", call.say("team.back_title"), (field,), about=call.room.team.id))
    return _returns(call, call.person(call.rest, gone))


def back_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `team back`."""
    return _returns(call, _chosen_person(call, values, tuple(_gone(call))))


def _gone(call: Call) -> Iterator[Member]:
    return (call.room.member(each.member) for each in call.room.memberships if each.left_on)


def _returns(call: Call, member: Member) -> Outcome:
    _require_active(call, member)
    places = tuple(replace(each, left_on=None) for each in call.room.memberships if each.member == member.id)
    if any(Role.ADMINISTRATOR in place.roles for place in places):
        call.require("team role", who_may=call.say("team.administrators_add_administrators"))
    roles = places[0].roles
    said = call.say("team.is_back", name=member.name, roles=roles_in_words(call, roles))
    return Outcome(places) + call.tell(f"{said} {_asked(call, member, roles)}")


def _person_field(call: Call, asks: str, among: Sequence[Member], said: str = "") -> Field:
    options = tuple(Option(each.id, each.name) for each in among)
    meant = next((each.id for each in among if said and each.name.casefold().startswith(said.casefold())), None)
    return Field("person", call.say(asks), Kind.PERSON, options, meant)


def _chosen_person(call: Call, values: Mapping[str, Value], among: Sequence[Member]) -> Member:
    if not values.get("person"):
        raise Refused(call.say("answers.missing"), "person")
    return call.person(str(values["person"]), among)


def _require_administrator(call: Call, changed: Sequence[Membership], field: str) -> None:
    """Raise Refused where the team has an administrator and would have none."""
    after = call.room.having(changed)
    if call.room.holders(Role.ADMINISTRATOR) and not after.holders(Role.ADMINISTRATOR):
        said = "team.last_administrator" if call.may("team role") else "team.last_administrator_ask"
        raise Refused(call.say(said), field)


COMMANDS = (
    Command("team", "team", team, alone=True),
    Command("team add", "team change", add, add_filled, beyond=True),
    Command("team role", "team role", role, role_filled),
    Command("team left", "team change", left, left_filled),
    Command("team back", "team change", back, back_filled),
)
