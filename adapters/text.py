"""Messages as plain text: for logs, transcripts and screen readers; and how texts too long are cut."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate, chain
from typing import TypeVar

from pydantic_core import to_json

from flows import markup
from flows.markup import spans, upright
from flows.messages import Bar, Button, Chart, Field, Form, Item, Kind, Link, Message, Option, Value

from .wording import called, in_its_language, say

Run = tuple[str, bool]
"""(characters, is_bold)"""
Read = Callable[[str], str]
"""takes the marks out of a text: `plain` leaves people's words in it, `silent` leaves them out"""
Part = TypeVar("Part")

CHOSEN = frozenset({Kind.OPTIONS, Kind.SEVERAL, Kind.SCALE, Kind.PERSON, Kind.DOTS})
"""kinds that need something to choose from"""
MOST_BAR, MOST_SEEN = 60, 2_000
"""characters of a bar's label and of all that a picture shows, where it is told"""
_MOST_RUNS = 60
"""more pieces than this are no emphasis any more; every piece costs a platform's object"""
_BROKEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""control characters, halves of characters and non-characters: no platform takes all of them"""
_HALF_A_WORD = re.compile(r"\s\S{0,15}$")
_LOOSE_ENDS = " \n\t.,;:\u200d\ufe0e\ufe0f"
"""what does not stand before an ellipsis; joiners and variation selectors lost what they would join to"""


def plain(marked_up: str) -> str:
    """Return marked-up text without marks, people's words included."""
    return markup.plain(called(marked_up))


def silent(marked_up: str) -> str:
    """Return marked-up text without marks and without people's words."""
    return markup.silent(called(marked_up))


@in_its_language
def draw(message: Message) -> str:
    """Return the whole message as plain text, people's words included."""
    return _paragraphs([one_line(message.replies_to), *_parts(message, plain)])


@in_its_language
def spoken(message: Message) -> str:
    """Return the text that goes with a drawing: the notification, then all of the message but quoted words.

    Platforms read it to people who do not see, and show its beginning on screens that others see too.
    """
    first = notification(message)
    return _paragraphs([first, *(part for part in _parts(message, silent) if part != first)])


@in_its_language
def notification(message: Message) -> str:
    """Return the words of the notification; they never quote anyone, because classrooms project screens."""
    return one_line(message.preview, silent) or one_line(message.title, silent) or say("drawn.sender")


@in_its_language
def draw_form(form: Form) -> str:
    """Return the whole form as plain text."""
    fields = [_field(field) for field in form.fields]
    opening = [one_line(form.title), clean(plain(form.intro))]
    return _paragraphs([*opening, *fields, f"[{submit(form)}]"])


@in_its_language
def submit(form: Form) -> str:
    """Return the word on the form's button."""
    return one_line(form.submit) or say("drawn.send")


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _parts(message: Message, read: Read) -> list[str]:
    return [
        one_line(message.title, read),
        clean(read(message.text)),
        "\n".join(_chart(message.chart, read)) if message.chart else "",
        "\n".join(_item(item, read) for item in message.items),
        _link(message.link, read) if message.link else "",
        clean(read(message.note)),
        _buttons(message.buttons, read),
    ]


def _link(link: Link, read: Read) -> str:
    """Return a page by its name, and with its address where no screen shows it to others."""
    label = one_line(link.label, read)
    return f"{label}: {link.url}" if read is plain else label


def _chart(chart: Chart, read: Read) -> Iterator[str]:
    yield one_line(chart.title, read)
    yield told(chart)
    yield from (f"  {each}" for each in bars(chart, read))


def told(chart: Chart) -> str:
    """Return what there is to see in a chart, in one sentence."""
    return one_line(chart.told)


def bars(chart: Chart, read: Read = plain) -> list[str]:
    """Return each bar of a chart in words: "2. Planning time: 5", or "Convene: 75% (before: 50%)"."""
    lines = (f"{bar_label(bar, MOST_BAR, read)}: {number(bar)}" for bar in chart.bars)
    befores = (number_before(chart, bar) for bar in chart.bars)
    return [f"{line} ({before})" if before else line for line, before in zip(lines, befores, strict=True)]


def number(bar: Bar) -> str:
    """Return the number of a bar as it is told."""
    return one_line(bar.said) or str(bar.value)


def number_before(chart: Chart, bar: Bar) -> str:
    """Return its number before, and that it is that: "before: 50%"; nothing where there is none."""
    if bar.before is None:
        return ""
    return f"{one_line(chart.earlier)}: {one_line(bar.said_before) or bar.before}"


