"""What people will see of a flow: its invitation and its form as text, as Slack's JSON and as Teams' JSON."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import adapters.slack.render as slack
import adapters.teams.render as teams
from adapters import text
from flows.messages import Form, Message


def preview(name: str, invitation: Message, form: Form) -> str:
    """Return everything that `leadcycle preview` prints about the flow `name`."""
    return "\n\n".join(part for draw in (_text, _slack, _teams) for part in draw(name, invitation, form))


def _text(name: str, invitation: Message, form: Form) -> Iterator[str]:
    yield _rule(f"{name}: as plain text (notification: {text.notification(invitation)})")
    yield text.draw(invitation)
    yield _rule(f"{name}: its form")
    yield text.draw_form(form)


def _slack(name: str, invitation: Message, form: Form) -> Iterator[str]:
    yield _rule(f"{name}: on Slack")
    yield _pretty(slack.message(invitation))
    for number, page in enumerate(slack.pages(form), 1):
        yield _rule(f"{name}: its form on Slack" + (f", page {number}" if number > 1 else ""))
        yield _pretty(slack.modal(page))


def _teams(name: str, invitation: Message, form: Form) -> Iterator[str]:
    yield _rule(f"{name}: on Teams")
    yield _pretty(teams.activity(replace(invitation, form=form)))
    yield _rule(f"{name}: its form on Teams")
    yield _pretty(teams.form_card(form))


def _rule(title: str) -> str:
    return f"---- {title} ".ljust(80, "-")


def _pretty(what: Any) -> str:
    return json.dumps(what, ensure_ascii=False, indent=2)
