"""What people read on a button they may type as well: the label stands for what pressing it says."""

from collections.abc import Mapping
from functools import lru_cache

from .options import folded
from .phrases import Phrases

LABELS: Mapping[str, str] = {
    "plan.mine": "actions mine",
    "plan.add": "action",
    "plan.good": "plan good",
    "need.form": "need",
    "need.see_alike": "needs alike",
    "resource.form": "resource",
    "phase.met": "met",
    "phase.record_convene": "record",
    "phase.record_needs": "record",
    "phase.record_plan": "record",
    "phase.record_reflect": "record",
    "lead.alone": "lead yes",
    "lead.no": "lead no",
    "lead.with_someone": "lead with",
    "cycle.another": "cycle yes",
    "cycle.start_button": "cycle start",
    "cycle.start_otherwise": "cycle start form",
    "founding.change": "school",
    "charter.keep": "charter keep",
    "charter.change": "charter change",
    "charter.write": "charter change",
    "decide.form": "decide",
    "report.open": "report",
    "engine.answer": "answer",
    "engine.change": "answer",
    "engine.best_time": "best time",
    "engine.who_sees_what": "who sees what",
    "leave.list": "leaves",
    "leave.back": "leave back",
    "quiet.start": "quiet",
    "quiet.end": "quiet off",
    "help.everything": "help all",
    "help.title": "help",
}
"""The phrases on buttons that say the same wherever they stand, and what they say."""


def says(text: str, phrases: Phrases) -> str:
    """Return what the button with this label says, or "help" for that word in their language; empty for others."""
    return _commands(phrases).get(folded(text), "")


@lru_cache(16)
def _commands(phrases: Phrases) -> Mapping[str, str]:
    """What each label says, folded; of two that are the same the first counts."""
    labels = {folded(phrases.say(key)): command for key, command in reversed([*LABELS.items()])}
    return {**labels, phrases.words("engine.words.help")[0]: "help"}


_BESIDE = ("best time", "who sees what", "help")
"""what stands beside the ways to answer, and changes no answer"""


def beside(text: str, phrases: Phrases) -> str:
    """Return what the button beside a question says that these words name; empty for others."""
    said = folded(text)
    found = said if said in _BESIDE[:2] else says(text, phrases)
    is_control = said in phrases.words("engine.words.help")
    return found if found in _BESIDE and not is_control else ""


CALLED: Mapping[str, str] = {
    "called.cycle_status": "cycle status",
    "called.home": "home",
    "called.decide": "decide",
    "called.decisions": "decisions",
    "called.mine": "actions mine",
    "called.quiet": "quiet",
    "called.best_time": "best time",
    "called.back": "leave back",
    "called.seen": "who sees what",
    "called.leave": "leave",
    "called.need": "need",
    "called.needs": "needs",
    "called.report": "report",
    "called.skills": "skills",
    "called.team": "team",
}
"""The phrases that hold what people call a command, and the command."""

MOST_WORDS = 8
"""in what people call a command"""


def called(text: str, phrases: Phrases) -> tuple[tuple[str, ...], str]:
    """Return the command that people call by the first of these words, to be offered, and the words after it."""
    words, known = text.split(), _called(phrases)
    for length in range(min(MOST_WORDS, len(words)), 0, -1):
        if found := known.get(folded(" ".join(words[:length]))):
            return (found,), " ".join(words[length:])
    return (), ""


@lru_cache(16)
def _called(phrases: Phrases) -> Mapping[str, str]:
    """What people call each command; of two that are called the same the first counts."""
    return {word: command for key, command in reversed([*CALLED.items()]) for word in phrases.words(key)}
