"""Which groups of a pulse may be shown, so that nothing that is shown can be subtracted to what few people said.

Everybody is in one team and in one role. Whoever reads the figures of the school, of some teams and of some roles can
add and subtract them in every way. Let each shown team and each shown role be a node, and all that are not shown
together one node more on each side; everybody who answered is a line between their team's node and their role's. Then a
combination of figures gives each team and each role a weight, and somebody drops out of it just where the two weights
at the ends of their line cancel out. So whoever does not drop out is cut: the fewest people that any combination can be
about are the least cut of this graph. Between two pulses the lines are those who came, left or changed their group: a
comparison in which everybody else is taken to say the same again is about them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .bands import Place, groups_of, hide_unanimity
from .waves import SCHOOL

Line = tuple[str, str]
MOST_GROUPS = 10
"""beside the school: what can be combined of more takes too long to try"""
_REST = "rest"
_TWICE: Line = ("", "")
"""of somebody who is in another team and in another role: no line can tell of that, so such groups are not shown"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of an earlier pulse: where everybody was who was asked, and how many answered in what was shown."""

    places: Mapping[str, Place]
    answered: Mapping[str, int]
    """by group"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A pulse that closes: where everybody is who was asked, and how many answered in which place."""

    places: Mapping[str, Place]
    answers: Counter[Place]
    earlier: tuple[Earlier, ...] = field(default=())
    promised: tuple[str, ...] | None = None
    """the groups of which people read before they answered that they could be shown; None before anybody reads it"""


GUARDED = 4
"""answers of others from which it can be hidden that all of them agree: a band of four people tells one of them what
the three others said, and a district that wants it all the same lets everybody be warned of just that"""


def shown(asked: Asked, fewest: int) -> tuple[str, ...]:
    """Return the groups that may be shown, the school first, then teams, then roles; none where the school may not be.

    Each has at least `fewest` answers beside that of whoever reads it, and so has every difference of them: a reader
    who took part knows one answer more than the figures tell. From `GUARDED` on, bands never tell that all of some of
    them agree.
    """
    kept: tuple[str, ...] = ()
    if not _is_safe(asked, kept, fewest) or asked.answers.total() <= fewest:
        return ()
    for group in _by_size(asked, fewest):
        if len(kept) < MOST_GROUPS and _is_safe(asked, (*kept, group), fewest):
            kept = (*kept, group)
    return (SCHOOL, *kept)


def answered_in(asked: Asked, group: str) -> int:
    """Return how many answered in a group."""
    return sum(count for place, count in asked.answers.items() if group in (SCHOOL, *groups_of(place)))


def _by_size(asked: Asked, fewest: int) -> list[str]:
    """The groups that are large enough by themselves, and promised: teams before roles, the largest first."""
    sizes = Counter[str]()
    for place, count in asked.answers.items():
        sizes.update(dict.fromkeys(groups_of(place), count))
    large = [group for group in sizes if sizes[group] > fewest and (asked.promised is None or group in asked.promised)]
    return sorted(large, key=lambda group: (group.startswith("role "), -sizes[group], group))


def _is_safe(asked: Asked, kept: tuple[str, ...], fewest: int) -> bool:
    """Whether no combination of these groups' figures tells what few people said, or what all of some people did."""
    lines = Counter[Line]()
    for place in {*asked.places.values(), *asked.answers}:  # nor is it told of anybody that they did not answer
        lines[_nodes(place, kept)] += asked.answers[place]
    if any(least_cut(part) <= fewest for part in parts(lines)):
        return False
    if fewest >= GUARDED and not hide_unanimity(asked.answers, kept):
        return False
    return all(_is_safe_since(asked, each, kept, fewest) for each in asked.earlier)


