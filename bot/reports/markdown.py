"""A report as Markdown: for a wiki, a mail or a repository; people's words in it mark nothing up."""

import re
from collections.abc import Iterable, Iterator

from adapters.text import verbatim
from flows.report import Report
from flows.report.entries import ActionEntry, AskEntry, DecisionEntry, Evidence, NeedEntry, Practice, Stage, Voice

_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&$^@!]|(?<=www)\.|:(?=//)", re.IGNORECASE)
"""What Markdown or its common extensions act upon, wherever it stands; addresses are no links either."""
_BEGINNING = re.compile(r"^(\d{1,9}(?=[.)])|)([-+=.):])")
"""What makes a list, a heading or a rule at the beginning of a line."""


def draw(report: Report) -> str:
    """Return the report."""
    parts = (
        _head,
        _charter,
        _chosen,
        _actions,
        _decisions,
        _asks,
        _needs,
        _learned,
        _carried,
        _practices,
        _outcomes,
        _course,
    )
    blocks = [block for part in parts for block in part(report) if block]
    return "\n\n".join((*blocks, "---", inert(report.words["whose"]))) + "\n"


def inert(text: str) -> str:
    """Return the words on one line, as Markdown shows them character by character."""
    line = _MARKS.sub(r"\\\g<0>", " ".join(verbatim(text).split()))
    return _BEGINNING.sub(r"\1\\\2", line)


def _head(report: Report) -> Iterator[str]:
    yield f"# {inert(report.title)}"
    yield f"**{inert(report.school)}** · {inert(report.words['name'])}"
    yield inert(report.when)


def _heading(report: Report, word: str) -> str:
    return f"## {inert(report.words[word])}"


def _list(entries: Iterable[str], none: str) -> str:
    """Return the list, or the sentence for there being nothing in it."""
    return "\n".join(f"- {entry}" for entry in entries) or inert(none)


def _facts(report: Report, facts: Iterable[tuple[str, str]], indent: str = "") -> str:
    """Return a line for each fact there is: what it is called, and people's words."""
    known = ((report.words[word], text) for word, text in facts if text)
    return "\n".join(f"{indent}- **{inert(word)}:** {inert(text)}" for word, text in known)


def _charter(report: Report) -> Iterator[str]:
    yield _heading(report, "priority")
    yield f"> {inert(report.priority)}" if report.priority else inert(report.words["no_charter"])
    yield _facts(report, (("purpose", report.purpose), ("norms", report.norms)))


def _chosen(report: Report) -> Iterator[str]:
    yield _heading(report, "chosen_needs")
    chosen = (inert(need.text) for need in report.needs if "chosen" in need.marks)
    yield _list(chosen, report.words["none_chosen"])


def _needs(report: Report) -> Iterator[str]:
    yield _heading(report, "needs")
    yield "\n".join(line for need in report.needs for line in _need(report, need)) or inert(report.words["no_needs"])
    yield f"### {inert(report.words['resources'])}"
    yield _list(map(inert, report.resources), report.words["no_resources"])


def _need(report: Report, need: NeedEntry) -> Iterator[str]:
    marks = "".join(f" · **{inert(report.words[f'need_{mark}'])}**" for mark in need.marks)
    yield f"- {inert(need.label)}: {inert(need.text)}{marks}"
    dots = "" if need.dots is None else str(need.dots)
    facts = (*(("also", each) for each in need.also), ("evidence", need.evidence), ("dots", dots))
    if told := _facts(report, facts, "  "):
        yield told


def _actions(report: Report) -> Iterator[str]:
    yield _heading(report, "actions")
    if not report.actions:
        yield inert(report.words["no_actions"])
        return
    yield " · ".join(f"{inert(report.words[f'end_{end}'])}: {count}" for end, count in report.tally())
    for action in report.actions:
        yield f"### {inert(action.label)}: {inert(action.what)}"
        yield _facts(report, _of_action(report, action))


def _of_action(report: Report, action: ActionEntry) -> Iterator[tuple[str, str]]:
    yield "end", report.words[f"end_{action.end}"]
    yield "owner", action.owner
    yield "due", report.day(action.due)
    yield "serves", action.need
    yield "uses", action.resource
    yield "why_without", action.why_without
    yield "predicted", action.prediction
    yield "measured", action.measure
    yield "blocker", action.blocker
    yield from (("evidence", str(each)) for each in action.seen)
    yield "result", action.result


def _decisions(report: Report) -> Iterator[str]:
    yield _heading(report, "decisions")
    if not report.decisions:
        yield inert(report.words["no_decisions"])
    for decision in report.decisions:
        yield f"### {inert(decision.label)}: {inert(decision.question)}"
        yield _facts(report, _of_decision(report, decision))


def _of_decision(report: Report, decision: DecisionEntry) -> Iterator[tuple[str, str]]:
    yield "state", report.words[f"state_{decision.state}"]
    yield "withdrawn_because" if decision.state == "withdrawn" else "outcome", decision.outcome
    yield "mode", report.words[f"mode_{decision.mode}"]
    yield "reason", decision.reason
    yield "limits", decision.limits
    yield "posted_by", decision.posted_by
    yield "asked", decision.asked
    yield "answers", decision.spoke
    for concern in decision.concerns:
        yield concern.kind, concern.reason
        yield "answered", concern.answer
    for word in ("closes_on", "closed_on", "review_on"):
        if day := getattr(decision, word):
            yield word, report.day(day)


def _asks(report: Report) -> Iterator[str]:
    yield _heading(report, "asks")
    if not report.asks:
        yield inert(report.words["no_asks"])
    for ask in report.asks:
        yield f"### {inert(ask.label)}: {inert(ask.what)}"
        yield _facts(report, _of_ask(report, ask))


def _of_ask(report: Report, ask: AskEntry) -> Iterator[tuple[str, str]]:
    yield "state", report.words[f"ask_{ask.state}"]
    yield "ask_answer", ask.answer
    yield "ask_kind", report.words[f"ask_{ask.kind}"]
    yield "ask_for", ask.reason
    yield "serves", ask.need
    yield "ask_of", ask.of
    yield "ask_due", report.day(ask.due)
    if ask.answered_on:
        yield "ask_answered", report.day(ask.answered_on)


def _learned(report: Report) -> Iterator[str]:
    yield _heading(report, "learned")
    if not report.learned:
        yield inert(report.words["no_learned"])
    for theme in report.learned:
        if theme.label:
            yield f"### {inert(theme.label)}"
        yield from (_voice(report, voice) for voice in theme.voices)


def _voice(report: Report, voice: Voice) -> str:
    said = f" — {inert(voice.name)}, {report.day(voice.on)}" if voice.name and voice.on else ""
    return f"> {inert(voice.text)}{said}"


def _carried(report: Report) -> Iterator[str]:
    yield _heading(report, "carried")
    actions = [("action", f"{each.what} ({_whose(report, each)})") for each in report.carried_actions()]
    needs = [("need", each.text) for each in report.carried_needs()]
    yield _facts(report, (*actions, *needs)) or inert(report.words["no_carried"])


def _whose(report: Report, action: ActionEntry) -> str:
    return f"{action.owner}, {report.day(action.day_ahead)}" if action.day_ahead else action.owner


def _practices(report: Report) -> Iterator[str]:
    yield _heading(report, "practices")
    yield _list((_practice(report, each) for each in report.practices), report.words["no_practices"])


def _practice(report: Report, practice: Practice) -> str:
    review = f" ({inert(report.words['review_on'])}: {report.day(practice.review_on)})" if practice.review_on else ""
    return f"{inert(practice.what)}{review}"


def _course(report: Report) -> Iterator[str]:
    yield _heading(report, "course")
    yield "\n".join(line for stage in report.stages for line in _stage(report, stage))


def _stage(report: Report, stage: Stage) -> Iterator[str]:
    closed = report.day(stage.closed_on) if stage.closed_on else report.words["until_now"]
    yield f"- **{inert(stage.phase)}**: {report.day(stage.opened_on)} – {inert(closed)}"
    for note in stage.notes:
        yield f"  - {inert(note.text)}" + (f": {inert(note.reason)}" if note.reason else "")


def _outcomes(report: Report) -> Iterator[str]:
    yield _heading(report, "outcomes")
    for number, each in enumerate(report.evidence, 1):
        yield "\n".join(
            (f"{number}. {inert(each.outcome)}: {inert(each.text)}".rstrip(": "), *_indicators(report, each))
        )


def _indicators(report: Report, evidence: Evidence) -> Iterator[str]:
    for each in evidence.indicators:
        yield f"   - {inert(' '.join(filter(None, (f'{each.what}:', each.moved))).rstrip(':'))}"
        if facts := _facts(report, (("evidence", each.seen), ("link", each.link)), "     "):
            yield facts
