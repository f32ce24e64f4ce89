"""The people whom the first administrator names: line by line, on a form or one message after another."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from . import newcomers
from .chatting import control
from .dates import Today
from .flow import Answer, Asked, Conversation, Flow, Place
from .messages import Kind, Message
from .newcomers import EMAIL, Written
from .options import folded, quoted
from .outcome import Fact, Refused
from .people import BESIDE, LEAST_PEOPLE, Member, Membership, Role
from .phrases import Phrases
from .room import Room
from .sends import Send, SendKind
from .turn import chat_question
from .zones import is_zone, zone_key

FLOW = "founding"
STEP = "members"
ZONE, OTHER_ZONE = "zone", "other"
"""the question for the time zone, and its option for one that has no option"""
_JUDGED = ("hours", "other_zone")
_WHOLE: Place = (STEP, 0)
"""where the list stands once it is an answer"""
_LIST: Place = (STEP, 1)
"""where stands what was typed of the list so far"""


class Unfinished(Refused):
    """The list cannot be used yet; what of it can is not to be written again."""

    def __init__(self, sentence: str, lines: str) -> None:
        super().__init__(sentence, f"{STEP}.0")
        self.lines = lines


@dataclass(frozen=True, slots=True)
class _Named:
    """One person as they are written down."""

    line: str
    written: Written


def people(room: Room, founder: Member, words: str, before: str) -> tuple[Fact, ...]:
    """The people whom the lines name, each once, and what changed of those who were named `before`.

    Raises Unfinished with every line that cannot be used, and for a team that is too small.
    """
    named = _usable(room, founder, words)
    earlier = {each.written.email: each.written for each in _lines(room, founder, before)}
    place = max(each.position for each in room.memberships) + 1
    facts: list[Fact] = []
    for number, each in enumerate(named):
        facts += _joined(room, founder, each.written, earlier.get(each.written.email), place + number)
    _require_enough(room.having(facts), founder, named)
    return tuple(facts)


def taken_off(room: Room, founder: Member, before: str, words: str, today: date) -> tuple[Membership, ...]:
    """Those who were named before and are not any more: they leave the team before it begins."""
    still = {each.written.email for each in _lines(room, founder, words)} if words else set()
    gone = {each.written.email for each in _lines(room, founder, before)} - still if words else set()
    ids = {each.id for each in room.members if each.email.casefold() in gone and each.id != founder.id}
    return tuple(replace(each, left_on=today) for each in room.memberships if each.member in ids and not each.left_on)


def reckoned(flow: Flow, conversation: Conversation, today: Today) -> Today:
    """What a day is counted from; before the first meeting is told there is no "next PLC"."""
    return replace(today, meets_on=None) if flow.name == FLOW and not conversation.done_at else today


def edited(room: Room, member: Member, text: str) -> Conversation | None:
    """The answered conversation, with its list as what is asked for, where the words add somebody or take them off."""
    own = (each for each in room.conversations.values() if each.flow == FLOW and each.member == member.id)
    told = next((each for each in own if each.done_at), None) if room.cycle is None else None
    phrases = room.phrases(member)
    if told is None:
        return None
    is_people = _is_people(_completed(_known(told), text, phrases), phrases)
    return _at_the_list(told) if is_people or without(told, text, phrases) is not None else None


def without(conversation: Conversation, text: str, phrases: Phrases) -> str | None:
    """The list without those whom "remove Ben and Zoe" names; None if a name is nobody's on it, or several's."""
    names = newcomers.leaving(text, phrases)
    if conversation.flow != FLOW or not names:
        return None
    left = {part: newcomers.read(part, phrases) for part in _parts(_known(conversation))}
    for said in names:
        named = [part for part, written in left.items() if newcomers.is_called(written, said, phrases)]
        if len(named) != 1:
            return None
        del left[named[0]]
    return "\n".join(left)


def is_judged(conversation: Conversation, asked: Asked) -> bool:
    """Whether an answer to this question in words is refused where it cannot be used: not every word is one."""
    return conversation.flow == FLOW and asked.step in _JUDGED


def is_whole(conversation: Conversation) -> bool:
    """Whether the list was answered, so that it can be used as it is."""
    return _WHOLE in conversation.answers


def gathered(flow: Flow, conversation: Conversation, text: str, phrases: Phrases) -> tuple[Conversation, str]:
    """The typed words with those of the list that were typed before, where the list is what is asked for.

    Who is written again is written anew, and "remove Ben" takes somebody off. Somebody who is written right after the
    list, where a day is asked for, comes on it, too: who writes one person a message does not know when there are
    enough. The conversation comes back without the earlier part of the list. A time zone may have its other names.
    """
    asked, known = chat_question(conversation), _known(conversation)
    if flow.name == FLOW and asked and asked.step == ZONE and not control(phrases, text):
        return conversation, zone_key(text, phrases, asked.options) or (OTHER_ZONE if is_zone(text.strip()) else text)
    if flow.name != FLOW or not asked or not known or control(phrases, text):
        return conversation, text
    left = without(conversation, text, phrases)
    if asked.step != STEP:
        is_people = _is_people(_completed(known, text, phrases), phrases)
        if asked.kind is not Kind.DATE or (left is None and not is_people):
            return conversation, text
        conversation = _at_the_list(conversation)
    text = _completed(known, text, phrases)
    kept = _not_again(known, text, phrases) if left is None else [left]
    text = text if left is None else ""
    noted = conversation.answers.get(_LIST)
    words = "\n".join(filter(None, (*kept, text)))
    return with_list(conversation, "") if noted and noted.value else conversation, words


def _known(conversation: Conversation) -> str:
    """The lines of the list: as it was answered, or what was typed of it since, which leaves out nobody."""
    typed, answered = (
        str(found.value or "") if found else "" for found in map(conversation.answers.get, (_LIST, _WHOLE))
    )
    return typed if typed and _addresses(answered) <= _addresses(typed) else answered


def _completed(known: str, text: str, phrases: Phrases) -> str:
    """The words, where whoever stands on the list already and is written again without a role keeps theirs."""
    listed = [newcomers.read(part, phrases) for part in _parts(known)]
    return "\n".join(_with_roles(part, listed, phrases) for part in _parts(text))


def _with_roles(part: str, listed: list[Written], phrases: Phrases) -> str:
    written = newcomers.read(part, phrases)
    if not written.email or written.roles or written.unknown:
        return part
    roles = next((each.roles for each in listed if _is_same(each, written)), ())
    return ", ".join((part, *(to_write(phrases, role) for role in roles)))


def _is_same(one: Written, other: Written) -> bool:
    """Whether both are one person, as far as can be told: by e-mail or by first and last name."""
    return one.email == other.email or (" " in one.name and folded(one.name) == folded(other.name))


def _not_again(known: str, text: str, phrases: Phrases) -> list[str]:
    """The lines of the list about those who are not written anew; what has no e-mail yet stays."""
    again = [newcomers.read(part, phrases) for part in _parts(text)]
    lines = [(part, newcomers.read(part, phrases)) for part in _parts(known)]
    return [part for part, each in lines if not any(each.email and _is_same(each, other) for other in again)]


def _is_people(text: str, phrases: Phrases) -> bool:
    """Whether every line is plainly a person."""
    parts = tuple(_parts(text))
    return bool(parts) and all(newcomers.is_person(part, phrases) for part in parts)


def _at_the_list(conversation: Conversation) -> Conversation:
    """The conversation with the list as what is asked for: what follows is asked for again after it."""
    known = conversation.answers.get(_WHOLE) or conversation.answers[_LIST]
    on_a_form = (each for each in conversation.asked if each.form)
    return replace(conversation, asked=(Asked(*_WHOLE, known.words, Kind.LONG), *on_a_form))


def closed(room: Room, founder: Member, conversation: Conversation) -> tuple[Send, ...]:
    """Says who is on the list when the chat goes on to the next question, where one may still write somebody."""
    asked, answer = chat_question(conversation), conversation.answers.get(_WHOLE)
    if not answer or not asked or asked.kind is not Kind.DATE:
        return ()
    named = _usable(room, founder, str(answer.value))
    words = " ".join((*_so_far(room, founder, named), room.say("founding.missing", founder)))
    key = f"{conversation.key}.{STEP}.{answer.revision}"
    now = conversation.answered_at or conversation.opened_at
    return (Send(key, room.team.id, founder.id, SendKind.ANSWER, now, Message(words)),)


def with_list(conversation: Conversation, lines: str) -> Conversation:
    """The conversation with these lines as the part of the list that is there so far."""
    asked, known = chat_question(conversation), conversation.answers.get(_LIST)
    words = asked.words if asked else known.words if known else ""
    answer = Answer(*_LIST, lines, words, known.revision + 1 if known else 1)
    return replace(conversation, answers={**conversation.answers, _LIST: answer})


def listed(conversation: Conversation) -> tuple[tuple[str, Answer], ...]:
    """What is to be kept of the list so far, with the key of its conversation."""
    return tuple((conversation.key, answer) for place, answer in conversation.answers.items() if place == _LIST)


def _usable(room: Room, founder: Member, words: str) -> list[_Named]:
    """The lines, where each can be used; raises Unfinished otherwise."""
    faults: list[str] = []
    good: dict[str, _Named] = {}
    for each in _lines(room, founder, words):
        written = each.written
        known = good.get(written.email)
        if len(_emails(each.line)) > 1:
            faults.append(room.say("founding.several", founder, said=quoted(each.line)))
        elif not written.email or not written.roles or written.unknown:
            faults.append(_lacks(room, founder, each))
        elif known and known.written.roles != written.roles:
            faults.append(room.say("founding.twice", founder, email=written.email))
        else:
            good.setdefault(written.email, each)
    named = list(good.values())
    if faults:
        example = room.say("founding.line_example", founder)
        raise Unfinished("\n".join((*faults, example, *_so_far(room, founder, named))), _text(named))
    return [each for each in named if not _is(founder, each.written)]


def _is(founder: Member, written: Written) -> bool:
    """Whether the founder has written down themselves: by e-mail, or by name, since theirs may not be known yet."""
    name = written.name or newcomers.name_of(written.email)
    return written.email == founder.email.casefold() or folded(name) == folded(founder.name)


def _lacks(room: Room, founder: Member, named: _Named) -> str:
    """What the line wants: an e-mail, or a role that is known."""
    line, unknown = quoted(named.line), named.written.unknown
    if not named.written.email:
        return room.say("founding.line", founder, said=line)
    known = [to_write(room.phrases(founder), role) for role in Role]
    if unknown:
        return room.say("founding.line_unknown", founder, line=line, said=quoted(unknown), known=known)
    return room.say("founding.line_role", founder, said=line, known=known)


def to_write(phrases: Phrases, role: Role) -> str:
    """What the role is called, accents and all, where it is read by that; else the usual word for it."""
    words, name = newcomers.role_words(phrases, role), phrases.say(f"role.{role.name.lower()}")
    return name if folded(name) in words else words[0]


def _lines(room: Room, founder: Member, words: str) -> Iterator[_Named]:
    phrases = room.phrases(founder)
    for part in _parts(words):
        yield _Named(part, newcomers.read(part, phrases))


def _parts(words: str) -> Iterator[str]:
    """The people as they are written, one to a line or between semicolons."""
    for line in words.splitlines():
        parts = line.split(";")
        is_list = len(_emails(line)) > 1 and all(len(_emails(part)) == 1 for part in parts if part.strip())
        yield from (part.strip() for part in (parts if is_list else (line,)) if part.strip())


def _emails(words: str) -> list[str]:
    return [found[0] for found in EMAIL.finditer(words)]


def _addresses(words: str) -> set[str]:
    return {each.casefold() for each in _emails(words)}


def _joined(room: Room, founder: Member, now: Written, before: Written | None, place: int) -> Iterator[Fact]:
    """What has to be kept of one person: who they are and their place; of who was named before what is new."""
    member = _member(room, founder, now)
    roles = room.roles(member.id)
    if not roles:
        yield from (member, Membership(room.team.id, member.id, now.roles, place))
        return
    if before and now.name and before.name != now.name:
        yield replace(member, name=now.name)
    if before and before.roles != now.roles:
        yield from (replace(each, roles=now.roles) for each in room.memberships if each.member == member.id)


def _member(room: Room, founder: Member, written: Written) -> Member:
    """Who is on record with this e-mail, or somebody new."""
    known = {each.email.casefold(): each for each in (*room.district, *room.members) if each.email}
    taken = (each.id for each in (*room.district, *room.members))
    name = written.name or newcomers.name_of(written.email)
    fresh = Member(newcomers.id_of(written.email, taken), name, written.email, founder.language)
    return known.get(written.email, fresh)


def _require_enough(room: Room, founder: Member, named: list[_Named]) -> None:
    """Raise Unfinished for a team too small to lead together; who reads along or comes from outside does not count."""
    count = sum(1 for each in room.present() if not room.roles(each.id) <= BESIDE)
    if count < LEAST_PEOPLE:
        few = room.say("founding.too_few", founder, count=LEAST_PEOPLE - count)
        raise Unfinished("\n".join((few, *_so_far(room, founder, named))), _text(named))


def _so_far(room: Room, founder: Member, named: list[_Named]) -> Iterator[str]:
    """Who is on the list, where anybody is."""
    if named:
        names = ", ".join(_in_words(room, founder, each.written) for each in named)
        yield room.say("founding.so_far", founder, names=names)


def _in_words(room: Room, founder: Member, written: Written) -> str:
    roles = ", ".join(room.say(f"role.{Role(role).name.lower()}", founder) for role in written.roles)
    return f"{written.name or newcomers.name_of(written.email)} ({roles})"


def _text(named: list[_Named]) -> str:
    return "\n".join(each.line for each in named)
