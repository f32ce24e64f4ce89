"""Reads a school's calendar file, all of it or nothing, and says line by line what is wrong."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise
from typing import TypeVar

from icalendar import Event

from flows.calendar import CalendarError, Closure, HalfDay, Hours, SchoolCalendar, Span, parse_time
from flows.founding import school_year
from flows.options import quoted

COLUMNS = ("kind", "first", "last", "name", "time")
KINDS = {"term": "term", "closure": "closure", "halfday": "half day"}
LONGEST = {"term": 366, "closure": 366, "half day": 31}  # days; what lasts longer has a mistyped year
ARCHIVE = b"PK\x03\x04"  # how a .xlsx begins
MOST_NAMES = 10  # of events that were left out
MOST_CLOSED = 40  # names of events that close school
BEGINS_WITH = timedelta(hours=1)  # an event that begins so soon after school opens is the half day itself
Problem = tuple[int, str]  # (line, what is wrong there); line 0 is the whole file

_HALF = re.compile(r"half day|early (release|dismissal)")
_AWAY = re.compile(r"\b(no school|no class(es)?|closed|break|recess|holidays?|vacation)\b")
_TURN = re.compile(r"(?=.*\b(school|class|term|semester|quarter)).*\b(first|last|begin|start|resume|end)s?\b")
_LINE = re.compile(r"^(SUMMARY|DTSTART|DTEND|DURATION)(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
"""what is said of an event that cannot be read (RFC 5545, 3.1)"""
_TERM = re.compile(r"((first|second|third|fourth|1st|2nd|3rd|4th|fall|spring) )?(term|semester|quarter)\b")
_Value = TypeVar("_Value")


class CalendarImportError(Exception):
    """Nothing was imported; `problems` holds one sentence for each thing to mend, in the file's order."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line of the file, or the event that begins there, says; equal when it says the same."""

    line: int = field(compare=False)
    kind: str
    first: date
    last: date
    name: str
    closes: time  # counts for a half day only

    def days(self) -> Iterator[date]:
        """Yield every day from the first to the last."""
        return map(date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file makes of a school's calendar; as a string, what was understood of the file, in counts."""

    calendar: SchoolCalendar
    terms: int
    """how many the file names; with none those on record stay"""
    closures: int
    half_days: int
    since: date | None
    """what lies before this day stays as it was on record; None: there was nothing"""
    left_out: tuple[str, ...]
    """the names of events that neither open nor close school"""
    closing: tuple[str, ...] = ()
    """the names of events that were taken for closures and half days; a table says itself what its lines are"""
    notes: tuple[str, ...] = ()
    """a sentence for each closure on days without school anyway: it may have a mistyped date"""
    opens: tuple[str, ...] = ()
    """what was closed on record and is not any more, with the first day of it that is still to come"""

    def __str__(self) -> str:
        terms = _count(self.terms, "term") if self.terms else "no term (those on record stay)"
        told = f"{terms}, {_count(self.closures, 'closure')}, {_count(self.half_days, 'half day')}"
        told += f"; what lies before {self.since} stays" if self.since else ""
        told += f"; closed, or early: {_listed(self.closing, MOST_CLOSED)}" if self.closing else ""
        if not self.left_out:
            return told
        return f"{told}; {_count(len(self.left_out), 'event')} left out: {_listed(self.left_out, MOST_NAMES)}"


def _listed(names: Iterable[str], most: int) -> str:
    """Each name once, in their order, and no more than that many."""
    different = list(dict.fromkeys(names))
    return f"{', '.join(different[:most])}{', …' if len(different) > most else ''}"


def read_calendar(
    content: bytes, current: SchoolCalendar, early_release: time = time(12), today: date = date.min
) -> Reading:
    """Return `current` with the terms, closures and half days of a CSV or ICS file in place of its own.

    Zone, hours and weekdays stay, and the terms when the file names none; so does what lies before the file's first
    day, unless nobody ever imported it, and what was announced in the chat. Half days without a time close at
    `early_release`, a wall time. Raises `CalendarImportError` with every problem, and then imports nothing.
    """
    text = _text(content)
    is_ics = text.lstrip().upper().startswith("BEGIN:VCALENDAR")
    read = list(_events(text, current, early_release) if is_ics else _rows(text, early_release))
    entries = sorted((each for each in read if isinstance(each, Entry)), key=lambda entry: entry.first)
    problems = [each for each in read if isinstance(each, tuple)]
    problems += _contradictions(entries, current)
    if not problems and not any(entry.kind == "term" or current.terms for entry in entries):
        problems = [(0, "The file names no term. Add each term with its first and its last day.")]
    problems.sort(key=lambda problem: problem[0])
    if told := [f"line {line}: {what}" if line else what for line, what in problems]:
        raise CalendarImportError(*told)
    terms = tuple(Span(e.first, e.last) for e in entries if e.kind == "term")
    closures = tuple(Closure(e.first, e.last, e.name) for e in entries if e.kind == "closure")
    halves = tuple(HalfDay(day, e.closes) for e in entries if e.kind == "half day" for day in e.days())
    is_first = bool(terms) and is_placeholder(current)
    start = date.min if is_first else min((entry.first for entry in entries), default=date.max)
    kept = _kept(current, start, today)
    calendar = replace(
        current,
        terms=(*kept.terms, *terms) if terms else current.terms,
        closures=(*kept.closures, *closures),
        half_days=(*kept.half_days, *halves),
    )
    stays = (*kept.closures, *kept.half_days, *({*kept.terms} & {*current.terms} if terms else ()))
    since = entries[0].first if entries and stays and not is_first else None
    left_out = tuple(each for each in read if isinstance(each, str))
    notes = tuple(_notes(entries, calendar))
    closing = tuple(_closing(each) for each in entries if is_ics and each.kind != "term")
    opens = tuple(_opening(current, calendar, today))
    return Reading(calendar, len(terms), len(closures), len(halves), since, left_out, closing, notes, opens)


def _opening(before: SchoolCalendar, after: SchoolCalendar, today: date) -> Iterator[str]:
    """Yield each closure on record of which a day that is still to come has school again."""
    for each in sorted(before.closures, key=lambda closure: closure.first):
        days = map(date.fromordinal, range(max(each.first, today).toordinal(), each.last.toordinal() + 1))
        if opens := next(filter(after.is_open, days), None):
            yield f"{each.name} ({opens})"


def _closing(entry: Entry) -> str:
    return f"{entry.name} ({entry.closes:%H:%M})" if entry.kind == "half day" else entry.name


def _notes(entries: Iterable[Entry], calendar: SchoolCalendar) -> Iterator[str]:
    """Yield a sentence for each closure that closes no day on which there would be school, in the file's order."""
    for each in sorted((entry for entry in entries if entry.kind == "closure"), key=lambda entry: entry.line):
        if not any(day.weekday() in calendar.weekdays for day in each.days()):
            yield f'line {each.line}: "{each.name}" is on {each.first:%A}, {each.first}, without school anyway.'
        elif not any(term.first <= each.last and each.first <= term.last for term in calendar.terms):
            yield f'line {each.line}: "{each.name}" ({each.first}) lies outside every term.'


def is_placeholder(calendar: SchoolCalendar) -> bool:
    """Whether the terms are those of a new school, into which nobody has imported any."""
    return bool(calendar.terms) and calendar.terms == (school_year(calendar.terms[0].first),)


def _kept(current: SchoolCalendar, start: date, today: date) -> SchoolCalendar:
    """What stays beside a file that begins at `start`: what is over by then, and what was announced.

    Of a term that the file overlaps only the days stay that are past: it may be one that nobody meant.
    """
    before = start - timedelta(days=1) if start > date.min else start
    past = min(before, today)
    ends = {term: term.last if term.last < start else past for term in current.terms}
    return replace(
        current,
        terms=tuple(replace(term, last=last) for term, last in ends.items() if term.first <= last),
        closures=tuple(
            each if each.announced else replace(each, last=min(each.last, before))
            for each in current.closures
            if each.announced or each.first < start
        ),
        half_days=tuple(each for each in current.half_days if each.announced or each.day < start),
    )


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number <= 1 else 's'}"