def bar_label(bar: Bar, most: int, read: Read = plain) -> str:
    """Return what a bar is the number of, on one line of at most so many characters, as no whole sentence."""
    return cut(one_line(bar.label, read).rstrip(_LOOSE_ENDS), most) or "…"


def seen(chart: Chart) -> str:
    """Return what a picture of a chart shows, for who does not see it: the finding, then the numbers."""
    return cut(f"{told(chart)} {'; '.join(bars(chart))}.", MOST_SEEN)


def _item(item: Item, read: Read) -> str:
    quoting = read is plain
    words = verbatim(item.text) if item.quoted else clean(read(item.text))
    if item.quoted:
        words = f"“{words}”" if quoting else say("drawn.silent")
    bullet = "" if item.label.isdigit() else "• "
    detail = clean(read(item.detail)) if quoting or not item.quoted else ""
    lines = [f"{bullet}{lead(item, read)}{words}", detail, _buttons(item.buttons, read)]
    return "\n".join(line for line in lines if line).replace("\n", "\n  ")


def _buttons(buttons: Sequence[Button], read: Read) -> str:
    return " ".join(f"[{one_line(button.label, read)}]" for button in buttons)


def _field(field: Field) -> str:
    """Return the question, its hint and the room for the answer, which shows what was answered before."""
    question = one_line(field.label) + (f" {say('drawn.optional')}" if field.optional else "")
    lines = [question, *hints(field), *_answer(field)]
    return "\n".join(lines).replace("\n", "\n  ")


def _answer(field: Field) -> Iterator[str]:
    match field.kind:
        case Kind.TEXT | Kind.LONG | Kind.DATE:
            yield clean(str(field.value or "")) or "________"
        case Kind.DOTS if field.options:
            given = dots(field)
            yield from (f"{given.get(option.key, 0)} × {words(option)}" for option in field.options)
        case kind if kind in CHOSEN and not field.options:
            yield say("drawn.nothing")
        case kind:
            left, right = "[]" if kind == Kind.SEVERAL else "()"
            keys = chosen(field)
            for option in choices(field):
                yield f"{left}{'x' if option.key in keys else ' '}{right} {option.label}"


def hints(field: Field, most: int = 0) -> list[str]:
    """Return what stands beneath the question; `most` is how many characters the box for the answer takes."""
    hint = clean(plain(field.hint))
    earlier = say("drawn.earlier") if most and typed(field, most) != typed(field) else ""
    return [words for words in (hint, earlier) if words]


def typed(field: Field, most: int = 0) -> str:
    """Return what was typed before, as much as the box takes."""
    before = clean(str(field.value or "")) if field.kind in (Kind.TEXT, Kind.LONG) else ""
    return cut(before, most) if most else before


def dots_left(budget: int, given: int, language: str = "") -> str:
    """Return how many dots are left, or by how many there are too many."""
    if given > budget:
        return say("drawn.dots_over", language, over=given - budget, budget=budget)
    return say("drawn.dots_left", language, left=budget - given, budget=budget)


def most_dots(field: Field) -> int:
    """Return how many dots may lie on one option."""
    return field.most or field.budget or 1


def dots(field: Field) -> dict[str, int]:
    """Return the dots that were given before, by option."""
    given = field.value if isinstance(field.value, dict) else {}
    return {str(key): number for key, number in given.items() if isinstance(number, int)}


def choices(field: Field) -> tuple[Option, ...]:
    """Return the options to choose from as they are shown: each label is one line of literal words."""
    if field.kind == Kind.YES_NO:
        yes, no = (words(option) for option in field.options) if len(field.options) == 2 else _yes_and_no()
        return Option("yes", yes), Option("no", no)
    return tuple(Option(option.key, words(option)) for option in field.options)


def _yes_and_no() -> tuple[str, str]:
    return say("drawn.yes"), say("drawn.no")


def words(option: Option) -> str:
    """Return an option's label on one line."""
    return " ".join(verbatim(option.label).split()) or option.key


def chosen(field: Field) -> frozenset[str]:
    """Return the keys that were chosen before."""
    match field.value:
        case None:
            return frozenset()
        case True | False if field.kind == Kind.YES_NO:
            return frozenset({choices(field)[0 if field.value else 1].key})
        case list() | tuple() as several:
            return frozenset(map(str, several))
        case one:
            return frozenset({str(one)})


