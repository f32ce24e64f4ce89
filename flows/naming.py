"""Of which team a message to one person is: said only to who is on several, who could not tell otherwise."""

from dataclasses import replace

from .messages import Card, Errors, Form, Message, Note, Reply


def of_team(message: Message, team: str) -> Message:
    """Return the message with the team's name behind its title, and in the notification that announces it."""
    if team in message.title:
        return message
    form = replace(message.form, title=_behind(message.form.title, team)) if message.form else None
    return replace(message, title=_behind(message.title, team), preview=_behind(message.preview, team), form=form)


def reply_of_team(reply: Reply | None, team: str) -> Reply | None:
    """Return the reply with the team's name behind its title; a refused form keeps the title that it has."""
    match reply:
        case Note(message) | Card(message):
            return replace(reply, message=of_team(message, team))
        case Form(title=title):
            return replace(reply, title=_behind(title, team))
        case None | Errors():
            return reply


def _behind(words: str, team: str) -> str:
    return f"{words} · {team}" if words else team