def _text(content: bytes) -> str:
    if content.startswith(ARCHIVE):
        raise CalendarImportError('This is an Excel workbook, not a CSV file. In Excel, save it as "CSV UTF-8".')
    try:
        text = content.decode("utf-8-sig").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise CalendarImportError(f'line {line}: not UTF-8. In Excel, save as "CSV UTF-8".') from fault
    if not text.strip():
        raise CalendarImportError("The file is empty.")
    return text


def _rows(text: str, early_release: time) -> Iterator[Entry | Problem]:
    lines = _cells(text)
    line, header = next(lines, (1, []))
    names = [name.casefold() for name in header]
    if missing := ", ".join(column for column in COLUMNS if column not in names):
        raise CalendarImportError(f"line {line}: {missing} is missing. Write {','.join(COLUMNS)} here.")
    for line, cells in lines:
        if any(cells[len(names) :]):
            yield line, "there are too many cells. A name with a comma needs quotation marks."
        else:
            yield from _row(line, dict(zip(names, cells + [""] * len(names), strict=False)), early_release)


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = max(",;\t", key=text.lstrip().splitlines()[0].count)  # in many countries Excel writes ;
    reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as fault:
        raise CalendarImportError(f'line {line}: a quotation mark (") lacks the second one.') from fault


