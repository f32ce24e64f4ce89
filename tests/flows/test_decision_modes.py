"""The five modes: whatever people do in whatever order, none closes against its rule, loses a voice, or changes."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import text
from bot.sample import CALENDAR
from flows import decision_cards, decisions, stands
from flows.decision_records import Decision
from flows.messages import Form
from flows.modes import MODES
from tests.world import Rules, told

OWNER = "lena"
PEOPLE = ("lena", "ana", "ben", "cara", "dan", "eva")
DELEGATE = "ana"
OPTIONS = ("The library", "The gym", "Outside")
WAITING = ("open", "returned")
SAYS = {"tell": ("good",), "advice": ("advice", "pass"), "consent": ("good", "worry", "harm"), "delegate": ("pass",)}
DAYS = {"advice": 2, "consent": 2, "vote": 2, "delegate": 5}


def team(size: int = 4) -> Rules:
    """So many people: an administrator, who owns the decisions here, a facilitator, and teachers."""
    roles = ("administrator", "teacher, facilitator", *["teacher"] * 6)
    return Rules(**dict(zip(PEOPLE[:size], roles, strict=False)))


def posted(rules: Rules, mode: str, majority: str = "half", **details: str) -> Decision:
    """Lena's decision in this mode, posted and out."""
    rules.fills(OWNER, "order decide", question="Where do we meet?", mode=mode, reason="Traffic")
    if mode in ("vote", "delegate"):
        rules.fills(OWNER, "order decide more 1", options="\n".join(OPTIONS), majority=majority, to=DELEGATE)
    if details:
        rules.fills(OWNER, "order decide details 1", **details)
    rules.says(OWNER, f"decide post 1.{rules.room.decisions[-1].revision}")
    rules.until(rules.now + timedelta(minutes=5))
    decision = rules.room.decisions[-1]
    assert decision.state != "draft", told(rules.says(OWNER, f"decide post 1.{decision.revision}"))
    return decision


def only(rules: Rules) -> Decision:
    """The one decision there is."""
    (decision,) = rules.room.decisions
    return decision


def channel(rules: Rules) -> str:
    """The decision as the team's channel shows it."""
    drawn = decision_cards.draw(rules.room, 1)
    return text.draw(drawn) if drawn else ""


def end_of(now: datetime, days: int) -> datetime:
    """The end of the school day so many school days from now."""
    hours = CALENDAR.hours_on(CALENDAR.add_school_days(CALENDAR.local_date(now), days))
    assert hours
    return hours[1]


# ---------------------------------------------------------------- whatever happens, in whatever order


