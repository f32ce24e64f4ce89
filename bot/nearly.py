"""What somebody probably meant by a word that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches

ALIKE = 0.6
"""from here on, two words look like one with a slip"""
NEARLY_THE_SAME = 0.75
"""where a wrong suggestion would do harm, as a role does"""


def near(word: str, known: Iterable[str], otherwise: str, likeness: float = ALIKE) -> str:
    """Return the question whether the nearest known word is meant, or, where none is near, the other sentence."""
    found = get_close_matches(word, known, 1, likeness)
    return f' Did you mean "{found[0]}"?' if found else otherwise