def _row(line: int, cells: Mapping[str, str], early_release: time) -> Iterator[Entry | Problem]:
    faults: list[str] = []
    kind = _read(_kind, cells["kind"], faults)
    first = _read(_date, cells["first"], faults)
    last = _read(_date, cells["last"], faults) if cells["last"] or kind == "term" else first
    wall = cells["time"] if kind not in ("term", "closure") else ""
    closes = _read(parse_time, wall, faults) if wall else early_release
    if cells["time"] != wall:
        faults.append(f'a {kind} has no time ("{cells["time"]}"). A name with a comma needs quotation marks.')
    yield from ((line, fault) for fault in faults)
    if kind and first and last and closes and not faults:
        yield Entry(line, kind, first, last, cells["name"] or "No school", closes)


def _read(parse: Callable[[str], _Value], text: str, faults: list[str]) -> _Value | None:
    try:
        return parse(text)
    except CalendarError as fault:
        faults.append(str(fault).replace('""', "an empty cell"))
        return None


def _kind(text: str) -> str:
    if kind := KINDS.get(re.sub(r"[\s_-]", "", text.casefold())):
        return kind
    raise CalendarError(f'"{text}" is not a kind. Write term, closure or half day.')


def _date(text: str) -> date:
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()
    raise CalendarError(f'"{text}" is not a date. Write it like 2027-03-14 or 3/14/2027.')


def _events(text: str, current: SchoolCalendar, early_release: time) -> Iterator[Entry | Problem | str]:
    if "\nEND:VCALENDAR" not in text or text.count("\nBEGIN:VEVENT") != text.count("\nEND:VEVENT"):
        raise CalendarImportError("The file is cut off or damaged. Export or download it again.")
    for block in re.finditer(r"^BEGIN:VEVENT.*?^END:VEVENT", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, block.start()) + 1
        try:
            if isinstance(event := Event.from_ical(block[0].encode()), Event):
                yield from _event(line, event, current, early_release)
        except (ArithmeticError, AttributeError, TypeError, ValueError):  # icalendar raises all of them
            yield line, _unreadable(block[0])


def _unreadable(block: str) -> str:
    """Which event has days that cannot be read, and what they are."""
    said: dict[str, str] = dict(_LINE.findall(block))
    name = f'"{quoted(said["SUMMARY"])}"' if said.get("SUMMARY", "").strip() else "this event"
    days = " and ".join(f'"{quoted(said[key])}"' for key in ("DTSTART", "DTEND", "DURATION") if key in said)
    if "DTSTART" not in said:
        return f"{name} has no day. Give it a start and an end."
    return f"{name} has days that cannot be read: {days}. Write them like 20270314, the start before the end."


