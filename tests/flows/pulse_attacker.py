"""Two attackers: both read all that pulses release, and know who answered and where everybody is. The first subtracts.

Worse than any real one: they know of each colleague whether they answered, and take it that everybody says the same
in each pulse. Only what was said is hidden from them. They find each combination of released figures and look at whom
it is about: people whom it counts with a weight that is not zero.

The second reads what the figures say: they think of all that people can have said, keep what agrees with the bands and
with what they said themselves, and look for places of which it leaves only that everybody said yes, or nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from flows.bands import Place, band, groups_of
from flows.waves import SCHOOL

WEIGHTS: Mapping[int, tuple[int, ...]] = {1: (1,), 2: (-2, -1, 1, 2), 3: (-2, -1, 1, 2), 4: (-1, 1)}
"""by how many released figures are combined; more find nothing that four do not, but take longer"""


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
    for count, weights in WEIGHTS.items():
        for chosen in combinations(groups, count):
            first = {abs(weight) for weight in weights}  # the other way round is the same
            for signs in product(sorted(first), *[weights] * (count - 1)):
                yield tuple(zip(chosen, signs, strict=True))


# ---------------------------------------------------------------- what figures say

Said = tuple[int, ...]
"""How many of each place said yes."""


def told_of_all(answers: Mapping[Place, int], groups: Sequence[str]) -> Iterator[tuple[Place, Said]]:
    """Yield each place of which some bands tell somebody that all others there said the same, and a way to say so."""
    places, sizes = [*answers], [*answers.values()]
    members = [[at for at, place in enumerate(places) if group in (SCHOOL, *groups_of(place))] for group in groups]
    alike: dict[tuple[int, ...], list[Said]] = defaultdict(list)
    for said in product(*(range(size + 1) for size in sizes)):
        seen = tuple(band(sum(said[at] for at in group), sum(sizes[at] for at in group)) for group in members)
        alike[seen].append(said)
    for possible in alike.values():
        yield from _forced(places, sizes, possible)
        for at, own in product(range(len(places)), (0, 1)):  # whoever reads it is in this place, and said this
            others = [size - (each == at) for each, size in enumerate(sizes)]
            known = [(*said[:at], said[at] - own, *said[at + 1 :]) for said in possible]
            yield from _forced(places, others, [each for each in known if 0 <= each[at] <= others[at]])


def _forced(places: Sequence[Place], sizes: Sequence[int], possible: Sequence[Said]) -> Iterator[tuple[Place, Said]]:
    for place, size, said in zip(places, sizes, zip(*possible, strict=True), strict=False):
        if size and (max(said) == 0 or min(said) == size):
            yield place, possible[0]
