"""One look at the board: everything that a person's page shows of it, read at one time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .board import Line, PracticeBoard, Standing
from .unread import Unread
from .views import View


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of the board."""

    lines: Sequence[Line]
    standing: Standing
    report: str | None
    dots: Mapping[str, bool]
    """whether there is something unread, by the id of each dot on the page"""


async def look(board: PracticeBoard, unread: Unread, view: View, after: int = 0) -> Shown:
    """Return what there is to see, with the lines written later than version `after`; they are read now."""
    lines = await board.transcript(view.place, after)
    await unread.look(view.teams)
    unread.saw(view.person, view.place)
    return Shown(
        lines=lines,
        standing=await board.standing(view.team.id),
        report=await board.report_path(view.team.id),
        dots=_dots(view, unread),
    )


def _dots(view: View, unread: Unread) -> dict[str, bool]:
    """Return the dot of each conversation of the person, and of each person's direct conversation."""
    dots = {"dot-direct": unread.has_news(view.person, view.person.place)}
    for index, team in enumerate(view.own_teams):
        dots[f"dot-team-{index}"] = unread.has_news(view.person, team.place)
    for index, person in enumerate(view.people):
        dots[f"dot-person-{index}"] = unread.has_news(person, person.place)
    return dots
