"""Values as plain JSON and back, by their annotations: what a JSON column or a JSON row holds."""

from collections.abc import Mapping
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
    if value is None or annotation is Any:
        return value
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return from_plain(next(each for each in inner if each is not NoneType), value)
    if origin is tuple:
        return tuple(from_plain(inner[0], each) for each in value)
    if origin is not None and issubclass(origin, Mapping):
        return {key: from_plain(inner[1], each) for key, each in value.items()}
    return _single(annotation, value)


def _single(kind: type, value: Any) -> Any:
    if kind is SchoolCalendar:
        return calendar.from_json(value)
    if kind is datetime:
        return aware(value if isinstance(value, datetime) else datetime.fromisoformat(value))
    if kind is date:
        return value if isinstance(value, date) else date.fromisoformat(value)
    if is_dataclass(kind):
        return made(kind, value)
    return kind(value) if issubclass(kind, (Enum, bool)) else value


def made(kind: type[Kind], stored: Mapping[str, Any]) -> Kind:
    """Return the dataclass with the stored values; fields that were not stored have their defaults."""
    values = {
        name: from_plain(hint, stored[name])
        for name, hint in hints(cast(Any, kind)).items()
        if name in stored
    }
    return kind(**values)


@cache
def hints(kind: type) -> Mapping[str, Any]:
    """Return the annotation of each field that the dataclass is made from."""
    known = get_type_hints(kind)
    return {each.name: known[each.name] for each in fields(cast(Any, kind)) if each.init}
