"""The one message that asks a person: a flow's invitation, and whatever else waits for them."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import chain

from . import asking, decisions, engine, evidence, leading, plan, prompts, recorded, sharing, stands
from .calendar import SchoolYearOver
from .cycle import day_of
from .decision_cards import buttons, choice_items, ways, why_back
from .flow import Conversation, Flow
from .messages import Button, Form, Item, Message
from .people import Member
from .phrases import Raw
from .records import Action
from .room import Room
from .route import addressed
from .timetable import Standing, meeting_on, standing

Subjects = Mapping[str, Action]
"""The actions that a form asks about, by the field that does."""


def draw(room: Room, key: str) -> Message | None:
    """The invitation to the conversation with this key and to those that came with it."""
    conversation = room.conversations.get(key)
    if conversation is None:
        return None
    room, member = room.told_to(conversation.member), room.member(conversation.member)
    flow = room.scripts.flow(conversation.flow, member.language)
    is_first = may_greet(room, key) and not _is_greeted_by_another(room, conversation)
    together = prompts.together(room, conversation)
    flows = [asking.about_subjects(room.scripts.flow(each.flow, member.language), each) for each in together]
    message = asking.invitation(
        flow,
        replace(conversation, answers={}),
        member.first_name,
        room.phrases(member),
        details=is_first,
        parts=[(each, part.done_at is not None) for each, part in zip(flows, together, strict=True)],
    )
    hello = room.say("prompt.hello", member, name=member.first_name) if is_first else ""
    message = replace(message, text="\n\n".join(filter(None, (hello, message.text))), about=room.team.id)
    here, once = standing(room), _once(room, member, is_first)
    own = tuple(_own_lines(room, together, member))
    if here is None or not prompts.is_open(conversation, here):
        closed = room.say("prompt.closed", member)
        return replace(message, items=own, buttons=(), note=" ".join(filter(None, (closed, once))))
    notes = (message.note, _ways_out(room, message, together, member), once, _rarely(room, here, member))
    form, subjects = _form(room, together, member, hello)
    on_form = {action.number for action in subjects.values()}
    return replace(
        message,
        items=(*message.items, *_waiting(room, here, conversation, member, on_form), *own),
        note=" ".join(filter(None, notes)),
        form=form,
    )


def draw_reminder(room: Room, key: str) -> Message | None:
    """The one reminder of the conversation with this key and of those that came with it.

    Once one of them is answered it reads as their invitation does, and is changed there, too.
    """
    conversation = room.conversations.get(key)
    if conversation is None:
        return None
    together = prompts.together(room, conversation)
    if any(each.answered_at or each.declined_at for each in together):
        return draw(room, key)
    room, member = room.told_to(conversation.member), room.member(conversation.member)
    here, text = standing(room), prompts.still_open(room, conversation, member)
    if here is None or not prompts.is_open(conversation, here):
        title = room.scripts.flow(conversation.flow, member.language).title
        return Message("", title, note=room.say("prompt.closed", member), preview=title, about=room.team.id)
    form, _ = _form(room, together, member, "")
    flows = [asking.about_subjects(room.scripts.flow(each.flow, member.language), each) for each in together]
    promises = asking.promises([(each, False) for each in flows], room.phrases(member))
    return Message(
        text,
        note=f"{promises} {room.say('prompt.no_more_reminders', member)}",
        buttons=(
            Button(room.say("engine.answer", member), f"answer {conversation.flow}", "primary", in_form=True),
            Button(room.say("engine.not_now", member), f"later {conversation.flow}"),
            Button(room.say("prompt.not_this_cycle", member), f"stop {conversation.flow}"),
            Button(room.say("quiet.start", member), "quiet"),
        ),
        preview=text,
        about=room.team.id,
        form=replace(form, title=text) if form else None,
    )


def draw_put(room: Room, key: str) -> Message | None:
    """The last message of a walk through the chat once that is closed: a question or thanks, and nothing to press."""
    conversation = room.conversations.get(key)
    if conversation is None:
        return None
    room, member = room.told_to(conversation.member), room.member(conversation.member)
    flow = addressed(room.scripts.flow(conversation.flow, conversation.language), member.first_name)
    asked = engine.chat_question(conversation)
    return Message(
        asked.words if asked else asking.words_of_thanks(flow, room.phrases(member)),
        title=flow.title,
        items=tuple(_own_lines(room, (conversation,), member)),
        note=room.say("prompt.closed", member),
        preview=flow.title,
        about=room.team.id,
    )


def may_greet(room: Room, key: str) -> bool:
    """Whether the conversation was opened by the first message of all to this person."""
    found = room.conversations.get(key)
    return found is not None and room.member(found.member).greeted_at == found.opened_at


def _is_greeted_by_another(room: Room, conversation: Conversation) -> bool:
    """Whether another team of the person asked them something at the same moment, and says who is writing."""
    return any(
        each.member == conversation.member and each.opened_at == conversation.opened_at
        for other in room.others
        if other.team.id < room.team.id
        for each in other.conversations.values()
    )


def _form(room: Room, together: tuple[Conversation, ...], member: Member, hello: str) -> tuple[Form | None, Subjects]:
    """The questions of the first part that waits, and the actions that they are about."""
    waiting = next((each for each in together if not each.done_at), None)
    if waiting is None:
        return None, {}
    flow = room.scripts.flow(waiting.flow, member.language)
    asked = prompts.up_to_date(room, flow, waiting)
    form = engine.in_message(flow, asked, room.phrases(member), member.first_name, room.team.id)
    if form is None:
        return None, {}
    form = evidence.beside(room, asked, recorded.filled_in(room, asked, form))
    subjects = {
        key: action for key, action in _subjects(room, flow, asked) if key in {each.key for each in form.fields}
    }
    stands = {key: _when(room, each, member, room.today(asked.opened_at)) for key, each in subjects.items()}
    fields = tuple(replace(each, hint=stands[each.key]) if each.key in stands else each for each in form.fields)
    intro = "\n\n".join(filter(None, (hello, form.intro)))
    return replace(form, fields=fields, intro=intro), subjects


def _subjects(room: Room, flow: Flow, asked: Conversation) -> Iterator[tuple[str, Action]]:
    """The fields that ask a person how one of their actions is going, and that action."""
    for group in flow.groups:
        subjects = asked.choices.get("actions", ()) if group.each == "actions" and flow.asks != "lead" else ()
        for item, subject in enumerate(subjects):
            if action := room.numbered(Action, int(subject.key or 0)):
                yield f"{group.steps[0]}.{item}", action


def _own_lines(room: Room, together: tuple[Conversation, ...], member: Member) -> Iterator[Item]:
    for each in together:
        if each.done_at:
            yield from sharing.lines(room, room.scripts.flow(each.flow, member.language), each, member)


def _ways_out(room: Room, message: Message, together: tuple[Conversation, ...], member: Member) -> str:
    """What can be said instead of an answer, while one is waited for, beside what can be pressed."""
    if all(each.done_at for each in together):
        return ""
    has_stop = any(button.says.startswith("stop ") for button in message.buttons)
    return room.say("prompt.way_out" if has_stop else "prompt.ways_out", member)


def _once(room: Room, member: Member, is_first: bool) -> str:
    """Said before the first answer of all: who can reach the words, and that nobody watches."""
    contact = Raw(room.say("privacy.contact", member))
    return room.say("privacy.once", member, contact=contact) if is_first else ""


def _waiting(
    room: Room, here: Standing, conversation: Conversation, member: Member, on_form: Collection[int]
) -> Iterator[Item]:
    if leading.asked(room, here) == member.id and conversation.flow == here.phase.moments[0].flows[0]:
        with suppress(SchoolYearOver):  # of a meeting whose day is not known yet nobody is asked
            yield _lead_question(room, here, member)
    if _asks_about_actions(room, here, conversation):
        day = room.today(conversation.opened_at)
        for action in plan.of(room, member.id):
            yield replace(action_item(room, action, member, day), in_form=action.number in on_form)
        yield from decision_items(room, member)


def draw_would_lead(room: Room, epoch: int, to: str) -> Message | None:
    """The question who leads, put to the next in the round when somebody said no; None once it is settled."""
    here, member = standing(room), room.member(to)
    if here is None or here.epoch != epoch or leading.asked(room, here) != to or leading.lead(room, here) != member:
        return None
    item = _lead_question(room, here, member)
    note = room.say("engine.half_a_minute", member)
    preview = room.say("lead.preview", member)
    text = prompts.with_hello(room, member, item.text)
    return Message(text, note=note, buttons=item.buttons, preview=preview, about=room.team.id)


def _lead_question(room: Room, here: Standing, member: Member) -> Item:
    day = meeting_on(room, here.phase)
    return Item(
        room.say("lead.would_you", member, phase=here.phase.title, day=day),
        buttons=(
            Button(room.say("lead.alone", member), "lead yes"),
            Button(room.say("lead.with_someone", member), "lead with"),
            Button(room.say("lead.no", member), "lead no"),
            *skill_button(room, here),
        ),
    )


def skill_button(room: Room, here: Standing) -> Iterator[Button]:
    """The protocol that is suggested for the meeting of this phase, one press away."""
    if skill := room.skills.get(here.phase.skill):
        yield Button(room.say("skill.offer", title=skill.title), f"skill {skill.name}")


def _asks_about_actions(room: Room, here: Standing, conversation: Conversation) -> bool:
    """Whether the moment that asks this asks for one's actions too, be they taken on or only proposed."""
    together = (moment.flows for moment in here.phase.moments if conversation.flow in moment.flows)
    groups = chain.from_iterable(room.scripts.flow(name).groups for name in chain.from_iterable(together))
    return any(group.each == "actions" for group in groups)