@dataclass
class Model:
    """The rules of the domain in a few lines of their own, to hold the product against."""

    mode: str
    people: tuple[str, ...]
    asked: frozenset[str]
    needed: int
    majority: str
    deadline: datetime
    out: datetime
    """when the team sees it; until then it can be taken back"""
    state: str = "open"
    revision: int = 1
    extended: bool = False
    stands: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    outcome: str = ""
    gone: set[str] = field(default_factory=set)
    held: datetime | None = None
    """since when the school is on hold"""

    def settles(self, now: datetime) -> None:
        """Close it by its rule at its deadline, or bring it back to its owner."""
        nobody_takes_it = self.mode == "delegate" and self.asked - self.gone <= self.stands.keys()
        if not self.held and self.state in WAITING and (now >= self.deadline or nobody_takes_it):
            self.state = "decided" if self.is_decided() else "returned"

    def is_decided(self) -> bool:
        """What the mode's rule says of the words that count."""
        can_be_heard = self.stands.keys() | (self.asked - self.gone)
        enough = len(self.stands) >= max(1, min(self.needed, len(can_be_heard)))
        match self.mode:
            case "consent":
                return enough and "harm" not in self.stands.values()
            case "advice":
                advised = {who for who, said in self.stands.items() if said == "advice"}
                return bool(self.outcome) and advised <= self.answered
            case "vote":
                return enough and self.has_majority(Counter(self.stands.values()))
        return False

    def has_majority(self, votes: Counter[str]) -> bool:
        """Whether one option is first alone, and by as much as was declared."""
        (_, most), *others = votes.most_common() or [("", 0)]
        is_first = most > 0 and (not others or others[0][1] < most)
        share = {"half": 2 * most > votes.total(), "two thirds": 3 * most >= 2 * votes.total(), "most": True}
        return is_first and share[self.majority]

    def does(self, act: tuple[str, ...], now: datetime) -> None:
        """What each act does to it."""
        is_open = self.state in WAITING
        match act:
            case "back", who if who in self.stands and self.hears(who, self.stands[who], str(self.revision)):
                del self.stands[who]
            case "object", who if who not in self.stands and self.hears(who, "harm", str(self.revision)):
                self.stands[who] = "harm"
            case "stand", who, said, version if self.hears(who, said, version):
                self.stands[who] = said
                self.answered.discard(who)
            case "leave", who if who not in self.gone:
                self.gone.add(who)
            case "amend", "lena" if is_open or self.state == "decided":
                self.amend(now)
            case "extend", "lena" if is_open and not self.extended:
                self.extended, self.state = True, "open"
                self.deadline = end_of(max(now, self.deadline), DAYS[self.mode])
            case "withdraw", "lena" if is_open:
                self.state = "withdrawn"
            case "answer", "lena" if self.mode == "advice" and self.state == "returned":
                self.outcome = "We do"
                self.answered |= {who for who, said in self.stands.items() if said == "advice"}
            case "hold", _:
                self.held = self.held or now
            case "resume", _ if self.held:
                if self.mode != "tell" and self.held <= self.deadline:
                    self.deadline = max(self.deadline, end_of(now, 1))
                self.held = None
            case "report", who if self.mode == "delegate" and is_open and who in self.asked - self.gone:
                self.state, self.outcome = "decided", "It is done"
        self.settles(now)

    def hears(self, who: str, said: str, version: str) -> bool:
        """Whether this word counts: said by somebody who is asked, to how it reads now, while words are taken."""
        said_right = said in (("1", "2", "3") if self.mode == "vote" else SAYS[self.mode])
        is_heard = self.state == "open" or (self.state == "returned" and self.mode != "vote")
        return said_right and is_heard and who in self.asked - self.gone and version == str(self.revision)

    def amend(self, now: datetime) -> None:
        """It asks anew: the same people while it was asked, its circle as it is now where it was decided."""
        if self.state == "decided" and self.mode != "tell":
            self.extended = False
            if self.mode != "delegate":
                self.asked = frozenset(self.people) - self.gone - {OWNER}
            self.needed = min(self.needed, len(self.asked))
        self.revision, self.stands, self.answered, self.outcome = self.revision + 1, {}, set(), ""
        if self.mode != "tell":
            self.state, self.deadline = "open", end_of(now, DAYS[self.mode])


