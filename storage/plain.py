"""Values as plain JSON and back, by their annotations: what a JSON column or a JSON row holds."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from flows import calendar
from flows.calendar import SchoolCalendar

from .columns import aware

Kind = TypeVar("Kind")


def to_plain(value: Any) -> Any:
    """Return the value as JSON values: dataclasses as objects, tuples as lists, days in ISO form."""
    match value:
        case SchoolCalendar():
            return calendar.to_json(value)
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Mapping():
            return {key: to_plain(each) for key, each in value.items()}
        case tuple() | list() | set() | frozenset():
            return [to_plain(each) for each in value]
        case _ if is_dataclass(value):
            return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
        case _:
            return value


def from_plain(annotation: Any, value: Any) -> Any:
    """Return what `to_plain` was given, or what a database column of that annotation holds."""
    return _reader(annotation)(value)


def made(kind: type[Kind], stored: Mapping[str, Any]) -> Kind:
    """Return the dataclass with the stored values; fields that were not stored have their defaults."""
    values = {name: stored[name] for name in hints(cast(Any, kind)) if name in stored}
    for name, read in _readers(cast(Any, kind)).items():
        if name in values:
            values[name] = read(values[name])
    return kind(**values)


Reader = Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _readers(kind: Any) -> Mapping[str, Reader]:
    """Return how to read the fields that are not kept as they are; worked out once, rooms are read often."""
    readers = {name: _reader(hint) for name, hint in hints(kind).items()}
    return {name: read for name, read in readers.items() if read is not _as_it_is}


@cache
def _reader(annotation: Any) -> Reader:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return _or_none(_reader(next(each for each in inner if each is not NoneType)))
    if origin is tuple:
        each = _reader(inner[0])
        return tuple if each is _as_it_is else lambda value: tuple(map(each, value))
    if origin is not None and issubclass(origin, Mapping):
        entry = _reader(inner[1])
        return lambda value: {key: entry(each) for key, each in value.items()}
    return _single(annotation)


def _or_none(read: Reader) -> Reader:
    return read if read is _as_it_is else lambda value: None if value is None else read(value)


def _single(kind: Any) -> Reader:
    if kind is SchoolCalendar:
        return calendar.from_json
    if kind is datetime:
        return lambda value: aware(value if isinstance(value, datetime) else datetime.fromisoformat(value))
    if kind is date:
        return lambda value: value if isinstance(value, date) else date.fromisoformat(value)
    if is_dataclass(kind):
        return lambda value: made(cast(Any, kind), value)
    return kind if isinstance(kind, type) and issubclass(kind, (Enum, bool)) else _as_it_is


@cache
def hints(kind: type) -> Mapping[str, Any]:
    """Return the annotation of each field that the dataclass is made from."""
    known = get_type_hints(kind)
    return {each.name: known[each.name] for each in fields(cast(Any, kind)) if each.init}
