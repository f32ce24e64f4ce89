"""The closing rule of each mode, held over every combination of words that four people can say."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest

from flows import asks, decisions
from flows.decision_cards import why_back
from flows.decision_records import Decision, Stand
from flows.modes import MAJORITIES, MODES
from flows.report import build
from flows.room import Room
from tests.world import Rules, told

ASKED = ("ana", "ben", "cara", "dan")
OPTIONS = ("Gym", "Library", "Outside")


def room() -> Room:
    return Rules(lena="administrator", **dict.fromkeys(ASKED, "teacher")).room


def decision(mode: str, **more: object) -> Decision:
    """Lena's decision, whose deadline has come."""
    rules = Rules(lena="administrator")
    known = Decision("team", 1, 0, mode, "Where?", "", "lena", rules.now, ASKED, state="open", closes_at=rules.now)
    return replace(known, **more)  # type: ignore[arg-type]


def after(known: Decision, words: tuple[str, ...], kind: str = "") -> str:
    """How the decision stands at its deadline with these words (an empty one is silence), and what or why."""
    base = room()
    said = [
        Stand("team", 1, member, kind or word, "because", known.posted_at, choice=int(word) if kind else 0)
        for member, word in zip(ASKED, words, strict=True)
        if word
    ]
    spoken = base.having([known, *said])
    [found] = [fact for fact in decisions.settle(spoken, known, known.posted_at).keep if isinstance(fact, Decision)]
    why = found.outcome or why_back(spoken.having([found]), found)
    return f"{found.state} {why}"


@pytest.mark.parametrize("needed", range(1, 5))
@pytest.mark.parametrize("majority", MAJORITIES)
def test_a_vote_chooses_what_is_first_alone_with_its_majority_and_enough_votes(majority: str, needed: int) -> None:
    known = decision("vote", options=OPTIONS, majority=majority, needed=needed)
    for ballots in product(("", "1", "2", "3"), repeat=len(ASKED)):
        counted = Counter(ballot for ballot in ballots if ballot)
        most = max(counted.values(), default=0)
        first = [choice for choice, count in counted.items() if count == most]
        share = Fraction(most, max(1, counted.total()))
        passes = {"half": share > Fraction(1, 2), "two thirds": share >= Fraction(2, 3), "most": True}[majority]
        chosen = len(first) == 1 and counted.total() >= needed and passes
        if chosen:
            expected = f"decided {OPTIONS[int(first[0]) - 1]}"
        elif counted.total() < needed:
            expected = "returned Too few have spoken."
        else:
            why = "The vote is tied." if len(first) > 1 else "No option has the majority that it needs."
            expected = f"returned {why}"
        assert after(known, ballots, "vote") == expected, ballots


@pytest.mark.parametrize("needed", range(1, 5))
def test_consent_stands_when_enough_have_spoken_and_nobody_objects(needed: int) -> None:
    known = decision("consent", needed=needed)
    for words in product(("", "good", "worry", "harm"), repeat=len(ASKED)):
        spoken = [word for word in words if word]
        stands = len(spoken) >= needed and "harm" not in spoken
        whys = "An objection is open." * ("harm" in spoken), "Too few have spoken." * (len(spoken) < needed)
        expected = "decided Where?" if stands else f"returned {' '.join(filter(None, whys))}"
        assert after(known, words) == expected, words


def test_advice_is_decided_by_its_owner_and_only_when_everybody_who_advised_has_an_answer() -> None:
    known = decision("advice", state="returned")
    for advised, answered in product(product((True, False), repeat=4), repeat=2):
        said = [
            Stand("team", 1, member, "advice" if advises else "pass", "Go", known.posted_at, answer="Yes" * has_answer)
            for member, advises, has_answer in zip(ASKED, advised, answered, strict=True)
        ]
        owes = any(advises and not given for advises, given in zip(advised, answered, strict=True))
        for outcome in ("", "The gym"):
            asked = replace(known, outcome=outcome)
            closed = decisions.settle(room().having([asked, *said]), asked, known.posted_at).keep
            assert bool(closed) is (bool(outcome) and not owes), (advised, answered, outcome)


