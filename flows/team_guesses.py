"""Words that are no command, and are plainly about who is on the team: "Ana Lopez, ana@school.example, teacher"."""

from .commands import Call
from .messages import Button
from .newcomers import Written, is_called, is_person, leaving, read
from .outcome import Outcome


def offered(call: Call, text: str) -> Outcome | None:
    """Offer to add whoever is written down, or to take off whom "remove Ben" names; None for other words."""
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
