"""Who looks at which conversation: each address of the page names both, and the board knows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request

from .board import Person, PracticeBoard, Team

ROOT = "/practice"


@dataclass(frozen=True, slots=True)
class View:
    """One person's sight of one conversation."""

    person: Person
    place: str
    team: Team
    """the team of the channel; in a direct conversation the first team of the person"""
    teams: tuple[Team, ...]
    """all teams of the school, for the switcher"""

    @property
    def is_private(self) -> bool:
        """Whether it is the person's direct conversation with Leadcycle."""
        return self.place == self.person.place

    @property
    def path(self) -> str:
        """The address of the page."""
        return path_of(self.person, self.place)

    @property
    def own_teams(self) -> tuple[Team, ...]:
        """The teams that the person is in."""
        return tuple(team for team in self.teams if _member(team, self.person.id))

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody at the school, each once."""
        people: dict[str, Person] = {}
        for team in self.teams:
            for person in team.people:
                people.setdefault(person.id, person)
        return tuple(people.values())

    def name_of(self, author: str) -> str:
        """Return the author's name; somebody who has left stays nameless."""
        return next((person.name for person in self.people if person.id == author), "A former colleague")


def path_of(person: Person, place: str) -> str:
    """Return the address under which the person sees the place."""
    return f"{ROOT}/as/{quote(person.id, safe='')}/{quote(place, safe='')}"


async def view_of(board: PracticeBoard, request: Request) -> View:
    """Return the view that the request's address names; 404 where the person has no such conversation."""
    who, place = request.path_params["person"], request.path_params["place"]
    teams = tuple(await board.teams())
    view = _find(teams, who, place)
    if view is None:
        raise HTTPException(404, "Nobody by that name has such a conversation in the practice school.")
    return view


async def first_view(board: PracticeBoard) -> View:
    """Return what a newcomer sees first: the first person's direct conversation; 404 in an empty school."""
    teams = tuple(await board.teams())
    for team in teams:
        for person in team.people:
            return View(person, person.place, team, teams)
    raise HTTPException(404, "The practice school has no people yet.")


def _find(teams: Sequence[Team], who: str, place: str) -> View | None:
    for team in teams:
        person = _member(team, who)
        if person is not None and place in (person.place, team.place):
            return View(person, place, team, tuple(teams))
    return None


def _member(team: Team, who: str) -> Person | None:
    return next((person for person in team.people if person.id == who), None)