def day(field: Field) -> str:
    """Return the day that was answered before, as 2027-03-14, or nothing."""
    try:
        return date.fromisoformat(str(field.value)).isoformat()
    except ValueError:
        return ""


def value(kind: Kind, said: str | None) -> Value:
    """Return what a field holds, as it is stored, for what a platform says; several keys come as a list."""
    match kind:
        case Kind.SCALE if said and said.isdecimal():
            return int(said)
        case Kind.DOTS:
            return int(said) if said and said.isdecimal() else said or 0
        case Kind.YES_NO:
            return {"yes": True, "no": False}.get(said or "")
        case _:
            return said or None


def lead(item: Item, read: Read = plain) -> str:
    """Return an item's label with what sets it off from the words: "Ana: " or, for a number, "3. "."""
    label = one_line(item.label, read)
    if not label:
        return ""
    return f"{label}. " if label.isdigit() else f"{label}: " if label[-1].isalnum() else f"{label} "


def one_line(text: str, read: Read = plain) -> str:
    """Return marked-up text without marks and line breaks: for titles, labels and buttons."""
    return " ".join(clean(read(text)).split())


def clean(characters: str) -> str:
    """Return the text with plain line breaks and without what no platform can carry; a printable one has neither."""
    if characters.isprintable():
        return characters.strip()
    return _BROKEN.sub("", "\n".join(characters.splitlines())).strip()


def verbatim(words: str) -> str:
    """Return people's words as they stand alone: as they were written, and turning nothing around them."""
    return clean(upright(words))


def cut(characters: str, most: int) -> str:
    """Return at most `most` characters, an emoji counted as two (as browsers count), with an ellipsis."""
    if 2 * len(characters) <= most:
        return characters
    units = characters.encode("utf-16-le", "ignore")
    if len(units) <= 2 * most:
        return characters
    kept = units[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    return _HALF_A_WORD.sub("", kept).rstrip(_LOOSE_ENDS) + "…"


def shorten(characters: str, most: int) -> str:
    """Return the text, or as much of it as fits and a sentence that says where the rest is."""
    if cut(characters, most) == characters:
        return characters
    rest = say("drawn.rest")
    return f"{cut(characters, most - len(rest) - 2)}\n{rest}"


def runs(text: str, most: int) -> list[Run]:
    """Return marked-up text piece by piece; a text that has to be cut loses its marks."""
    joined: list[Run] = []
    text = called(text)
    for piece, bold in spans(clean(text)):
        if joined and joined[-1][1] == bold:
            joined[-1] = (joined[-1][0] + piece, bold)
        else:
            joined.append((piece, bold))
    whole = "".join(piece for piece, _ in joined)
    short = shorten(whole, most)
    return joined if short == whole and len(joined) <= _MOST_RUNS else [(short, False)] if short else []


def quote(item: Item, most: int) -> list[Run]:
    """Return an item's words piece by piece: marked-up text, or people's words as they are."""
    if not item.quoted:
        return runs(item.text, most)
    said = shorten(verbatim(item.text), most)
    return [(said, False)] if said else []


def fit(
    first: list[Part],
    items: Sequence[list[Part]],
    last: list[Part],
    fits: Callable[[list[Part]], bool],
    notice: Callable[[str], list[Part]],
) -> list[Part]:
    """Return as many items as fit between first and last; a notice says how many are missing."""
    whole = [*first, *chain.from_iterable(items), *last]
    return whole if fits(whole) else [*_some(first, items, last, fits, notice), *last]


def _some(
    kept: list[Part],
    items: Sequence[list[Part]],
    last: list[Part],
    fits: Callable[[list[Part]], bool],
    notice: Callable[[str], list[Part]],
) -> list[Part]:
    for number, item in enumerate(items):
        missing = notice(left_out(len(items) - number))
        if not fits([*kept, *item, *missing, *last]):
            return [*kept, *missing]
        kept = [*kept, *item]
    return kept


def within(most: int, pieces: list[Part]) -> list[Part]:
    """Return as many pieces as the bytes of their JSON allow."""
    sizes = accumulate(size(piece) for piece in pieces)
    return [piece for piece, total in zip(pieces, sizes, strict=True) if total <= most]


def compact(drawn: object) -> str:
    """Return it as JSON without any space."""
    return to_json(drawn).decode()


def size(drawn: object) -> int:
    """Return how many bytes it has as JSON."""
    return len(to_json(drawn))


def left_out(number: int) -> str:
    """Return the sentence for items that found no room."""
    return say("drawn.left_out", count=number)
