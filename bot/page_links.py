"""The links to pages, made whole where a message leaves: by then it is known where people find the pages."""

from dataclasses import replace

from flows import page_paths
from flows.messages import Card, Message, Note, Reply

from . import sample


def whole(message: Message, platform: str, pages: str) -> Message:
    """Return the message as it goes out on this platform; whoever practices is signed in nowhere and gets no link."""
    return page_paths.completed(message, "" if platform == sample.PLATFORM else pages)


def in_reply(reply: Reply | None, platform: str, pages: str) -> Reply | None:
    """Return what answers a press or words, with the same done to its message."""
    match reply:
        case Note(message) | Card(message):
            return replace(reply, message=whole(message, platform, pages))
    return reply