def acts(mode: str, size: int) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Anything that anybody may try, and time that passes."""
    who = st.sampled_from(PEOPLE[:size])
    words = ("1", "2", "3", "4", "good") if mode == "vote" else (*SAYS[mode], *SAYS[mode], "good", "1")
    stand = st.tuples(st.just("stand"), who, st.sampled_from(words), st.sampled_from("11112"))
    objects = st.tuples(st.just("object"), who)
    back = st.tuples(st.just("back"), who)
    mostly_owner = st.sampled_from((OWNER, OWNER, PEOPLE[1]))
    owner = st.tuples(st.sampled_from(("amend", "extend", "withdraw", "answer", "answer")), mostly_owner)
    report = st.tuples(st.just("report"), who)
    leave = st.tuples(st.just("leave"), st.sampled_from(PEOPLE[1:size]))
    wait = st.tuples(st.just("wait"), st.sampled_from(("1", "8", "30", "60", "200")))
    holds = st.sampled_from((("hold", OWNER), ("resume", OWNER), ("resume", OWNER)))
    kinds = (stand, stand, stand, stand, back, wait, wait, owner, owner, leave, holds)
    more = {"delegate": (report,), "consent": (objects,)}.get(mode, ())
    return st.lists(st.one_of(*kinds, *more), min_size=3, max_size=16)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_happens_in_whatever_order_it_never_closes_against_its_rule(mode: str, data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 6))
    rules = team(size)
    rules.now += timedelta(hours=data.draw(st.integers(0, 30 * 24)))
    majority = data.draw(st.sampled_from(("half", "two thirds", "most")))
    decision = posted(rules, mode, majority)
    out = CALENDAR.next_working(decision.posted_at + timedelta(minutes=5))
    rules.until(max(out, rules.now) + timedelta(minutes=1))
    decision = only(rules)
    deadline = decision.closes_at or out
    model = Model(mode, PEOPLE[:size], frozenset(decision.asked), decision.needed, majority, deadline, out)
    model.state = decision.state
    closed = ""

    for act in (*data.draw(acts(mode, size)), ("wait", "200"), ("leave", PEOPLE[size - 1])):
        if act[0] == "wait":
            until = rules.now + timedelta(hours=int(act[1]))
            rules.until(until)
            model.settles(until)
        elif not _is_nobody(act, model):
            _does(rules, model, act)
        _agrees(rules, model)
        if act[0] == "amend" or model.state in WAITING:
            closed = ""
        assert not closed or closed == channel(rules), "what is closed stays as it is"
        closed = "" if model.state in WAITING else channel(rules)


def _is_nobody(act: tuple[str, ...], model: Model) -> bool:
    """Whether whoever would do it is not there any more; and the team keeps somebody to ask."""
    if act[0] == "leave":
        return act[1] in model.gone or len(model.people) - len(model.gone) <= 2
    if act[0] == "amend" and model.held:
        return True
    return act[1] in model.gone or (act[0] == "object" and "ana" in model.gone)


def _does(rules: Rules, model: Model, act: tuple[str, ...]) -> None:
    """Let somebody do it in the product and in the model."""
    if act[0] == "amend" and model.mode == "delegate" and model.asked <= model.gone:
        before = only(rules)
        assert "who decides" in told(rules.fills(OWNER, "order decide amend 1", question="And now?", to="")) or (
            model.state in ("withdrawn", "undone")
        )
        assert only(rules) == before
        return
    match act:
        case "stand", who, said, version:
            rules.says(who, f"stand 1.{version} {said} because of {who}'s words")
        case "back", who:
            rules.says(who, f"stand 1.{model.revision} withdraw")
        case "object", who:
            rules.says("ana", f"object 1.{model.revision} for {who} because of {who}'s words")
        case "leave", who:
            rules.says(OWNER, f"team left {who} confirmed")
        case "amend", who if model.mode == "delegate":
            rules.amends(who, 1, "And now?", reason="Traffic", to=_still(model))
        case "amend", who:
            rules.amends(who, 1, "And now?")
        case "withdraw", who:
            rules.says(who, "decide withdraw 1 because it is over")
        case "answer", who:
            form = rules.says(who, "decide answer 1")
            keys = [each.key for each in form.fields] if isinstance(form, Form) else ["outcome"]
            rules.fills(who, "order decide answer 1", **dict.fromkeys(keys, "We do"))
        case "report", who:
            rules.says(who, "decide report 1 It is done")
        case "hold", who:
            rules.says(who, "hold because of the storm")
        case "resume", who:
            rules.says(who, "resume")
        case kind, who:
            rules.says(who, f"decide {kind} 1")
    if act[0] == "amend":
        model.settles(rules.now)
    model.does(act, rules.now)


def _still(model: Model) -> str:
    return next(iter(model.asked - model.gone), "")


def _agrees(rules: Rules, model: Model) -> None:
    decision = only(rules)
    assert (decision.state, decision.revision, decision.extended) == (model.state, model.revision, model.extended)
    assert (decision.mode, set(decision.asked), decision.needed) == (model.mode, set(model.asked), model.needed)
    if decision.state in WAITING:
        assert decisions.deadline(rules.room, decision) == model.deadline
    counted = stands.of(rules.room, decision)
    spoken = {each.member: str(each.choice) if each.choice else each.kind for each in counted}
    assert spoken == model.stands
    if decision.state == "open":
        assert "'s words" not in channel(rules)
    assert "Traffic" in channel(rules)
    assert len(rules.room.wordings) == model.revision - 1
