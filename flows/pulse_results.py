"""What a pulse found: frozen when it closes, the same for everybody who reads it, and told with what came before."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from . import anonymity, bands, pulses
from .anonymity import Asked
from .bands import Place
from .charts import HUNDRED
from .conditions import Condition, Conditions
from .engine import counted, is_complete
from .flow import Conversation, Flow
from .messages import Bar, Chart, Item, Message
from .people import Member, Role
from .report.entries import in_full
from .room import Room
from .sight import is_limited
from .waves import ANSWERED, FEWER, FLOW, HALF, MORE, SCHOOL, Figures, Pulse, Wave

YES = 4
"""the mean of somebody's points about a condition, on the scale of five, from which they say yes to it"""
COMMENT = "comment"
"""the one question that is answered in words"""
TOLD_WAVES = 4
"""of which the page shows the way to today"""
Shuffle = Callable[[list[str]], None]
"""puts a list into an order that nobody can know"""


@dataclass(frozen=True, slots=True)
class Given:
    """The answers of somebody who answered everything: whose they are is known here for the last time."""

    place: Place
    points: Mapping[str, int]
    comment: str = ""


def given(flow: Flow, conversation: Conversation, place: Place) -> Given | None:
    """Return what somebody answered; None where they did not answer everything that they were asked.

    Whoever was done is so, also where a script that was changed meanwhile asks for more.
    """
    is_done = conversation.done_at or is_complete(flow, conversation)
    if not is_done or not conversation.answers:
        return None
    told = {step: answer.value for (step, _), answer in counted(flow, conversation).items()}
    points = {step: int(value) for step, value in told.items() if step != COMMENT}
    return Given(place, points, str(told.get(COMMENT) or ""))


def freeze(room: Room, pulse: Pulse, answers: Sequence[Given], shuffle: Shuffle) -> Wave:
    """Return what may be shown of these answers, for good; everything else is forgotten.

    `room` knows the school's teams and its earlier pulses, `shuffle` is `random.SystemRandom().shuffle` but in tests.
    """
    told = room.scripts.conditions()
    places = {each.member: (each.team, each.role) for each in room.invited if each.pulse == pulse.number}
    asked = Asked(places, Counter(each.place for each in answers), pulses.earlier(room), pulse.groups)
    figures = {group: _figures(told, _of(answers, group)) for group in anonymity.shown(asked, pulse.fewest)}
    comments = [each.comment for each in answers if each.comment]
    shuffle(comments)
    may_speak = SCHOOL in figures and len(answers) > pulse.comments
    return Wave(pulse.school, pulse.number, figures, tuple(comments) if may_speak else ())


def _of(answers: Sequence[Given], group: str) -> list[Given]:
    return [each for each in answers if group in (SCHOOL, *bands.groups_of(each.place))]


def _figures(told: Conditions, answers: Sequence[Given]) -> Figures:
    yeses = {each.key: sum(_says_yes(each, given) for given in answers) for each in told.each}
    return {ANSWERED: len(answers), **{key: bands.band(yes, len(answers)) for key, yes in yeses.items()}}


def _says_yes(condition: Condition, given: Given) -> bool:
    """Each person counts once in each condition, also who left a line of it out: so much is one's own answer."""
    points = [given.points[step] for step in condition.asks if step in given.points]
    return bool(points) and sum(points) >= YES * len(points)


# ---------------------------------------------------------------- telling


def newest(room: Room) -> Wave | None:
    """The newest pulse that is closed."""
    return max(room.waves, key=lambda each: each.pulse, default=None)


def before(room: Room, wave: Wave, group: str = SCHOOL) -> Wave | None:
    """The last pulse before this one that shows the group, too."""
    found = (each for each in room.waves if each.pulse < wave.pulse and group in each.figures)
    return max(found, key=lambda each: each.pulse, default=None)


def lowest(told: Conditions, figures: Figures) -> tuple[Condition, ...]:
    """The conditions to work on: those in the lowest band, and none where more than half say yes to each."""
    found = [each for each in told.each if each.moves and figures.get(each.key, MORE) < MORE]
    least = min((figures[each.key] for each in found), default=MORE)
    return tuple(each for each in found if figures[each.key] == least)


def draw(room: Room, me: Member, in_tables: bool = False) -> Message | None:
    """What the newest pulse found in the whole school, what came before, by group, and what to try; None before one.

    With `in_tables` groups are left to `by_group`.
    """
    wave = newest(room)
    if wave is None:
        return None
    pulse = next(each for each in room.pulses if each.number == wave.pulse)
    title = room.say("pulse.results", me, day=_closed_on(room, me, wave))
    note, preview = room.say("pulse.note", me), room.say("pulse.title", me)
    figures = wave.figures.get(SCHOOL)
    if figures is None:
        text = room.say("pulse.lost" if pulse.is_lost else "pulse.nothing_shown", me, fewest=pulse.fewest)
        return Message(text, title, preview=preview, note=note, about=room.team.id)
    text = room.say("pulse.answered", me, count=figures[ANSWERED])
    groups = () if in_tables else _groups(room, me, wave)
    items = (*_moves(room, me, figures), *groups, *_comments(room, me, wave))
    return Message(text, title, items, note, preview=preview, about=room.team.id, chart=chart(room, me, wave))


