"""What a pulse tells of a group: that fewer than half say yes, half, or more; never that all do, or that nobody does.

A band tells from how many to how many said yes. Whoever adds and subtracts bands, and knows what they said themselves,
learns that all of some people said the same only where the ends of these ranges leave them no choice. The yeses are a
flow from the school's teams to its roles, so by Hoffman's theorem on circulations (1960) two kinds of combination have
to be tried and no others: the school less some teams and roles, and some teams less some roles. They are tried for
every band that a group could come to be in: which groups are shown follows from how many answered, and not from what
they said, so that a group which is left out tells nothing either.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from .waves import FEWER, HALF, MORE, SCHOOL

Place = tuple[str, str]
"""Somebody's team and role."""
_Weights = Mapping[str, int]
"""of a combination: 1 for a group that is added, -1 for one that is taken away"""


def band(yes: int, count: int) -> int:
    """Return whether fewer than half of so many people say yes, half, or more."""
    return FEWER if 2 * yes < count else HALF if 2 * yes == count else MORE


def groups_of(place: Place) -> tuple[str, str]:
    """Return what the groups are called to which somebody in this place belongs, beside the school."""
    team, role = place
    return f"team {team}", f"role {role}"


def hide_unanimity(answers: Mapping[Place, int], groups: tuple[str, ...]) -> bool:
    """Whether bands of the school and of these groups can never tell a reader that all of some others said the same.

    `answers` are how many answered in each place. A reader knows what they said themselves, which is one yes at most.
    """
    return not any(_can_tell(answers, weights) for weights in _combinations(groups))


def _combinations(groups: tuple[str, ...]) -> Iterator[_Weights]:
    """Those that could tell of unanimous noes; of yeses the same ones do, because the bands are alike at both ends."""
    for chosen in product((0, 1), repeat=len(groups)):
        of_groups = [group for group, is_in in zip(groups, chosen, strict=True) if is_in]
        yield {SCHOOL: 1, **dict.fromkeys(of_groups, -1)}
        yield {group: 1 if group.startswith("team ") else -1 for group in of_groups}


def _can_tell(answers: Mapping[Place, int], weights: _Weights) -> bool:
    """Whether bands may come so that everybody who is added said no, and everybody who is taken away said yes.

    Then the most that the combination can be is the least that it could be for any people, or one more: the reader's.
    """
    sizes, least, is_about_somebody = dict.fromkeys(weights, 0), 0, False
    for place, count in answers.items():
        named = [group for group in (SCHOOL, *groups_of(place)) if group in weights]
        weight = sum(weights[group] for group in named)
        least += min(weight, 0) * count
        is_about_somebody |= weight * count != 0
        for group in named:
            sizes[group] += count
    most = {0}
    for group, weight in weights.items():
        most = {each + end for each in most for end in _ends(sizes[group], weight)}
    return is_about_somebody and not most.isdisjoint((least, least + 1))


def _ends(count: int, weight: int) -> tuple[int, ...]:
    """The highest number of yeses in each band of so many people; of those who are taken away, less the lowest."""
    fewer, more = (count - 1) // 2, count // 2 + 1
    half = (count // 2,) if count % 2 == 0 else ()
    return (fewer, *half, count) if weight > 0 else (0, *(-each for each in half), -more)
