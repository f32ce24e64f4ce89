"""The district's figures: what is left out of them cannot be worked out by anybody, whatever the schools are like."""

from collections.abc import Collection, Iterator
from itertools import combinations, product

import pytest

from flows import rollup
from flows.rollup import FEWEST, FIGURES, Rollup, Row, rolled_up

SIZES = (0, 1, 3, 5, 6, 7, 12)
IDLE, WORKS = 0, 1


def school(key: int, people: int, work: int = WORKS) -> Row:
    """A school whose figures nobody could guess; an idle one has members, and nothing to count."""
    figures = {each.key: work * (1000 * 7**key + place) for place, each in enumerate(FIGURES)}
    return Row(str(key), f"School {key}", people, figures)


def hidden_in(shown: Rollup, key: str, rows: Collection[Row], known: Collection[str]) -> list[Row] | None:
    """Whose work is the total of a figure minus all that is told or known; None where that says nothing."""
    told = {row.key: row for row in shown.rows if row.is_told}
    if key not in shown.total.figures or shown.total.figures[key] == sum(row.figures[key] for row in told.values()):
        return None
    return [row for row in rows if row.key not in {*told, *known} and row.figures[key]]


def found_by_subtraction(rows: Collection[Row], known: Collection[str] = ()) -> Iterator[str]:
    """What somebody finds out who takes from the total whatever they are told or know: the attacker's program."""
    shown = rolled_up([*rows], known)
    few = {row.key for row in rows if row.people < FEWEST}
    yield from (f"{row.key} is told" for row in shown.rows if row.is_told and row.key in few)
    if shown.total.is_told and sum(row.people for row in rows) < FEWEST:
        yield "all are a few people"
    for key in (each.key for each in FIGURES):
        left = hidden_in(shown, key, rows, known)
        if left and sum(row.people for row in left) < FEWEST:
            yield f"all minus what is known is {sum(row.people for row in left)} people"
        if left and len(left) == 1:
            yield f"all minus what is known is {left[0].key}"


def found_over_time(before: Collection[Row], after: Collection[Row]) -> Iterator[str]:
    """What somebody finds out of schools that stay as they are who has seen both moments."""
    shown = [rolled_up([*before]), rolled_up([*after])]
    told = {row.key for each in shown for row in each.rows if row.is_told}
    stay = {row.key for row in before if row in after}
    for key in (each.key for each in FIGURES):
        sums = [hidden_in(each, key, rows, told) for each, rows in zip(shown, (before, after), strict=True)]
        left = [{row.key for row in each} for each in sums if each]
        left += [one ^ other for one in left for other in left if one < other]
        yield from (f"{alone} is found" for each in left if len(each) == 1 for alone in each & stay)


@pytest.mark.parametrize("schools", [1, 2, 3])
def test_no_subtraction_finds_a_school_or_a_few_people(schools: int) -> None:
    for sizes in product(product(SIZES, (IDLE, WORKS)), repeat=schools):
        rows = [school(key, *each) for key, each in enumerate(sizes)]
        for count in (0, 1, 2):
            for known in combinations(map(str, range(schools)), count):
                assert not [*found_by_subtraction(rows, known)], (sizes, known)


def test_no_school_that_comes_or_begins_gives_another_one_away() -> None:
    for sizes in product((3, 5, 7, 20), repeat=3):
        before = [school(key, people) for key, people in enumerate(sizes)]
        for people, work in product(SIZES, (IDLE, WORKS)):
            new, idle = school(3, people, work), school(3, people, IDLE)
            assert not [*found_over_time(before, [*before, new])], (sizes, people, work)
            assert not [*found_over_time([*before, idle], [*before, new])], (sizes, people, work)


def test_the_attacker_finds_what_a_weaker_rule_would_give_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "_hide_each_other", lambda rows: True)

    assert set(found_by_subtraction([school(0, 3), school(1, 5, IDLE), school(2, 20)])) == {
        "all minus what is known is 3 people",
        "all minus what is known is 0",
    }
    two = [school(0, 3), school(1, 20)]
    assert set(found_over_time(two, [*two, school(2, 6, IDLE)])) == {"0 is found"}


def test_a_school_in_which_nothing_has_begun_hides_nothing() -> None:
    shown = rolled_up([school(0, 3), school(1, 6, IDLE), school(2, 5, IDLE), school(3, 20)])

    assert [row.key for row in shown.rows if row.is_told] == ["1", "3"]
    assert shown.total.figures == school(3, 20).figures, "what is shown anyway"
    assert shown.total.people == 3 + 6 + 5 + 20, "of members the two small ones hide each other"


def test_small_schools_count_in_the_total_where_they_hide_each_other_figure_by_figure() -> None:
    small, other, large = school(0, 3), school(1, 4), school(2, 20)
    only = {"decided": 0, "shared": 0}
    shown = rolled_up([small, Row("1", "School 1", 4, {**other.figures, **only}), large])

    assert shown.total.figures["decided"] == large.figures["decided"]
    assert shown.total.figures["asked"] == sum(each.figures["asked"] for each in (small, other, large))
    alone = rolled_up([small, Row("1", "School 1", 4, {**other.figures, **only})])
    assert {*other.figures} - {*alone.total.figures} == {*only}, "where nothing else is told, it is left out"
    assert rolled_up([small]).total.figures == {}


def test_large_schools_are_all_told() -> None:
    def told(*sizes: int) -> list[str]:
        shown = rolled_up([school(key, people) for key, people in enumerate(sizes)])
        return [row.key for row in shown.rows if row.is_told]

    assert told(6, 8, 30) == ["0", "1", "2"]
    assert told(5, 8, 30) == ["1", "2"]
    assert told(5, 1, 8, 30) == ["2", "3"]
    assert told(5) == []


def test_a_school_with_nothing_and_nobody_hides_nothing_and_is_not_there() -> None:
    empty = Row("9", "Empty", 0, {each.key: 0 for each in FIGURES})
    shown = rolled_up([school(0, 12), school(1, 12), empty])

    assert [row.key for row in shown.rows if row.is_told] == ["0", "1"]
    assert len(shown.rows) == 2
    assert shown.total.people == 24