def action_item(room: Room, action: Action, member: Member, today: date) -> Item:
    """One of a person's own actions as it stands that day, with what they may want to say about it."""
    choices: tuple[tuple[str, str], ...]
    if action.state == "proposed":
        choices = (("accept", "primary"), ("decline", "plain"), ("pass", "plain"))
    else:
        choices = (("done", "primary"), ("on track", "plain"), ("blocked", "plain"), ("move", "plain"))
    asker, day = room.name(action.proposed_by), day_of(room, action)
    asked_by = room.say("action.asked_by" if day else "action.asked_by_anew", member, name=asker, day=day)
    return Item(
        action.what,
        room.say("action.label", member, number=action.number),
        detail=asked_by if action.state == "proposed" else _when(room, action, member, today),
        buttons=tuple(
            Button(room.say(f"action.{word.replace(' ', '_')}", member), f"action {word} {action.number}", style)
            for word, style in choices
        ),
        quoted=True,
    )


def draw_declined(room: Room, number: int, to: str) -> Message | None:
    """What whoever proposed an action is told when its owner does not take it; None once somebody else is asked."""
    action, asker = room.numbered(Action, number), room.member(to)
    if action is None or action.state != "declined":
        return None
    title, item = room.say("action.declined_title", asker), declined_item(room, action, asker)
    return Message(
        item.detail,
        title=title,
        items=(replace(item, detail=""),),
        note=room.say("engine.half_a_minute", asker),
        preview=title,
        about=room.team.id,
    )