def test_no_mode_but_telling_closes_before_its_deadline() -> None:
    for mode in ("advice", "consent", "vote"):
        known = replace(decision(mode, options=OPTIONS, majority="most", outcome="Yes"), needed=1)
        early = known.posted_at - timedelta(minutes=1)
        said = [Stand("team", 1, each, (*MODES[mode].says, "vote")[0], "Go", early, choice=1) for each in ASKED]
        assert decisions.settle(room().having([known, *said]), known, early).keep == (), mode


def test_answers_that_are_not_all_given_leave_it_with_its_owner() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", ben="teacher")
    rules.fills("lena", "order decide", question="Where?", mode="advice")
    rules.says("lena", "decide post 1")
    rules.until(rules.now + timedelta(minutes=5))
    for who in ("ana", "ben"):
        rules.says(who, "stand 1 advice Outside")
    rules.until(rules.now + timedelta(days=3))

    rules.fills("lena", "order decide answer 1", outcome="Inside", ana="It rains")
    assert rules.room.decisions[0].state == "returned"
    rules.fills("lena", "order decide answer 1", outcome="Inside", ben="It rains")
    assert rules.room.decisions[0].state == "decided"


# ---------------------------------------------------------------- who reads what, and when


def team_of_six() -> Rules:
    """Lena's consent decision in a team of six with a coach to whom decisions are shown; three have spoken."""
    people = dict.fromkeys(("ben", "cara", "dan", "eva"), "teacher")
    rules = Rules(lena="administrator", ana="teacher, facilitator", kay="coach", **people)
    rules.starts("ana")
    rules.fills("ana", "order charter change", norms="", purpose="", priority="Questions", coach="decisions")
    rules.fills("lena", "order decide", question="Eight?", mode="consent")
    rules.says("lena", "decide post 1")
    rules.until(rules.now + timedelta(minutes=5))
    for who, word in (("ana", "good"), ("ben", "good"), ("cara", "harm because of the buses")):
        rules.says(who, f"stand 1 {word}")
    return rules


def test_a_coach_reads_no_figure_of_what_they_are_not_shown() -> None:
    rules = team_of_six()

    assert "Still asked: 2" in told(rules.says("lena", "decisions show 1"))
    assert "Still asked" not in told(rules.says("kay", "decisions show 1"))
    assert "Eight?" in told(rules.says("kay", "decisions show 1"))


def test_an_objection_that_was_worked_in_stays_in_the_log_and_in_the_report() -> None:
    rules = team_of_six()
    rules.amends("lena", 1, "Eight, with a later bus?")

    assert "because of the buses" in told(rules.says("dan", "decisions show 1"))
    assert "Eight, with" in told(rules.says("dan", "decisions buses"))
    assert [each.reason for each in build(rules.room, rules.now).decisions[0].concerns] == ["because of the buses"]


def test_staff_who_were_asked_are_not_asked_again_within_a_month_by_an_amendment() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator", sol="staff")
    rules.fills("lena", "order decide", question="Eight?", mode="consent")
    rules.fills("lena", "order decide details 1", circle="staff", needed="1")
    rules.says("lena", "decide post 1.2")
    rules.until(rules.now + timedelta(minutes=5))
    rules.says("sol", "stand 1 good")
    rules.until(rules.now + timedelta(days=3))
    assert rules.room.decisions[0].state == "decided"

    assert "at most once a month" in told(rules.says("lena", "decide amend 1 Nine?"))
    rules.now += timedelta(days=30)
    assert "goes out on" in told(rules.amends("lena", 1, "Nine?"))


def test_what_is_asked_for_in_the_evening_is_out_when_the_school_opens() -> None:
    rules = Rules(lena="administrator", ana="teacher, facilitator")
    rules.now += timedelta(hours=13)
    rules.fills("ana", "order ask", what="A free period", kind="time", of="lena")
    rules.until(rules.now + timedelta(minutes=30))

    assert "There is no ask 1" in told(rules.says("lena", "ask grant 1 Yes"))
    rules.says("ana", "ask withdraw 1")
    assert rules.room.asks[0].state == "undone", "nobody has seen it"
    rules.fills("ana", "order ask", what="A free period", kind="time", of="lena")
    rules.until(rules.now + timedelta(hours=12))
    assert asks.is_out(rules.room, rules.room.asks[1], rules.now)
