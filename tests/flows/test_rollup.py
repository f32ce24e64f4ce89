"""The district's figures: what is left out of them cannot be worked out by anybody, whatever the schools are like."""

from itertools import combinations, product

import pytest

from flows import rollup
from flows.rollup import FEWEST, FIGURES, Row, rolled_up

SIZES = (0, 1, 3, 5, 6, 7, 12)


def school(key: int, people: int) -> Row:
    """A school whose figures nobody could guess."""
    figures = {each.key: 1000 * 7**key + place for place, each in enumerate(FIGURES)}
    return Row(str(key), f"School {key}", people, figures)


def found_by_subtraction(sizes: tuple[int, ...], known: tuple[str, ...]) -> list[str]:
    """What somebody finds out who takes from the total whatever they are told or know: the attacker's program."""
    rows = [school(key, people) for key, people in enumerate(sizes)]
    shown = rolled_up(rows, known)
    told = {row.key for row in shown.rows if row.is_told}
    trouble = [f"{row.key} is told" for row in rows if row.key in told and row.people < FEWEST]
    rest = [row for row in rows if row.key not in told and row.key not in known]
    if shown.total.is_told:
        left = sum(row.people for row in rest)
        if sum(sizes) < FEWEST or (rest and left < FEWEST):
            trouble.append(f"all minus what is known is {left} people")
        if len(rest) == 1:
            trouble.append(f"all minus what is known is {rest[0].key}")
    return trouble


@pytest.mark.parametrize("schools", [1, 2, 3, 4])
def test_no_subtraction_finds_a_school_or_a_few_people(schools: int) -> None:
    for sizes in product(SIZES, repeat=schools):
        for count in (0, 1, 2):
            for known in combinations(map(str, range(schools)), count):
                assert not found_by_subtraction(sizes, known), (sizes, known)


def test_the_attacker_finds_what_a_weaker_rule_would_give_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "_is_hidden", lambda rows: True)

    assert found_by_subtraction((3, 12, 12), ()) == [
        "all minus what is known is 3 people",
        "all minus what is known is 0",
    ]


def test_large_schools_are_all_told_and_a_small_one_takes_the_smallest_with_it() -> None:
    def told(*sizes: int) -> list[str]:
        shown = rolled_up([school(key, people) for key, people in enumerate(sizes)])
        return [row.key for row in shown.rows if row.is_told]

    assert told(6, 8, 30) == ["0", "1", "2"]
    assert told(5, 8, 30) == ["2"]
    assert told(5, 1, 8, 30) == ["2", "3"], "two small schools with six members hide each other"
    assert told(5) == []


def test_a_school_with_nothing_and_nobody_hides_nothing_and_is_not_there() -> None:
    empty = Row("9", "Empty", 0, {each.key: 0 for each in FIGURES})
    shown = rolled_up([school(0, 12), school(1, 12), empty])

    assert [row.key for row in shown.rows if row.is_told] == ["0", "1"]
    assert len(shown.rows) == 2
    assert shown.total.people == 24
