"""What people wish in plain words, not by a command: a day of leave, a closed school, everything stopped.

It is done after they pressed a button, because the same words may be the answer to a question that waits.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from . import founding, grammar, holds, permissions, reading_back
from .command_table import COMMANDS
from .commands import Call, gives_reason, is_explicit, stripped, with_reason
from .dates import NotADay, count_of
from .events import Event, Filled, Said
from .messages import MOST_SAID_ALONE, Button
from .options import folded
from .orders.closure import LATE
from .outcome import Outcome, Refused
from .people import Role
from .phrases import Phrases

Wish = Callable[[], Outcome]
"""what is said to a wish; raises Refused where it cannot be granted"""
MOST_WORDS = 20
"""in a wish; what is longer tells something"""
MOST_DAYS = 8
"""words that name days, or say why a school is closed"""
_SAID = ("hold.stops", "hold.died", "leave.away", LATE, "closure.weather", "closure.closed")
"""the phrases of which a wish says one: nearly all words that answer a question say none of them"""


def wished(call: Call, text: str) -> Wish | None:
    """What these words wish, to be read back; None for other words, and while the school is not on record."""
    words = stripped(text)
    about = _about(words, call.room.phrases(call.me))
    if not about or founding.comes_first(call.room, call.me):
        return None
    match about:
        case "leave":
            return _leave(call, words)
        case "closure":
            return _closure(call, words)
        case _:
            return lambda: _hold(call, words)


def matter(event: Event, phrases: Phrases) -> str:
    """What is meant, where it concerns the person or the whole school, whatever their team: "leave", "hold"."""
    match event.what:
        case Filled(ref):
            found = COMMANDS.find(ref.partition(" ")[2])
        case Said(text):
            found = COMMANDS.find(text) if event.private or event.what.pressed or is_explicit(text) else None
    if found:
        return found[0].matter if found[0].matter in permissions.OF_NO_TEAM else ""
    return _about(stripped(event.what.text), phrases) if isinstance(event.what, Said) else ""


def _about(text: str, phrases: Phrases) -> str:
    """The row of the permissions table that a wish in these words takes; empty for other words."""
    if not 0 < len(text.split()) <= MOST_WORDS or not grammar.contains(text, phrases, *_SAID):
        return ""
    command, _ = COMMANDS.find(text) or (None, "")
    if _stops(text, phrases) and (command is None or command.words == "stop"):
        return "hold"
    found = (("leave", _away(text, phrases)), ("closure", _closed(text, phrases)[0]))
    return next((name for name, rest in found if rest is not None and len(rest.split()) <= MOST_DAYS), "")


# ---------------------------------------------------------------- a day of leave


def _away(text: str, phrases: Phrases) -> str | None:
    """The days that are left of "Sorry, I'm home sick until Friday"; None for other words."""
    return grammar.left(text, phrases, "leave.away", ("leave.beside", "answers.words.hello", "answers.words.polite"))


def _leave(call: Call, text: str) -> Wish | None:
    try:
        first, last = _days(call, _away(text, call.room.phrases(call.me)) or "")
    except Refused as refusal:
        return None if isinstance(refusal.__cause__, NotADay) else _refused(refusal)

    def asked() -> Outcome:
        call.require("leave")
        if last < first:
            raise Refused(call.say("leave.ends_before"))
        days = {"day": first} if first == last else {"first": first, "last": last}
        said = f"leave {first}" if first == last else f"leave {first} to {last}"
        right = call.say("leave.right_day" if first == last else "leave.right", said=said, **days)
        yes = Button(call.say("engine.yes"), said, "primary")
        return call.tell(right, yes, Button(call.say("answers.date_other"), "leave"))

    return asked


def _days(call: Call, words: str) -> tuple[date, date]:
    """The first and the last day that are meant: without any it is today, and "back Thursday" ends the day before."""
    if not words:
        return call.today, call.today
    said, returns = words.split(), call.room.phrases(call.me).words("leave.returns")
    here = next((place for place, word in enumerate(said) if folded(word) in returns), None)
    if here is None:
        return call.sure_days(words)
    first = call.day(" ".join(said[:here]).strip(" ,.;-–—")) if here else call.today
    return first, call.day(" ".join(said[here + 1 :])) - timedelta(days=1)


# ---------------------------------------------------------------- a closed school


def _closed(text: str, phrases: Phrases) -> tuple[str | None, str]:
    """The days that are left of "School is closed on Friday because of ice", and what follows them in the command."""
    beside = ("closure.beside", "answers.words.hello", "answers.words.polite")
    before, reason = _with_reason(text, phrases)
    reason = reason.strip(" .!,;")
    because = f"because {reason}" if reason and not gives_reason(reason) else reason
    if (days := grammar.left(before, phrases, LATE, beside)) is not None:
        return days, phrases.words(LATE)[0]
    if (days := grammar.left(before, phrases, "closure.weather", beside)) is not None:
        return days, because or phrases.words("closure.weather")[0].capitalize()
    return grammar.left(before, phrases, "closure.closed", beside), because


def _with_reason(text: str, phrases: Phrases) -> tuple[str, str]:
    """What stands before "because of ice" or "due to ice", and the reason; "por 3 días" says how long."""
    before, reason = with_reason(text)
    words = text.split()
    for place in range(1, len(words) - 1):
        way = next((each for each in phrases.words("closure.due_to") if _stands(each, words[place:])), "")
        after = words[place + len(way.split()) :]
        if not reason and way and after and count_of(folded(after[0]), phrases) is None:
            return " ".join(words[:place]), " ".join(after)
    return before, reason


def _stands(way: str, words: Sequence[str]) -> bool:
    return folded(" ".join(words[: len(way.split())])) == way


def _closure(call: Call, text: str) -> Wish | None:
    phrases = call.room.phrases(call.me)
    days, name = _closed(text, phrases)
    try:
        call.sure_days(days or str(call.today))
    except Refused as refusal:
        return None if isinstance(refusal.__cause__, NotADay) else _refused(refusal)

    def asked() -> Outcome:
        call.require("closure", who_may=_tell(call, "closure.tell", Role.ADMINISTRATOR))
        rest = f"{days or phrases.words('answers.words.today')[0]} {name}".strip()
        return reading_back.run(replace(call, rest=rest), COMMANDS.commands["closure"])

    return asked


# ---------------------------------------------------------------- everything stopped


def _stops(text: str, phrases: Phrases) -> bool:
    """Whether it says "stop everything", or no more than that somebody died."""
    beside = ("hold.beside", "answers.words.hello", "answers.words.polite")
    return grammar.contains(text, phrases, "hold.stops") or grammar.left(text, phrases, "hold.died", beside) == ""


def _hold(call: Call, text: str) -> Outcome:
    """Ask whether everything shall be held: it is not stopped yet, and whoever cannot stop it hears who can."""
    call.require("hold", who_may=_tell(call, "hold.tell", Role.ADMINISTRATOR, Role.FACILITATOR))
    if call.room.hold:
        raise Refused(holds.told(call.room, call.me))
    says = f"hold because {text}"
    hold = Button(call.say("hold.title"), says if len(says) <= MOST_SAID_ALONE else "hold because", "primary")
    return call.tell(call.say("hold.right", school=call.room.school.name), hold)


def _tell(call: Call, phrase: str, *roles: Role) -> str:
    """Whom to tell who cannot do it; empty where there is nobody."""
    names = list(dict.fromkeys(each.name for role in roles for each in call.room.holders(role)))
    return call.say(phrase, names=names) if names else ""


def _refused(refusal: Refused) -> Wish:
    def wish() -> Outcome:
        raise refusal

    return wish
