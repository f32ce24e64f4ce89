"""The commands that begin a decision: written, previewed, posted, and taken back before anyone saw it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from .. import amendments, asked_together, circles, decisions, drafts, posts
from ..commands import Call, Command, because, is_number, with_reason
from ..deadlines import end_of
from ..decision_cards import choice_items, question
from ..decision_records import Decision
from ..markup import plain
from ..messages import Button, Item, Note, Value
from ..modes import MODES, MORE, open_to, who_may
from ..outcome import Outcome, Refused
from ..phrases import Raw
from ..school_days import explained, on_form
from . import decide_forms, decide_log

_TO_SOMEBODY = re.compile(r"delegate:? (?:to|a) ([\w.'-]+(?: [\w.'-]+)?)(?:: *(.*))?", re.DOTALL | re.IGNORECASE)
"""a delegation that names somebody: the next form has them chosen"""


def decide(call: Call) -> Outcome:
    """Open the form of a decision with the question that was typed; no mode is chosen that was not declared.

    A mode that is not the person's to use is not chosen, and the form says why; "tell parents about the trip?" is a
    question of its own then.
    """
    if is_number(call.rest.strip("# ")):
        return decide_log.show(replace(call, rest=call.rest.strip("# ")))
    _require_any(call)
    declared, words = _declared(call.rest)
    if declared and is_number(words.lstrip("#")):
        return _declared_anew(call, int(words.lstrip("#")))
    why = _why_not(call, declared)
    if why and words.endswith("?") and not call.rest.split()[0].endswith(":"):
        declared, words, why = "", call.rest, ""
    to = _to_whom(call)
    asked, reason = _with_reason(to[1] if to else words, declared)
    draft = drafts.new(call.room, call.me.id, call.now)
    written = replace(draft, question=asked, mode="" if why else declared, reason=reason)
    ref = f"order decide delegate to {to[0]}" if to else "order decide"
    return call.show(decide_forms.first(call, written, ref, why=why))


def _to_whom(call: Call) -> tuple[str, str] | None:
    """Who decides and what, in "delegate to Ben: who orders the books?"; None where nobody on the team is called so."""
    found = _TO_SOMEBODY.fullmatch(call.rest)
    others = tuple(each for each in call.room.prompted() if each != call.me)
    try:
        return (call.person(found[1], others).id, found[2] or "") if found else None
    except Refused:
        return None


def _declared_anew(call: Call, number: int) -> Outcome:
    """A way of deciding for a decision that is there already: a draft can still have it, a posted one keeps its own."""
    known = decisions.find(call.room, number)
    if known.state == "draft":
        return change(replace(call, rest=str(number)))
    show = decide_log.show(replace(call, rest=str(number)))
    assert isinstance(show.reply, Note)
    message = show.reply.message
    text = f"{call.say('decide.mode_stays', number=number)}\n\n{message.text}"
    return Outcome(reply=Note(replace(message, text=text)))


def _require_any(call: Call) -> None:
    """Raise Refused for somebody who may post no decision in any mode."""
    if not open_to(call.room, call.me.id):
        who = "guides" if "guides" in {who_may(call.room, mode) for mode in MODES} else "administrators"
        raise Refused(call.say("decide.not_yours_to_post", who=Raw(call.say(f"decide.who_{who}"))))


def _why_not(call: Call, mode: str) -> str:
    """Why the person may not use this mode; empty where they may."""
    try:
        if mode:
            drafts.require_mode(call.room, call.me.id, mode)
    except Refused as refusal:
        return plain(str(refusal))
    return ""


def _declared(words: str) -> tuple[str, str]:
    """The mode and the question in "tell We meet at eight"; a question that begins with "Tell parents" has none."""
    first, _, rest = words.partition(" ")
    mode = first.removesuffix(":").casefold()
    is_declared = mode in MODES and (first == mode or first.endswith(":"))
    return (mode, rest.strip()) if is_declared else ("", words)


def _with_reason(words: str, mode: str) -> tuple[str, str]:
    """The question and its reason in "tell We meet at eight because the bus is late".

    Without a mode the reason follows the question mark: in "Do we stop because of snow?" it is part of the question.
    """
    before, reason = with_reason(words)
    if mode and reason.endswith("?"):
        before, reason = f"{before.rstrip('?')}?", reason.rstrip("? ")
    return (before, reason) if reason and (mode or before.endswith((".", "?", "!"))) else (words, "")


def decide_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide`: show how it will read and who is asked until when, before it is posted."""
    question = str(values.get("question") or "").strip()
    draft = drafts.new(call.room, call.me.id, call.now, question)
    if (to := _to_whom(call)) and values.get("mode") == "delegate":
        draft = replace(draft, asked=(to[0],))
    return _written(call, draft, values)


