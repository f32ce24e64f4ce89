"""Somebody as people write them down: a name, an e-mail and what they are, in any order."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from .options import folded
from .people import Role
from .phrases import Phrases

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)*@([\w-]+\.)+[\w-]{2,}")
_PARTS = re.compile(r"[,;]")
_MARKS = re.compile(r"[/|+&<>()]")
_DASHES = re.compile(r"(?:^|\s)[-–—]+(?=\s|$)")
_WITHIN = re.compile(rf"{_MARKS.pattern}|{_DASHES.pattern}")
"""what stands between two roles, or before what somebody teaches: "teacher - math" """
LONGEST_PERSON = 300
"""characters; what is longer is no line about somebody"""
_LONGEST_ROLE = 4
"""words: "assistant principal", "member of board" """


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of somebody; what was not is empty."""

    name: str = ""
    email: str = ""
    """in small letters"""
    roles: tuple[Role, ...] = ()
    unknown: str = ""
    """what stands where a role would, if none is known by it"""


def read(words: str, phrases: Phrases) -> Written:
    """Return what "Ana Ruiz, ana@lincoln.example, teacher and facilitator" says; roles stand at the end of a part.

    What else a part with a role says is what somebody teaches, and no name: "lead teacher", "teacher - math".
    """
    found = EMAIL.search(words)
    email = found[0].casefold() if found else ""
    before, after = (words[: found.start()], words[found.end() :]) if found else ("", words)
    name, roles, unknown = list[str](), list[Role](), ""
    for is_before, text in ((True, before), (False, after)):
        for part in filter(str.strip, _PARTS.split(text)):
            left, said = _of_name(part, phrases) if not name else _of_role(part, phrases)
            if not name:
                name = _without_request(left, phrases)
            elif is_before and not said:
                name += left
            elif left and not said:
                unknown = part.strip()
            roles += said
    in_place = unknown or ("" if roles else _in_place_of_a_role(f"{before},{after}"))
    return Written(" ".join(name).lstrip("@"), email, in_order(roles), in_place)


def is_person(words: str, phrases: Phrases) -> bool:
    """Whether it is plainly one person, with an e-mail and a role."""
    if "@" not in words or len(words) > LONGEST_PERSON:
        return False
    written = read(words, phrases)
    return bool(written.email and written.roles) and not words.rstrip().endswith("?")


def leaving(text: str, phrases: Phrases) -> tuple[str, ...]:
    """Who is to go in "remove Ben", "take Ben and Zoe off the list" or "quita a Ben"; nobody in other words."""
    removes, off, ands = (
        "|".join(map(re.escape, phrases.words(key)))
        for key in ("founding.removes", "founding.off", "answers.words.and")
    )
    found = re.fullmatch(rf"(?:{removes}) (.+?)(?: (?:{off}))?", folded(text))
    return tuple(re.split(rf",? (?:{ands}) |, ?", found[1])) if found else ()


def is_called(written: Written, said: str, phrases: Phrases) -> bool:
    """Whether the person is called so, by e-mail or by any of their names."""
    idle = phrases.words("answers.words.idle")
    words = [word for word in folded(said).split() if word not in idle]
    names = folded(written.name or name_of(written.email)).split()
    return bool(words) and (words == [written.email] or all(word in names for word in words))


def _of_name(part: str, phrases: Phrases) -> tuple[list[str], tuple[Role, ...]]:
    """The name in the first part, and the roles behind it: "Joe Fox sped teacher", "Ben Carter - math teacher"."""
    name, *others = [each for each in _DASHES.split(_MARKS.sub(" ", part)) if each.strip()] or [""]
    left, roles = _without_roles(name.split(), phrases)
    while roles and len(left) > 1 and left[0][:1].isupper() and left[-1].islower():
        left = left[:-1]
    return left, in_order((*roles, *_of_role("/".join(others), phrases)[1]))


def _of_role(part: str, phrases: Phrases) -> tuple[list[str], tuple[Role, ...]]:
    """What is left of a part, and the roles in it."""
    found = [_without_roles(each.split(), phrases) for each in _WITHIN.split(part)]
    return [word for left, _ in found for word in left], in_order(role for _, roles in found for role in roles)


def _without_request(words: list[str], phrases: Phrases) -> list[str]:
    """The name without what asks for it: "please add Zoe Young"."""
    asks = phrases.words("founding.adds")
    while len(words) > 1 and folded(words[0]) in asks:
        words = words[1:]
    return words


def _in_place_of_a_role(rest: str) -> str:
    """The last of several parts: "Ana Ruiz, chef" names somebody and something else."""
    parts = [part.strip() for part in re.split(r"[,;]", rest) if part.strip()]
    return parts[-1] if len(parts) > 1 else ""


def _without_roles(words: list[str], phrases: Phrases) -> tuple[list[str], tuple[Role, ...]]:
    """Take the roles off the end of the words."""
    roles, known = list[Role](), roles_by_word(phrases)
    while words:
        said = {each: folded(" ".join(words[-each:])) for each in range(_LONGEST_ROLE, 0, -1)}
        length = next((each for each, name in said.items() if name in known), 0)
        if length:
            roles.append(known[said[length]])
        elif said[1] not in phrases.words("role.words.as"):
            break
        words = words[: -(length or 1)]
    return words, in_order(roles)


def role_words(phrases: Phrases, role: Role) -> tuple[str, ...]:
    """What this role is called, the usual name first; rosters take the same words as the chat."""
    return phrases.words(f"role.words.{role.name.lower()}")


def roles_by_word(phrases: Phrases) -> Mapping[str, Role]:
    """Every role by each of its names, in the singular and in the plural."""
    return {name + plural: role for role in Role for name in role_words(phrases, role) for plural in ("", "s", "es")}


def in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    """The roles in the order of `Role`, each once; a teacher in a hybrid role is no other teacher besides."""
    wanted = set(roles)
    wanted -= {Role.TEACHER} if Role.HYBRID in wanted else set()
    return tuple(role for role in Role if role in wanted)


def name_of(email: str) -> str:
    """A name for somebody of whom only the e-mail is known, until their account tells it: "Ana Ruiz"."""
    return re.sub(r"[\W_\d]+", " ", email.partition("@")[0]).strip().title() or email


def id_of(email: str, taken: Iterable[str]) -> str:
    """An id for somebody new with this e-mail: the same for the same, whoever adds them first."""
    known, salt = set(taken), 0
    while (id := blake2b(f"{email}{salt or ''}".encode(), digest_size=8).hexdigest()) in known:
        salt += 1
    return id
