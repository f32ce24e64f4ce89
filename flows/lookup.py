"""The table of commands: the one that words name, and the nearest to words that name none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from .commands import Command, after, is_number, stripped

MOST_NEAR = 3
"""commands of which one may have been meant"""
MOST_WORDS = 4
"""in the name of a command"""
_DROP = ("delete", "remove", "erase", "cancel", "drop")
NEAR: Mapping[str, str | tuple[str, ...]] = {
    **dict.fromkeys(("need unmerge", "need split", "need separate", "need divide"), "need apart"),
    **dict.fromkeys(("need join", "need combine", "need group"), "need merge"),
    **{f"need {word}": "need merge" for word in _DROP},
    **{f"resource {word}": "resources" for word in _DROP},
    **{f"action {word}": "action drop" for word in _DROP if word != "drop"},
    **{f"decide {word}": "decide withdraw" for word in _DROP},
    **dict.fromkeys(("action finish", "action finished", "action complete", "action close"), "action done"),
    **dict.fromkeys(("action give", "action assign"), "action pass"),
    "action take": "action accept",
    **dict.fromkeys(
        ("action change", "action edit", "action update", "action correct"),
        ("action move", "action pass", "action drop"),
    ),
    **{f"{noun} list": f"{noun}s" for noun in ("need", "resource", "action")},
    "decide list": "decisions",
    **{f"decide {word}": "decide amend" for word in ("reopen", "again", "edit")},
    **{f"decide {word}": "decisions" for word in ("close", "end", "finish")},
    **dict.fromkeys(("team invite", "team new", "team join"), "team add"),
    **dict.fromkeys(("team leave", *(f"team {word}" for word in _DROP)), "team left"),
    **dict.fromkeys(("team change", "team edit", "team make"), "team role"),
    **dict.fromkeys(("team list", "team members", "team who"), "team"),
    **{f"cycle {word}": ("cycle pause", "cycle next") for word in _DROP},
    **dict.fromkeys(("actions overdue", "actions late", "actions open"), "actions"),
    **dict.fromkeys(("cycle skip", "cycle close", "cycle end", "cycle stop", "cycle finish"), "cycle next"),
}
"""Words that are taken for a command which is called otherwise, and its name; or the few that may be meant."""
PLAIN: Mapping[str, str | tuple[str, ...]] = {
    **dict.fromkeys(("time off", "day off", "days off"), "leave"),
    **dict.fromkeys(("what can i", "what can i do", "help me"), "help"),
    **dict.fromkeys(("vote", "poll"), "decide vote"),
    **{mode: f"decide {mode}" for mode in ("consent", "advice", "tell", "delegate")},
    **dict.fromkeys(("approve", "agree", "disagree", "oppose"), "stand"),
    **dict.fromkeys(("overdue", "overdue actions", "open actions"), "actions"),
    **dict.fromkeys(("handover", "hand over"), "cycle hand over"),
    "withdraw": ("decide withdraw", "ask withdraw"),
}
"""The same for words that begin with no command's noun: an answer may begin with them, too."""
SAME: Mapping[str, str] = {
    "status": "cycle status",
    **dict.fromkeys(("ask approve", "ask accept", "ask yes", "ask allow"), "ask grant"),
    **dict.fromkeys(("ask deny", "ask reject", "ask no", "ask refuse"), "ask decline"),
}
"""Names that a command has besides its own."""
_BETWEEN = ("into", "and", "from", "to", "with", "number", "need", "needs", "action", "decision")
"""what stands between the numbers of a command"""
_WORD = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Table:
    """Every command, found by its longest words."""

    commands: Mapping[str, Command]
    first: frozenset[str]
    """the word with which each begins: most sentences begin with none"""

    def find(self, text: str) -> tuple[Command, str] | None:
        """The command that these words start with, and the words after it."""
        words = stripped(text).split()
        if not words or words[0].casefold().rstrip(":.!?") not in self.first:
            return None
        if turned := self._turned(words):
            return turned
        for length in range(min(MOST_WORDS, len(words)), 0, -1):
            name = " ".join(words[:length]).casefold().rstrip(":.!?")
            command = self.commands.get(SAME.get(name, name))
            if command and _may_follow(command, words[length:]):
                return command, after(stripped(text), length)
        return None

    def _turned(self, words: Sequence[str]) -> tuple[Command, str] | None:
        """The listed command whose number stands before its verb: "action 1 done"."""
        for length in (2, 1) if len(words) > 2 and is_number(words[1].strip("#:,.")) else ():
            command = self.commands.get(" ".join((words[0], *words[2 : 2 + length])).casefold())
            if command and command.numbered and command.listed:
                return command, " ".join((words[1], *words[2 + length :]))
        return None

    def meant(self, command: Command, rest: str) -> tuple[str, ...]:
        """The listed commands that may be meant by words like "need split 2"; none where they are words of one's own.

        Those that only a number or two follow look like a command: "need remove the bell" is a need.
        """
        verb, *others = rest.casefold().replace("#", " ").replace(",", " ").split() or [""]
        if not verb or not all(is_number(word) or word in _BETWEEN for word in others):
            return ()
        begun = [name for name, each in self.commands.items() if each.listed and name.startswith(f"{command.words} ")]
        verbs = {name.split()[1]: name for name in begun}
        near = get_close_matches(verb, verbs, 1, 0.85)
        return _near(f"{command.words} {verb}") or tuple(verbs[each] for each in near)

    def is_called_otherwise(self, text: str) -> bool:
        """Whether somebody may take these words for a command: "cycle skip because …", "time off", "withdraw 3"."""
        words = [word for word in _plain(text).rstrip(".!?").split() if not is_number(word)]
        return " ".join(words[:2]) in NEAR or " ".join(words) in PLAIN

    def is_near_miss(self, text: str) -> bool:
        """Whether all of these words are one that is nearly a command of one word: "helpp", "decsions"."""
        said = _plain(text).rstrip(".!?")
        if not said.isalpha():
            return False
        names = [name for name, command in self.commands.items() if command.listed and " " not in name]
        return bool(get_close_matches(said, names, 1, 0.8))

    def nearest(self, text: str) -> tuple[tuple[str, ...], str]:
        """The listed commands that begin or end so or are spelled most like these words, and the words after."""
        words = _plain(text).split()
        if words[:1] == ["help"] and (about := " ".join(words[:2])) in self.commands:
            return (about,), ""
        for length in range(min(MOST_WORDS, len(words)), 0, -1):
            if called := _near(" ".join(words[:length]).rstrip(":.!?")):
                return called, after(stripped(text), length)
        return self._spelled(text)

    def _spelled(self, text: str) -> tuple[tuple[str, ...], str]:
        """Those that begin or end like the first two words, or the first one, or are spelled most like them."""
        known = [name for name, command in self.commands.items() if command.listed]
        if turned := [name for name in known if " " in name and sorted(name.split()) == sorted(_plain(text).split())]:
            return tuple(turned), ""
        for length in (2, 1):
            said = " ".join(stripped(text).split()[:length]).casefold()
            begun = [name for name in known if said and name.startswith(said)]
            ended = [name for name in known if name.endswith(f" {said}")]
            few = next((names for names in (begun, ended) if 0 < len(names) <= MOST_NEAR), None)
            if near := few or get_close_matches(said, known, 1, 0.7):
                return tuple(near), after(stripped(text), length)
        return (), ""


def _may_follow(command: Command, words: Sequence[str]) -> bool:
    """Whether these words can stand after the command: none, its number, or words of one's own."""
    if not words or not (command.alone or command.numbered):
        return True
    is_sentence = any(_WORD.search(word) and word.casefold().strip("#:,.") not in _BETWEEN for word in words)
    return command.numbered and (is_number(words[0].strip("#:,.").partition(".")[0]) or not is_sentence)


def _plain(text: str) -> str:
    return stripped(text).casefold().lstrip("¿¡")


def _near(words: str) -> tuple[str, ...]:
    found = NEAR.get(words) or PLAIN.get(words, ())
    return (found,) if isinstance(found, str) else found


def table(*groups: Iterable[Command]) -> Table:
    """Put the commands of every noun together; two of the same words are a mistake in the program."""
    commands: dict[str, Command] = {}
    for group in groups:
        for command in group:
            if command.words in commands:
                raise ValueError(f"Two commands are called {command.words}.")
            commands[command.words] = command
    return Table(commands, frozenset(name.split()[0] for name in (*commands, *SAME)))
