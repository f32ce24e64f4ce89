"""An attacker: reads all that pulses release, knows who answered and where everybody is, and subtracts.

Worse than any real one: they know of each colleague whether they answered, and take it that everybody says the same
in each pulse. Only what was said is hidden from them. They find each combination of released figures and look at whom
it is about: people whom it counts with a weight that is not zero.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from flows.anonymity import Place, groups_of
from flows.waves import SCHOOL

MOST_AT_ONCE = 4
"""released figures that are added and subtracted together; more find nothing that four do not, but take longer"""


@dataclass(frozen=True)
class Released:
    """The groups of one pulse whose figures are out, and who stands behind them."""

    places: Mapping[str, Place]
    """of those who answered"""
    groups: Sequence[str]
    silent: Mapping[str, Place] = field(default_factory=dict)
    """of those who were asked and did not"""

    def weight(self, member: str, signed: "Signed") -> int:
        """How often somebody is counted in a combination."""
        place = self.places.get(member) or self.silent.get(member)
        inside = (SCHOOL, *groups_of(place)) if place else ()
        return sum(sign for group, sign in signed if group in inside)


Signed = tuple[tuple[str, int], ...]
"""A combination of figures: each group added or taken away."""


@dataclass(frozen=True)
class Find:
    """A combination of figures that is about few people, or about some of whom nobody answered."""

    figures: Signed
    about: frozenset[str]


def subtractions(released: Released, viewers: Iterable[str], fewest: int) -> Iterator[Find]:
    """Yield each combination of one pulse's figures that tells a viewer what fewer than `fewest` others said."""
    members: dict[Place, list[str]] = {}
    for member, place in released.places.items():
        members.setdefault(place, []).append(member)
    for signed in _combinations(released.groups):
        counted = [each for each in members.values() if released.weight(each[0], signed)]
        if not counted and (nobody := {each for each in released.silent if released.weight(each, signed)}):
            yield Find(signed, frozenset(nobody))
        if sum(map(len, counted)) > fewest:  # one of them may be the viewer
            continue
        about = frozenset(member for each in counted for member in each)
        if any(0 < len(about - {viewer}) < fewest for viewer in viewers):
            yield Find(signed, about)


def comparisons(now: Released, then: Released, viewers: Iterable[str], fewest: int) -> Iterator[Find]:
    """Yield each combination that, taken in both pulses, differs by what fewer than `fewest` others said."""
    everybody = {*now.places, *then.places}  # all who were asked have answered
    for signed in _combinations([group for group in now.groups if group in then.groups]):
        about = frozenset(each for each in everybody if now.weight(each, signed) != then.weight(each, signed))
        if any(0 < len(about - {viewer}) < fewest for viewer in viewers):
            yield Find(signed, about)


def _combinations(groups: Sequence[str]) -> Iterator[Signed]:
    for count in range(1, min(MOST_AT_ONCE, len(groups)) + 1):
        for chosen in combinations(groups, count):
            for signs in product((-1, 1), repeat=count - 1):  # the other way round is the same
                yield tuple(zip(chosen, (1, *signs), strict=True))
