"""Who may do what: one table, deny by default."""

from collections.abc import Iterable, Mapping

from .people import PROMPTED, Role

MEMBERS = PROMPTED
EVERYBODY = frozenset(Role)
READERS = EVERYBODY - {Role.STAFF}
ASKED = MEMBERS | {Role.STAFF}
"""Who may be asked for a word to a decision."""
GUIDES = frozenset({Role.ADMINISTRATOR, Role.FACILITATOR})
"""Who opens and closes phases, merges needs and looks after what others own."""
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
COACHES = frozenset({Role.COACH})
WRITTEN_TO = EVERYBODY - {Role.OBSERVER}
"""Whom the bot may ask or tell something by itself."""
NOBODY: frozenset[Role] = frozenset()

OWN: Mapping[str, frozenset[Role]] = {
    "answer": ASKED | {Role.FACILITATOR, Role.COACH},
    "reflect": MEMBERS,
    "share": MEMBERS,
    "lead": MEMBERS,
    "best time": WRITTEN_TO,
    "leave": WRITTEN_TO,
    "quiet": WRITTEN_TO,
    "language": EVERYBODY,
    "who sees what": EVERYBODY,
    "own words": EVERYBODY,
    "help": EVERYBODY,
    "home": EVERYBODY,
    "pages": EVERYBODY,
    "my teams": COACHES,
    "coach level": COACHES,
    "our district": frozenset({Role.DISTRICT_LEADER}),
    "skills": READERS,
    "report": READERS,
    "cycle status": READERS,
    "cycle start": GUIDES,
    "cycle next": GUIDES,
    "cycle extend": GUIDES,
    "cycle pause": GUIDES,
    "cycle resume": GUIDES,
    "cycle reopen": GUIDES,
    "cycle hand over": GUIDES,
    "cycle yes": MEMBERS,
    "closure": frozenset({Role.ADMINISTRATOR}),
    "closures": READERS,
    "hold": GUIDES,
    "team meets": GUIDES,
    "channel here": GUIDES,
    "school": ADMINISTRATORS,
    "team": READERS,
    "team change": GUIDES,
    "team role": ADMINISTRATORS,
    "charter keep": MEMBERS,
    "charter change": GUIDES,
    "record": MEMBERS,
    "met": MEMBERS,
    "need": MEMBERS,
    "needs": READERS,
    "need merge": GUIDES,
    "resource": MEMBERS,
    "resources": READERS,
    "action": MEMBERS,
    "actions": READERS,
    "action change": MEMBERS,
    "action evidence": MEMBERS | {Role.FACILITATOR},
    "outcome": GUIDES,
    "outcomes": READERS,
    "plan good": MEMBERS,
    "decide": MEMBERS,
    "decide report": ASKED,
    "decide take": GUIDES,
    "decide keep": MEMBERS,
    "decide modes": frozenset({Role.ADMINISTRATOR}),
    "stand": ASKED,
    "object": GUIDES,
    "decisions": EVERYBODY,
    "ask": MEMBERS,
    "ask answer": frozenset({Role.ADMINISTRATOR, Role.DISTRICT_LEADER}),
    "asks": READERS,
    "influence": READERS,
    "pulse": EVERYBODY,
    "pulse start": ADMINISTRATORS,
}
"""What each role may do with what is its own, or everybody's, in its own team."""

PERSONAL = frozenset({"best time", "leave", "quiet", "language", "pages", "my teams", "our district"})
"""What concerns a person, in each of their teams."""
OF_NO_TEAM = PERSONAL | {"closure", "closures", "hold", "pulse", "pulse start"}
"""The same, and what concerns the whole school."""

OTHERS: Mapping[str, frozenset[Role]] = {
    "decide keep": GUIDES,
    "action change": GUIDES,
    "record": GUIDES,
    "met": GUIDES,
}
"""What each role may do with what is somebody else's, in its own team. In another team nobody may do anything."""


def may_answer(roles: Iterable[Role], asks: str) -> bool:
    """Whether what a script asks of these people (its `asks`) may be answered in one of these roles.

    A coach answers what is asked of coaches, and nothing that was asked of them as something else before; staff beyond
    the team what is asked of the whole staff.
    """
    apart = {Role.COACH: "coach", Role.STAFF: "staff"}
    others = {role for role, whom in apart.items() if asks != whom}
    return bool((OWN["answer"] - others) & frozenset(roles))


def may(roles: Iterable[Role], matter: str, own: bool = True) -> bool:
    """Whether one of these roles allows it; whatever is not in the table is refused.

    Who may do it with what is somebody else's may do it with what is their own.
    """
    allowed = OTHERS.get(matter, NOBODY) | (OWN.get(matter, NOBODY) if own else NOBODY)
    return bool(allowed & frozenset(roles))
