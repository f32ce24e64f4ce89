"""Sealing: what nobody may read in the database or in a backup of it, like the tokens of workspaces."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SHORTEST = 32
"""characters of a key"""


class BrokenSeal(Exception):
    """None of our keys has sealed this, or it is older than it may be."""


class Seal:
    """Seals words with the first of some keys, and opens what any of them has sealed.

    A key is any text of at least `SHORTEST` characters that cannot be guessed.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        """Bind it to its keys, the newest first; without any, every seal is broken."""
        known = [Fernet(urlsafe_b64encode(sha256(key.encode()).digest())) for key in keys]
        self._keys = MultiFernet(known or [Fernet(Fernet.generate_key())])

    def close(self, words: str) -> str:
        """Return the words sealed, in letters that may stand in an address."""
        return self._keys.encrypt(words.encode()).decode()

    def open(self, sealed: str, within: timedelta | None = None) -> str:
        """Return the words; raises BrokenSeal, also for what was sealed longer ago than `within`."""
        try:
            return self._keys.decrypt(sealed.encode(), None if within is None else int(within.total_seconds())).decode()
        except InvalidToken as fault:
            raise BrokenSeal from fault