def _is_safe_since(asked: Asked, earlier: Earlier, kept: tuple[str, ...], fewest: int) -> bool:
    """Whether those who came, left or changed since an earlier pulse cannot be told from the others.

    They cannot either where more people than `fewest` left it unanswered in each group that is concerned: then nobody
    knows of whom the difference is.
    """
    if not earlier.answered:
        return True
    common = tuple(group for group in kept if group in earlier.answered)
    moved, hidden = Counter(_moved(asked, earlier, common)), _hidden(asked, earlier, common)
    if _TWICE in moved or (kept and not _is_safe_then(earlier, kept, fewest)):
        return False
    for part in parts(moved):
        is_masked = all(hidden[node] > fewest for line in part for node in line)
        if not is_masked and least_cut(part) <= fewest:
            return False
    return True


def _is_safe_then(earlier: Earlier, kept: tuple[str, ...], fewest: int) -> bool:
    """Whether these groups, taken from the school of an earlier pulse as if they were its own, leave nobody alone."""
    lines = Counter(_nodes(place, (*kept, *earlier.answered)) for place in earlier.places.values())
    return all(least_cut(part) > fewest for part in parts(lines))


def _moved(asked: Asked, earlier: Earlier, common: tuple[str, ...]) -> Iterator[Line]:
    """Everybody who was asked in one of both pulses only, or in another group, as a line between two groups."""
    for member in {*asked.places, *earlier.places}:
        now, then = (
            _nodes(places[member], common) if member in places else None for places in (asked.places, earlier.places)
        )
        if now is None or then is None:
            yield now or then or _TWICE
        elif now[0] != then[0] and now[1] != then[1]:
            yield _TWICE
        elif now != then:
            one, other = sorted({*now} ^ {*then})
            yield one, other


def _hidden(asked: Asked, earlier: Earlier, common: tuple[str, ...]) -> Counter[str]:
    """How many were asked and did not answer, in both pulses together, by group and for the rest."""
    silent = Counter[str]()
    for places in (asked.places, earlier.places):
        silent.update(node for place in places.values() for node in _nodes(place, common))
    for place, count in asked.answers.items():
        silent.subtract(dict.fromkeys(_nodes(place, common), count))
    for side in ("team", "role"):
        told = {group: earlier.answered[group] for group in common if group.startswith(f"{side} ")}
        silent.subtract({**told, f"{side} {_REST} ": earlier.answered[SCHOOL] - sum(told.values())})
    return silent


def _nodes(place: Place, kept: tuple[str, ...]) -> Line:
    """The two nodes between which somebody's line runs; no team is called so as the rest is."""
    team, role = groups_of(place)
    return team if team in kept else f"team {_REST} ", role if role in kept else f"role {_REST} "


# ---------------------------------------------------------------- the graph


def parts(lines: Mapping[Line, int]) -> Iterator[dict[Line, int]]:
    """Yield the lines of each part of the graph that hangs together."""
    left = dict(lines)
    while left:
        reached, grown = set[str](), {*next(iter(left))}
        while grown > reached:
            reached = set(grown)
            grown |= {node for line in left if reached & {*line} for node in line}
        yield {line: count for line, count in left.items() if reached & {*line}}
        left = {line: count for line, count in left.items() if not reached & {*line}}


def least_cut(lines: Mapping[Line, int]) -> int:
    """Return how much has to be cut at least so that a connected graph falls apart (Stoer and Wagner, 1997)."""
    weights: dict[str, Counter[str]] = defaultdict(Counter)
    for (one, other), count in lines.items():
        weights[one][other] += count
        weights[other][one] += count
    least = sum(lines.values())
    while len(weights) > 1:
        before, last, cut = _last_two(weights)
        least = min(least, cut)
        for node, count in weights.pop(last).items():
            del weights[node][last]
            if node != before:
                weights[before][node] += count
                weights[node][before] += count
    return least


def _last_two(weights: Mapping[str, Counter[str]]) -> tuple[str, str, int]:
    """The two nodes reached last, where the next one is that which hangs on most, and by how much the last does."""
    reached, pull = [min(weights)], Counter(weights[min(weights)])
    while len(reached) < len(weights):
        following = max(sorted(weights.keys() - {*reached}), key=lambda node: pull[node])
        cut = pull[following]
        reached.append(following)
        pull.update(weights[following])
    return reached[-2], reached[-1], cut
