"""Nothing that a pulse shows can be subtracted to what few people said: all small schools, and an attacker."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, product
from math import prod

import pytest

from flows import anonymity
from flows.anonymity import Asked, Earlier, least_cut, parts, shown
from flows.bands import Place, groups_of, hide_unanimity
from flows.waves import SCHOOL
from tests.flows.pulse_attacker import Find, Released, comparisons, subtractions, told_of_all

FEWEST = 5
SIZES = range(1, 9)
LARGE = 12
FEW_ENOUGH = 600
"""ways in which people can have answered, that are all gone through"""


def school(*teams: int, staff: int = 0, administrators: int = 1, support: int = 0) -> dict[str, Place]:
    """Teams of these sizes, each with so many administrators and support staff and else teachers; staff beyond them."""
    places: dict[str, Place] = {}
    for number, size in enumerate(teams):
        roles = ["administrator"] * administrators + ["support"] * support + ["teacher"] * size
        places |= {f"{number}-{seat}": (f"t{number}", role) for seat, role in enumerate(roles[:size])}
    return places | {f"staff-{seat}": ("t0", "staff") for seat in range(staff)}


def everybody(places: Mapping[str, Place], fewest: int = FEWEST, *earlier: Earlier) -> tuple[str, ...]:
    """The groups that are shown if everybody answers."""
    return shown(Asked(places, Counter(places.values()), earlier), fewest)


def found(
    places: Mapping[str, Place], groups: tuple[str, ...], fewest: int = FEWEST, asked: Mapping[str, Place] | None = None
) -> list[Find]:
    """What an attacker finds of those who answered, whoever of the school they are, or from outside."""
    silent = {member: place for member, place in (asked or places).items() if member not in places}
    return list(subtractions(Released(places, groups, silent), viewers(places), fewest))


def viewers(places: Mapping[str, Place]) -> list[str]:
    """One of each place, since all in one place know the same; and somebody from outside."""
    return [*{place: member for member, place in places.items()}.values(), ""]


def counted(places: Mapping[str, Place], groups: tuple[str, ...]) -> dict[str, int]:
    """How many are in each of these groups."""
    return {group: sum(group in (SCHOOL, *groups_of(place)) for place in places.values()) for group in groups}


def schools() -> Iterator[dict[str, Place]]:
    """Every school of up to three teams of one to eight, as small as teams are and with what else there may be."""
    for count in (1, 2, 3):
        for sizes in combinations_with_replacement(SIZES, count):
            for staff, administrators, support in product((0, 3, 7), (0, 1), (0, 2)):
                yield school(*sizes, staff=staff, administrators=administrators, support=support)


def silences(places: Mapping[str, Place]) -> Iterator[dict[str, Place]]:
    """Who answered: everybody, all but one of each place, every second one, or all but the first team."""
    last = {place: member for member, place in places.items()}.values()
    yield dict(places)
    yield {member: place for member, place in places.items() if member not in last}
    yield dict([*places.items()][::2])
    yield {member: place for member, place in places.items() if place[0] != "t0"}


def test_in_every_small_school_no_viewer_finds_anything_whatever_is_filtered_and_whoever_is_silent() -> None:
    seen = Counter[str]()
    for places in schools():
        for answered in silences(places):
            groups = shown(Asked(places, Counter(answered.values())), FEWEST)
            seen.update(each.partition(" ")[0] for each in groups)
            assert not found(answered, groups, asked=places), (Counter(answered.values()), groups)
    assert min(seen[kind] for kind in (SCHOOL, "team", "role")) > 100, "and much is shown all the same"


def test_whatever_people_say_no_bands_tell_that_all_of_some_said_the_same() -> None:
    tried = Counter[int]()
    for places in schools():
        answers = Counter(places.values())
        groups = shown(Asked(places, answers), FEWEST - 1)  # as few as a district can choose
        if groups and prod(count + 1 for count in answers.values()) <= FEW_ENOUGH:
            tried[len(groups)] += 1
            assert not [*told_of_all(answers, groups)], (answers, groups)
    assert len(tried) > 3, "also with several groups"


def test_whatever_groups_are_taken_together_an_attacker_finds_only_what_is_held_back() -> None:
    chance, seen = random.Random(20261123), Counter[tuple[bool, bool]]()
    for _ in range(200):
        answers = {
            (f"t{team}", role): chance.randint(0, 6)
            for team in range(chance.randint(1, 3))
            for role in chance.choice((("teacher",), ("teacher", "support")))
        }
        some = sorted({group for place in answers for group in groups_of(place)})
        groups = tuple(chance.sample(some, chance.randint(0, len(some))))
        if prod(count + 1 for count in answers.values()) <= FEW_ENOUGH and any(answers.values()):
            is_found = any(told_of_all(answers, (SCHOOL, *groups)))
            seen[hide_unanimity(answers, groups), is_found] += 1
    assert not seen[True, True]
    assert min(seen[True, False], seen[False, True]) > 10, seen


def test_a_group_of_which_people_read_that_it_has_no_figure_has_none() -> None:
    places = school(12, 7, 4)
    assert everybody(places) == (SCHOOL, "team t0")
    answers = Counter({("t0", "teacher"): 5, ("t1", "teacher"): 7, ("t2", "teacher"): 4})
    assert "team t1" in shown(Asked(places, answers), FEWEST)
    assert "team t1" not in shown(Asked(places, answers, (), everybody(places)), FEWEST)


def test_a_district_may_want_figures_from_three_others_and_from_four_on_none_tells_that_all_agree() -> None:
    assert SCHOOL in everybody(school(4), 3)
    assert SCHOOL in everybody(school(5), 4)
    assert hide_unanimity({("t0", "teacher"): 5}, ())
    assert not hide_unanimity({("t0", "teacher"): 4}, ())


@pytest.mark.parametrize("fewest", [3, 8])
def test_it_holds_with_another_number_of_answers(fewest: int) -> None:
    for sizes in combinations_with_replacement(SIZES, 3):
        places = school(*sizes, staff=5)
        assert not found(places, everybody(places, fewest), fewest)


def test_an_attacker_of_simulated_districts_finds_nothing_in_any_pulse_nor_between_two() -> None:
    chance, compared = random.Random(20261122), 0
    for _ in range(250):
        places = _drawn(chance)
        then = _answering(chance, places)
        groups_then = shown(Asked(places, Counter(then.values())), FEWEST)
        assert not found(then, groups_then, asked=places)

        later = _half_a_year_later(chance, places)
        now = {member: place for member, place in later.items() if member in then or member not in places}
        earlier = Earlier(places, counted(then, groups_then))
        groups = shown(Asked(later, Counter(now.values()), (earlier,)), FEWEST)
        assert not found(now, groups, asked=later)
        if _is_known_who_answered(places, then, later, now):
            compared += bool(groups and groups_then)
            both = comparisons(Released(now, groups), Released(then, groups_then), viewers(now), FEWEST)
            assert not list(both), (groups, groups_then)
    assert compared > 25, "pulses were shown beside each other"


def _drawn(chance: random.Random) -> dict[str, Place]:
    sizes = [chance.randint(2, LARGE) for _ in range(chance.randint(1, 5))]
    return school(*sizes, staff=chance.choice((0, 0, 4, 20)), support=chance.choice((0, 1, 3)))


def _answering(chance: random.Random, places: Mapping[str, Place]) -> dict[str, Place]:
    rate = chance.choice((1.0, 1.0, 0.9, 0.6))
    return {member: place for member, place in places.items() if chance.random() < rate}


def _half_a_year_later(chance: random.Random, places: Mapping[str, Place]) -> dict[str, Place]:
    """Nobody, somebody or many left, came or went over to another team or role."""
    later, many = dict(places), chance.choice((0, 0, 1, 2, 6, 12))
    for number in range(many):
        teams, roles = zip(*later.values(), strict=True) if later else (("t0",), ("teacher",))
        match chance.choice(("came", "left", "team", "role")):
            case "came":
                later[f"new-{number}"] = chance.choice(teams), chance.choice(roles)
            case "left" if later:
                del later[chance.choice(sorted(later))]
            case "team" if later:
                member = chance.choice(sorted(later))
                later[member] = chance.choice(teams), later[member][1]
            case "role" if later:
                member = chance.choice(sorted(later))
                later[member] = later[member][0], chance.choice(roles)
    return later


def _is_known_who_answered(*both: Mapping[str, Place]) -> bool:
    """Whether nearly everybody did: otherwise the attacker does not know of whom a difference between pulses is."""
    places, then, later, now = both
    return len(places) == len(then) and len(later) == len(now)


def test_a_team_that_would_be_told_by_subtracting_the_others_keeps_another_one_back() -> None:
    assert everybody(school(8, 4)) == (SCHOOL,), "the school less the larger team is the smaller one"
    assert everybody(school(20, 14, 9)) == (SCHOOL, "team t0", "team t1", "team t2")


def test_a_role_that_is_nearly_a_team_is_not_shown_beside_it() -> None:
    places = {**school(12, 12, administrators=0), "lena": ("t0", "teacher")}
    places |= {member: (team, "support") for member, (team, _) in places.items() if team == "t1"}
    places["0-0"] = ("t0", "support")
    assert everybody(places) == (SCHOOL, "team t0", "team t1"), "of one person team and role would differ"


def test_the_reader_s_own_answer_is_none_of_the_five() -> None:
    assert everybody(school(5)) == ()
    assert everybody(school(6))[0] == SCHOOL


def test_of_nobody_it_is_told_that_they_did_not_answer() -> None:
    places = school(9, 3)
    answered = Counter(place for place in places.values() if place[0] == "t0")
    assert shown(Asked(places, answered), FEWEST) == (SCHOOL,), "nine of the school and nine of the one team"


def test_a_newcomer_is_not_told_by_comparing_with_the_pulse_before() -> None:
    before = school(9, 9)
    earlier = Earlier(before, Counter({SCHOOL: 18, "team t0": 9, "team t1": 9}))
    assert everybody({**before, "nia": ("t0", "teacher")}, FEWEST, earlier) == ()

    half = {member: place for member, place in before.items() if not member.endswith(("6", "7", "8"))}
    few = Earlier(before, Counter({SCHOOL: 12}))
    nia = {**before, "nia": ("t0", "teacher")}
    asked = Asked(nia, Counter({**half, "nia": ("t0", "teacher")}.values()), (few,))
    assert shown(asked, FEWEST)[:1] == (SCHOOL,), "where many did not answer, nobody knows whose difference it is"


def test_a_team_that_is_shown_now_is_not_taken_from_the_school_of_an_earlier_pulse() -> None:
    before = school(9, 3)
    assert everybody(before) == (SCHOOL,)
    after = {**before, **{f"new-{number}": ("t1", "teacher") for number in range(6)}}
    assert "team t0" in everybody(after)
    assert "team t0" not in everybody(after, FEWEST, Earlier(before, {SCHOOL: 12})), "12 less 9 were three"


def test_somebody_who_changes_teams_takes_both_back() -> None:
    before = school(9, 9, 9)
    told = {f"team t{number}": 9 for number in range(3)}
    moved = {**before, "0-5": ("t1", "teacher")}
    earlier = Earlier(before, Counter({SCHOOL: 27, **told}))
    groups = everybody(moved, FEWEST, earlier)
    assert SCHOOL in groups
    assert not {"team t0", "team t1"} <= {*groups}


def test_somebody_in_another_team_and_another_role_is_in_no_difference_of_both() -> None:
    before = school(24, 24, administrators=0, support=10)
    groups_then = everybody(before)
    assert {"team t0", "role teacher"} <= {*groups_then}
    moved = {f"0-{seat}": ("t1", "teacher") for seat in range(10, 16)}
    after = {**before, **moved, "0-16": ("t1", "support")}
    groups = everybody(after, FEWEST, Earlier(before, counted(before, groups_then)))
    assert not list(comparisons(Released(after, groups), Released(before, groups_then), viewers(after), FEWEST))


def test_the_least_cut_is_the_least_of_all_cuts() -> None:
    chance = random.Random(7)
    for _ in range(300):
        nodes = [str(number) for number in range(chance.randint(2, 7))]
        lines = Counter(
            {
                (one, other): chance.randint(1, 9)
                for one in nodes
                for other in nodes
                if one < other and chance.random() < 0.6
            }
        )
        for part in parts(lines):
            assert least_cut(part) == _least_of_all(part)


def _least_of_all(lines: Mapping[tuple[str, str], int]) -> int:
    nodes = sorted({node for line in lines for node in line})
    sides = product((False, True), repeat=len(nodes) - 1)
    cuts = []
    for side in sides:
        is_left = dict(zip(nodes, (False, *side), strict=True))
        if any(side):
            cuts.append(sum(count for (one, other), count in lines.items() if is_left[one] != is_left[other]))
    return min(cuts)


@pytest.mark.parametrize("broken", ["_is_safe", "complements"])
def test_without_the_suppression_the_attacker_finds_people(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if broken == "_is_safe":
        monkeypatch.setattr(anonymity, "_is_safe", lambda asked, kept, fewest: True)
    else:  # each group is large enough by itself, and nobody looks at what is left of the school without it
        monkeypatch.setattr(anonymity, "least_cut", lambda part: sum(part.values()))
    assert any(found(places, everybody(places)) for places in schools())