def chart(room: Room, me: Member, wave: Wave) -> Chart:
    """The band of each condition in the whole school, and where it was in the pulse before that tells of it."""
    told, figures, earlier = room.scripts.conditions(me.language), wave.figures[SCHOOL], before(room, wave)
    then = earlier.figures[SCHOOL] if earlier else {}
    bars = tuple(_bar(room, me, each, figures, then) for each in told.each if each.key in figures)
    low = ", ".join(each.title for each in lowest(told, figures))
    seen = [room.say("pulse.told_lowest", me, conditions=low) if low else room.say("pulse.told_high", me)]
    seen += [room.say("pulse.since", me, day=_closed_on(room, me, earlier))] if earlier else []
    title, unit = room.say("pulse.who_says_yes", me), room.say("pulse.unit", me)
    return Chart(title, unit, bars, " ".join(seen), HUNDRED, room.say("pulse.before", me))


def _bar(room: Room, me: Member, condition: Condition, now: Figures, then: Figures) -> Bar:
    said, was = in_words(room, me, now[condition.key]), then.get(condition.key)
    if was is None:
        return Bar(condition.title, _LENGTHS[now[condition.key]], said)
    return Bar(condition.title, _LENGTHS[now[condition.key]], said, _LENGTHS[was], in_words(room, me, was))


def _closed_on(room: Room, me: Member, wave: Wave) -> str:
    """The day on which a pulse closed, with its year: a school has two in a year, and reads of several years."""
    pulse = next(each for each in room.pulses if each.number == wave.pulse)
    return in_full(room.today(pulse.closes_at), room.language(me))


def _lines(room: Room, me: Member, figures: Figures) -> str:
    """Each condition with its band."""
    return "\n".join(
        room.say("pulse.line", me, condition=each.title, share=in_words(room, me, figures[each.key]))
        for each in room.scripts.conditions(me.language).each
        if each.key in figures
    )


def in_words(room: Room, me: Member, told: int) -> str:
    """How many say yes, as far as a band tells it."""
    return room.say(_WORDS[told], me)


_LENGTHS = {FEWER: 25, HALF: 50, MORE: 75}
"""percent to which a bar is drawn: the middle of its band, and nothing finer"""
_WORDS = {FEWER: "pulse.fewer_than_half", HALF: "pulse.half", MORE: "pulse.more_than_half"}


def _moves(room: Room, me: Member, figures: Figures) -> Iterator[Item]:
    for low in lowest(room.scripts.conditions(me.language), figures):
        for place, move in enumerate(low.moves):
            yield Item(move, "" if place else room.say("pulse.moves", me, condition=low.title))


def _groups(room: Room, me: Member, wave: Wave) -> Iterator[Item]:
    for group, figures in _read_by(room, me, wave).items():
        if group != SCHOOL:
            name = pulses.group_in_words(room, group, me)
            yield Item(_lines(room, me, figures), room.say("pulse.group", me, name=name, count=figures[ANSWERED]))


def _read_by(room: Room, me: Member, wave: Wave) -> Mapping[str, Figures]:
    """The figures that somebody reads: those of groups are for the school's own people."""
    return {SCHOOL: wave.figures[SCHOOL]} if _looks_on(room, me) else wave.figures


def _looks_on(room: Room, me: Member) -> bool:
    return is_limited(room, me.id) and Role.STAFF not in room.roles(me.id)


def _comments(room: Room, me: Member, wave: Wave) -> Iterator[Item]:
    for place, comment in enumerate(() if _looks_on(room, me) else wave.comments):
        yield Item(comment, "" if place else room.say("pulse.comments", me), quoted=True)


@dataclass(frozen=True, slots=True)
class Grid:
    """Figures side by side: what each column is, and each condition with its bands in words; empty: not told."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def by_group(room: Room, me: Member) -> Grid | None:
    """The newest pulse by group, beside the school; None where no group is told by itself, or not to this person."""
    wave = newest(room)
    told = _read_by(room, me, wave) if wave and wave.figures else {}
    if len(told) < len((SCHOOL, "a group")):
        return None
    heads = (
        room.say("pulse.group", me, name=pulses.group_in_words(room, group, me), count=figures[ANSWERED])
        for group, figures in told.items()
    )
    return Grid(tuple(heads), _rows(room, me, tuple(told.values())))


def over_time(room: Room, me: Member) -> Grid | None:
    """The whole school in the newest pulses that tell of it, the oldest first; None where it is told by one only."""
    told = sorted((each for each in room.waves if SCHOOL in each.figures), key=lambda each: each.pulse)[-TOLD_WAVES:]
    if len(told) < len(("before", "now")):
        return None
    heads = (_closed_on(room, me, each) for each in told)
    return Grid(tuple(heads), _rows(room, me, tuple(each.figures[SCHOOL] for each in told)))


def _rows(room: Room, me: Member, columns: Sequence[Figures]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (
            each.title,
            tuple(in_words(room, me, figures[each.key]) if each.key in figures else "" for figures in columns),
        )
        for each in room.scripts.conditions(me.language).each
    )


def flow_of(room: Room) -> Flow:
    """The questions as they were first written."""
    return room.scripts.flow(FLOW)
