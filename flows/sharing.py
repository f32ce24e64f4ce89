"""Lines of a private flow: they are their author's until they press Share, and again when they take them back."""

from collections.abc import Iterator

from .asking import own_lines
from .engine import counted
from .flow import Conversation, Flow
from .messages import Button, Item
from .people import Member
from .room import Room


def lines(room: Room, flow: Flow, conversation: Conversation, author: Member) -> Iterator[Item]:
    """Each line that the author may share, with the button for it; nothing of a flow that shares by itself."""
    if flow.shares != "nothing":
        return
    shared = {line.origin: line.text for line in room.lines}
    for (step, item), answer in counted(flow, conversation).items():
        if step in own_lines(flow):
            is_shared = shared.get(f"{conversation.key}#{step}.{item}") == answer.value
            label = room.say("share.take_back" if is_shared else "share.button", author)
            word = "unshare" if is_shared else "share"
            button = Button(label, f"{word} {conversation.key} {step}")
            yield Item(str(answer.value), buttons=(button,), quoted=True)
