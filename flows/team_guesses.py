"""Words that are no command, and are plainly about the team or the school: "Ana Lopez, ana@school.example, teacher"."""

from . import founding
from .commands import Call
from .messages import Button
from .newcomers import Written, is_called, is_person, leaving, read
from .options import folded
from .outcome import Outcome


def offered(call: Call, text: str) -> Outcome | None:
    """Offer to add whoever is written down, or to take off whom "remove Ben" names; None for other words.

    Before the first cycle it offers to change the answers that the words are about: "hours are actually 8 to 4".
    """
    if about_the_school := _change(call, text):
        return about_the_school
    if not call.may("team change"):
        return None
    phrases = call.room.phrases(call.me)
    if is_person(text, phrases) and "\n" not in text:
        written = read(text, phrases)
        name = written.name or written.email
        button = Button(call.say("team.guess_add_it"), f"team add {text}")
        return call.tell(call.say("team.guess_add", name=name), button)
    for said in leaving(text, phrases)[:1]:
        named = [each for each in call.room.present() if is_called(Written(each.name, each.email), said, phrases)]
        if len(named) == 1:
            button = Button(call.say("team.guess_left_it"), f"team left {named[0].id}")
            return call.tell(call.say("team.guess_left", name=named[0].name), button)
    return None


def _change(call: Call, text: str) -> Outcome | None:
    """The way to the answers about the school, while they can be changed and the words may be about one of them."""
    words, about = folded(text).split(), call.room.phrases(call.me).words("founding.about")
    told = founding.talk(call.room, call.me)
    if told is None or not told.done_at or not any(word in about or word[0].isdigit() for word in words):
        return None
    return call.tell(call.say("founding.guess_change"), Button(call.say("founding.change"), "school", "primary"))