def declined_item(room: Room, action: Action, asker: Member) -> Item:
    """An action that its owner did not take, with who that was and what whoever looks after it can do."""
    buttons = [Button(room.say("action.pass", asker), f"action pass {action.number}", "primary")]
    if asker in room.prompted():
        buttons.append(Button(room.say("action.accept", asker), f"action pass {action.number} to {asker.id}"))
    return Item(
        action.what,
        room.say("action.label", asker, number=action.number),
        room.say("action.was_declined", asker, name=room.name(action.owner)),
        tuple(buttons),
        quoted=True,
    )


def _when(room: Room, action: Action, member: Member, today: date) -> str:
    state = action.status if action.status in ("blocked", "on_track") else "due"
    day = day_of(room, action)
    phrase = f"action.mine_is_{state}" if day else f"action.mine_is_{state}_anew"
    when = room.say(phrase, member, day=day, blocker=action.blocker)
    is_late = day is not None and day < today and standing(room) is not None
    return room.say("action.overdue", member, when=Raw(when)) if is_late else when


def returned_items(room: Room, member: Member) -> Iterator[Item]:
    """The person's own decisions that could not close, with what they can do."""
    for decision in room.decisions:
        if decision.state == "returned" and decision.owner == member.id:
            yield Item(
                decision.question,
                room.say("decide.label", member, number=decision.number),
                room.say(
                    f"decide.to_owner_{decision.mode}",
                    member,
                    number=decision.number,
                    why=why_back(room, decision, member),
                ),
                ways(room, decision),
                quoted=True,
            )


def decision_items(room: Room, member: Member, now: datetime | None = None) -> Iterator[Item]:
    """The decisions that wait for this person's word, with what can be said to each.

    At a moment that is given, those that can still be undone are not among them.
    """
    for decision in room.decisions:
        if now and not decisions.is_out(room, decision, now):
            continue
        if decision.state == "open" and member.id in stands.owed(room, decision):
            label = room.say("decide.label", member, number=decision.number)
            closes = decisions.closes(room, decision)
            waits = room.say("decide.waits_until", member, closes=closes) if closes else ""
            yield Item(decision.question, label, waits, buttons=buttons(room, decision), quoted=True)
            yield from choice_items(room, decision)


def _rarely(room: Room, here: Standing, member: Member) -> str:
    """Said once: after two unanswered cards the card comes every second week."""
    if here.phase.week:
        return ""
    before = list(prompts.weekly(room, here, member.id).values())[:-1]
    return room.say("prompt.rarely", member) if prompts.is_rare(before) and not prompts.is_rare(before[:-1]) else ""
