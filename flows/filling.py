"""Answering on a form: all of its fields are kept, or none if one is not an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .answers import check
from .asking import closing, field_key
from .flow import Asked, NotAnAnswer
from .markup import plain
from .messages import Card, Errors, Value
from .route import route
from .turn import Talk, Turn, floor, is_complete, is_unchanged, kept, show_form, thanks


def submitted(talk: Talk, values: Mapping[str, Value], in_part: bool, in_message: bool = False) -> Turn:
    """Keep all fields of the form as it was put, or none of them if one is not an answer.

    `in_part`: what is missing was not shown; the next form asks for it. `in_message`: the form was never opened, so
    its questions are noted only now, as they stand.
    """
    if in_message:
        talk = _noted(talk, values)
    put = tuple(asked for asked in talk.conversation.asked if asked.form)
    if not any(field_key(asked) in values for asked in put):
        return _close_form(talk, values)
    if in_part:
        put = tuple(asked for asked in put if field_key(asked) in values)
    given, errors = _checked(talk, put, values)
    if errors:
        return talk.turn(reply=Errors(errors))
    for asked, value in given:
        talk = kept(talk, asked, value)
    return _close_form(floor(talk, None), values)


def _noted(talk: Talk, values: Mapping[str, Value]) -> Talk:
    """Note what stood on the form that these values come from."""
    spots = route(talk.flow, talk.conversation)
    on_the_form = tuple(replace(spot.asked, form=True) for spot in spots if field_key(spot.asked) in values)
    in_the_chat = tuple(asked for asked in talk.conversation.asked if not asked.form)
    return replace(talk, conversation=replace(talk.conversation, asked=in_the_chat + on_the_form))


def _checked(
    talk: Talk, put: Iterable[Asked], values: Mapping[str, Value]
) -> tuple[list[tuple[Asked, Value]], dict[str, str]]:
    """Return the values of the fields that changed, and a sentence for each field that is not an answer."""
    given: list[tuple[Asked, Value]] = []
    errors: dict[str, str] = {}
    for asked in put:
        key = field_key(asked)
        if is_unchanged(talk.conversation, asked, values.get(key)):
            continue
        try:
            value = check(asked, values.get(key), talk.today, talk.phrases, talk.conversation.member)
            given.append((asked, value))
        except NotAnAnswer as reason:
            errors[key] = plain(str(reason))
    return given, errors


def _close_form(talk: Talk, values: Mapping[str, Value]) -> Turn:
    """Show the next form if something is open, with what was already typed for it; else say thanks."""
    if not is_complete(talk.flow, talk.conversation):
        return show_form(talk, values)
    return talk.turn(reply=Card(closing(talk.flow, talk.phrases, thanks(talk))))