def _event(line: int, event: Event, current: SchoolCalendar, closes: time) -> Iterator[Entry | Problem | str]:
    """Yield what the event says, or its name when it says nothing about open days."""
    name = " ".join(str(event.get("SUMMARY") or "No school").split())
    first, last, whole_days = _spell(event, current)
    kind = _meaning(name, first == last)
    if event.get("STATUS") == "CANCELLED" or not kind or not (whole_days or kind == "half day"):
        yield name
    elif event.get("RRULE") or event.get("RDATE"):
        yield line, f'"{name}" repeats, and repeating events are not read. Make one event for each day.'
    elif kind == "term" and first == last:
        yield line, f'"{name}" is one day long. Make one event from the first to the last day of a term.'
    else:
        yield Entry(line, kind, first, last, name, closes if whole_days else _early(event, current, closes))


def _early(event: Event, current: SchoolCalendar, usual: time) -> time:
    """When school closes by an event with a time: as it begins, or as it ends where it begins with the school day."""
    start, end = _wall(event.start, current), _wall(event.end, current)
    begins = datetime.combine(start, current.hours.opens) + BEGINS_WITH
    closes = (end if start <= begins else start).time()
    return closes if current.hours.opens < closes < current.hours.closes else usual


def _spell(event: Event, current: SchoolCalendar) -> tuple[date, date, bool]:
    start, end = _wall(event.start, current), _wall(event.end, current)
    if not start.time() == end.time() == time():  # Outlook writes whole days from midnight to midnight
        return start.date(), start.date(), False
    return start.date(), (end - timedelta(days=end != start)).date(), True  # RFC 5545, 3.6.1: without its end


def _wall(moment: date, current: SchoolCalendar) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return current.local(moment).replace(tzinfo=None) if moment.tzinfo else moment


def _meaning(name: str, one_day: bool) -> str:
    words = name.casefold().replace("-", " ")
    if _HALF.search(words):
        return "half day"
    if _AWAY.search(words):
        return "closure"
    turns = _TURN.search(words)  # "First day of school" closes nothing
    if _TERM.match(words) and not (turns and one_day):
        return "term"
    return "" if turns else "closure"


def _contradictions(entries: Iterable[Entry], current: SchoolCalendar) -> Iterator[Problem]:
    sound: dict[Entry, int] = {}
    for entry in entries:
        faults = list(_faults(entry, current.hours))
        if not faults and (line := sound.setdefault(entry, entry.line)) != entry.line:
            faults.append(f"this repeats line {line}. Delete one of the two.")
        yield from ((entry.line, fault) for fault in faults)
    yield from _clashes(list(sound), current.weekdays)


def _faults(entry: Entry, hours: Hours) -> Iterator[str]:
    if entry.last < entry.first:
        yield f"the {entry.kind} ends on {entry.last}, before it starts on {entry.first}. Swap the dates."
    elif (entry.last - entry.first).days >= LONGEST[entry.kind]:
        yield f"the {entry.kind} lasts from {entry.first} to {entry.last}. Check the years."
    if entry.kind == "half day" and not hours.opens < entry.closes < hours.closes:
        yield f"a half day cannot close at {entry.closes:%H:%M}. Write an afternoon like 1:30 pm."


def _clashes(entries: Iterable[Entry], weekdays: frozenset[int]) -> Iterator[Problem]:
    terms = [entry for entry in entries if entry.kind == "term"]
    for before, term in pairwise(terms):
        if term.first <= before.last:
            yield term.line, f"this term starts before the term of line {before.line} ends ({before.last})."
    closed = {day: entry.line for entry in entries if entry.kind == "closure" for day in entry.days()}
    for half in (entry for entry in entries if entry.kind == "half day" and entry.first == entry.last):
        if half.first in closed:
            yield half.line, f"{half.first} is closed by line {closed[half.first]}. Delete one of the two."
        elif half.first.weekday() not in weekdays:
            yield half.line, f"{half.first} is a {half.first:%A}, without school. Check the date."
