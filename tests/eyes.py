"""What stands before somebody's eyes in a scenario."""

from collections.abc import Iterator
from typing import Any

from flows.messages import Message


def before(school: Any, user: str) -> Iterator[Message]:
    """Every message before this person's eyes, the newest first."""
    player = school.people.get(user)
    if player is None:
        return
    if player.note:
        yield player.note
    for post in reversed(school.stage.posts):
        if post.place in (player.place, player.channel):
            yield post.message