def change(call: Call) -> Outcome:
    """Open the form of a draft again."""
    number, _ = call.number("decide change")
    draft = drafts.drafted(call.room, number, call.me.id)
    return call.show(decide_forms.first(call, draft, f"order decide change {number}"))


def change_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide change`: what was declared beside it stays."""
    return _written(call, _draft(call, "decide change"), values)


def _written(call: Call, draft: Decision, values: Mapping[str, Value]) -> Outcome:
    """The draft with its question, reason and mode; what a vote or a delegation needs besides is asked next."""
    words = {key: str(values.get(key) or "").strip() for key in ("question", "mode", "reason", "limits", "closes")}
    mode = words["mode"] if words["mode"] in MODES else ""
    closes, moved = on_form(call, words["closes"], "closes")
    written = replace(
        draft,
        question=words["question"],
        mode=mode,
        reason=because(words["reason"]),
        limits=words["limits"],
        circle=circles.TEAM if draft.mode == "delegate" and mode != draft.mode else draft.circle,
        closes_at=end_of(call.room, call.now, 1, closes) if closes else None,
    )
    is_more = words["mode"] == "more" or mode in MORE
    if not is_more or not written.question:
        return explained(call, _preview(call, written), moved)
    if mode:
        drafts.require_mode(call.room, call.me.id, mode)
    return explained(call, Outcome((written,)) + call.show(decide_forms.more(call, written)), moved)


def more_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form that asks what a vote or a delegation needs."""
    draft = _draft(call, "decide more")
    mode = str(values.get("mode") or draft.mode)
    options = [line.strip() for line in str(values.get("options") or "").splitlines() if line.strip()]
    draft = replace(draft, mode=mode if mode in MORE else "")
    if draft.mode == "vote":
        draft = replace(draft, options=tuple(options), majority=str(values.get("majority") or ""))
    if draft.mode == "delegate":
        draft = delegated(call, draft, str(values.get("to") or ""))
    return _preview(call, draft)


def delegated(call: Call, draft: Decision, to: str) -> Decision:
    """The decision in the hands of a person, or of a grade or department."""
    if to in circles.known(call.room):
        return replace(draft, circle=to, asked=circles.members(call.room, to, call.me.id))
    others = [member for member in call.room.prompted() if member.id != call.me.id]
    if not to or not others:
        return replace(draft, asked=())
    return replace(draft, circle=circles.TEAM, asked=(call.person(to, others).id,))


def details(call: Call) -> Outcome:
    """Open the form of everything that is usually left as it is."""
    number, _ = call.number("decide details")
    draft = drafts.drafted(call.room, number, call.me.id)
    if not draft.mode:
        raise Refused(call.say("decide.no_mode"))
    return call.show(decide_forms.details(call, draft))


def details_filled(call: Call, values: Mapping[str, Value]) -> Outcome:
    """The form of `decide details`."""
    draft = _draft(call, "decide details")
    needed, about = str(values.get("needed") or ""), str(values.get("about") or "")
    if needed and not (is_number(needed) and int(needed)):
        raise Refused(call.say("decide.needed_is_a_number"), "needed")
    kind, _, number = about.partition(" ")
    named = int(number) if is_number(number) else 0
    known = str(values.get("circle") or draft.circle)
    review_on, moved = on_form(call, str(values.get("review_on") or ""), "review_on")
    detailed = replace(
        draft,
        circle=known if known in circles.known(call.room) else circles.TEAM,
        needed=int(needed) if needed else 0,
        need=named if kind == "need" else 0,
        action=named if kind == "action" else 0,
        review_on=review_on,
    )
    return explained(call, _preview(call, detailed), moved)


def _draft(call: Call, what: str) -> Decision:
    """The person's draft with this number, as its next version."""
    number, _ = call.number(what)
    known = drafts.drafted(call.room, number, call.me.id)
    return replace(known, revision=known.revision + 1, posted_at=call.now)


def _preview(call: Call, written: Decision) -> Outcome:
    """How the decision will read, once nothing is missing, with the ways on."""
    closes = call.room.today(written.closes_at) if written.closes_at else None
    draft = drafts.checked(call.room, written, call.now, closes)
    buttons = (
        Button(call.say("decide.post"), f"decide post {decisions.as_read(draft)}", "primary"),
        Button(call.say("decide.change"), f"decide change {draft.number}"),
        Button(call.say("decide.details_button"), f"decide details {draft.number}"),
    )
    return Outcome((draft,)) + shown(call, draft, *buttons)


def shown(call: Call, draft: Decision, *buttons: Button) -> Outcome:
    """How it will read, and what will happen once it is posted."""
    items = (*question(call.room, draft), *_options(call, draft), *_besides(call, draft))
    return call.tell(_will(call, draft), *buttons, title=call.say("decide.preview_title"), items=items)


def _will(call: Call, draft: Decision) -> str:
    """What will happen once it is posted, in a few sentences."""
    if not MODES[draft.mode].waits:
        return call.say("decide.will_tell")
    names = [call.room.name(member) for member in draft.asked or decisions.to_ask(call.room, draft)]
    closes = decisions.closes(call.room, draft)
    if draft.mode == "delegate":
        return call.say("decide.will_delegate", names=names, closes=closes)
    rule = call.say(f"decide.rule_{draft.mode}")
    return call.say("decide.will_ask", names=names, closes=closes, rule=rule)


def _options(call: Call, draft: Decision) -> tuple[Item, ...]:
    shown = choice_items(call.room, replace(draft, state="open"))
    majority = f"decide.majority_{draft.majority.replace(' ', '_')}" if draft.majority else ""
    decides = (Item(call.say(majority), call.say("decide.ask_majority")),) if majority else ()
    return (*(replace(item, buttons=()) for item in shown), *decides)


def _besides(call: Call, draft: Decision) -> tuple[Item, ...]:
    """What was declared beyond the usual."""
    about = f"need {draft.need}" if draft.need else f"action {draft.action}" if draft.action else ""
    found = {
        "needed": str(draft.needed or ""),
        "about": call.say(f"{about.split()[0]}.label", number=draft.need or draft.action) if about else "",
        "review_on": call.say("decide.on_day", day=draft.review_on) if draft.review_on else "",
    }
    return tuple(Item(words, call.say(f"decide.ask_{key}")) for key, words in found.items() if words)


def post(call: Call) -> Outcome:
    """Post a draft; it goes out in five minutes, in school hours, and can be taken back until then."""
    number, revision, _ = version(call, "decide post")
    if amendment := amendments.waiting(call.room, number):
        outcome = amendments.post(call.room, amendment, call.me.id, call.now, revision)
        at = call.room.calendar.local(amendments.goes_out(call.room, call.now))
        undo = Button(call.say("decide.undo"), f"decide undo {number}")
        return outcome + call.tell(call.say("decide.amend_posts_at", number=number, at=at), undo)
    outcome = drafts.post(call.room, number, call.me.id, call.now, revision)
    posted = next(fact for fact in outcome.keep if isinstance(fact, Decision))
    due, goes_out = call.now + decisions.UNDO, decisions.goes_out(call.room, posted)
    sends = (posts.post(call.room, f"decision {number}", due), *asked_together.questions(call.room, posted, due))
    undo = Button(call.say("decide.undo"), f"decide undo {number}")
    said = call.tell(call.say("decide.posts_at", number=number, at=call.room.calendar.local(goes_out)), undo)
    return replace(outcome, sends=sends) + said


def version(call: Call, what: str) -> tuple[int, int, str]:
    """The decision's number, the revision that was read ("3.2"; "3" is the newest), and the words after it."""
    first, _, rest = call.rest.strip().partition(" ")
    words, _, revision = first.strip("#:,.").partition(".")
    number, _ = replace(call, rest=words).number(what)
    return number, replace(call, rest=revision).number(what)[0] if revision else decisions.NEWEST, rest.strip()


def undo(call: Call) -> Outcome:
    """Take a post back before anybody has seen it."""
    number, _ = call.number("decide undo")
    if amendment := amendments.waiting(call.room, number):
        taken_back = amendments.undo(call.room, amendment, call.me.id)
        again = (Button(call.say("decide.change"), f"decide amend {number}"),) if amendment.state == "posted" else ()
        return taken_back + call.tell(
            call.say("decide.amend_undone" if again else "decide.dropped", number=number), *again
        )
    outcome = drafts.undo(call.room, number, call.me.id, call.now)
    draft = next((fact for fact in outcome.keep if isinstance(fact, Decision) and fact.state == "draft"), None)
    if draft is None:
        return outcome + call.tell(call.say("decide.dropped"))
    change = Button(call.say("decide.change"), f"decide change {draft.number}")
    return outcome + call.tell(call.say("decide.undone", number=number), change)


COMMANDS = (
    Command("decide", "decide", decide, decide_filled, asks_staff=True),
    Command("decide post", "decide", post, listed=False, numbered=True, asks_staff=True),
    Command("decide change", "decide", change, change_filled, listed=False, numbered=True, asks_staff=True),
    Command("decide more", "decide", change, more_filled, listed=False, numbered=True, asks_staff=True),
    Command("decide details", "decide", details, details_filled, listed=False, numbered=True, asks_staff=True),
    Command("decide undo", "decide", undo, numbered=True),
)
