"""A team that speaks Spanish: nothing of our own words reaches it in English."""

import re
from collections.abc import Iterator
from dataclasses import replace

from adapters import text
from bot.rehearsal import Player
from flows.loader import Scripts
from flows.markup import plain
from flows.messages import Form, Message
from flows.phrases import PLACEHOLDER
from tests.world import School, labels, scripts

SHORTEST = 12
"""characters of a piece of a sentence that is looked for"""


def sayings(scripts: Scripts, language: str) -> Iterator[str]:
    """Everything that phrases, scripts and phases say in this language."""
    yield from scripts.phrases(language).sentences.values()
    for name in scripts.flows:
        flow = scripts.flow(name, language)
        yield from (flow.title, flow.intro, flow.thanks, *(group.again for group in flow.groups))
        for step in flow.steps:
            yield from (step.say, step.hint, *(option.label for option in step.options))
    for phase in scripts.course(language).phases.values():
        yield from (phase.title, phase.goal)


def pieces(scripts: Scripts, language: str) -> set[str]:
    """What stands between the filled-in words of all sentences, if it is long enough to be known again."""
    found = (piece.strip(" .:") for each in sayings(scripts, language) for piece in PLACEHOLDER.split(plain(each)))
    return {piece for piece in found if len(piece) >= SHORTEST and " " in piece}


def english_in(drawn: str) -> list[str]:
    """The pieces of our English sentences that stand in a drawn message."""
    spanish = " ".join(sayings(scripts(), "es"))
    return [piece for piece in sorted(pieces(scripts(), "en")) if piece in drawn and piece not in spanish]


def english_labels(drawn: list[str]) -> set[str]:
    """The labels that are English ones, and none of the Spanish."""
    short = {plain(each) for each in sayings(scripts(), "en") if len(each) < 40}
    return set(drawn) & (short - {plain(each) for each in sayings(scripts(), "es")})


async def speaks_spanish(school: School, *players: Player, team: bool = True) -> None:
    """These people, and the channel of their team, are spoken to in Spanish from now on."""
    room = await school.room()
    await school.keep(*(replace(room.member(player.id), language="es") for player in players))
    if team:
        await school.keep(replace(room.team, language="es"))


def shown_to(school: School, *places: str) -> list[Message | Form]:
    """Everything that stands in these conversations and channels."""
    return [post.message for post in school.stage.posts if post.place in places]


def judged(shown: list[Message | Form]) -> list[str]:
    """What is English in what was shown: pieces of sentences, labels of buttons, and titles."""
    wrong: list[str] = []
    for each in shown:
        drawn = text.draw_form(each) if isinstance(each, Form) else text.draw(each)
        wrong += english_in(drawn)
        wrong += english_labels([each.title, *(() if isinstance(each, Form) else labels(each))])
    return wrong


class Ear:
    """Keeps every reply and form that people get beside what is posted."""

    def __init__(self, *players: Player) -> None:
        self.heard: list[Message | Form] = []
        for player in players:
            self._listen(player)

    def _listen(self, player: Player) -> None:
        before = player._sees

        def sees(reply: object) -> None:
            before(reply)  # type: ignore[arg-type]
            shown = reply if isinstance(reply, Form) else getattr(reply, "message", None)
            wrong = getattr(reply, "fields", None)
            self.heard += [shown] if shown else []
            if isinstance(wrong, dict) and not isinstance(reply, Form):
                self.heard.append(Message("\n".join(wrong.values())))

        player._sees = sees  # type: ignore[method-assign]


async def test_a_team_lives_through_a_whole_cycle_in_spanish(school: School) -> None:
    ana, ben, lena = everybody = await school.team("Ana", "Ben", administrator="Lena")
    await speaks_spanish(school, *everybody)
    ear = Ear(*everybody)

    await ana.starts()
    assert ana.note
    assert "Queda preparado un ciclo de 10 semanas con clases" in ana.note.text
    await school.until("today 08:00")
    assert "Hola, Ben. Soy Leadcycle, un programa" in ben.last.text
    await ben.presses("Quién ve qué")
    await ben.presses("Mi mejor hora")
    await ben.submits({"time": "nunca"})
    await ben.submits({"time": "1:05 p. m."})
    await ben.types("Cómo abrimos la clase")
    await lena.presses("Ahora no")
    await school.until("2027-02-03 15:00")
    await ana.presses("Anotar lo que acordamos")
    await ana.fills(norms="Empezamos a tiempo.", purpose="Mejores borradores", priority="Retroalimentación")
    assert school.channel.titles[-1] == "Encuentro inicial"
    assert "Nuestra Prioridad de práctica: Retroalimentación" in school.channel.drawn

    await school.until("2027-02-08 14:00")
    await ben.presses("Responder")
    await ben.fills(strength="Leen", need="Tiempo en equipo", evidence="", area="time")
    await ben.fills(resource="La entrada tarde", resource_kind="time")
    await lena.types("need Menos interrupciones")
    await lena.types("needs")
    await school.until("2027-02-10 10:00")
    assert school.channel.messages[-1].title == "Necesidades y recursos: nos reunimos el miércoles, 10 de febrero"
    await school.until("2027-02-22 14:00")
    for player in (ana, ben, lena):
        await player.says("answer vote")
        await player.submits({"dots.0": {"1": 3, "2": 2}})
    assert "Vamos a trabajar en: Tiempo en equipo" in school.channel.last
    await school.until("2027-02-24 15:00")
    await ana.says("action")
    await ana.submits(
        {
            "what": "Dos visitas", "owner": "ben", "due": "viernes", "need": "1", "resource": "1",
            "prediction": "Más preguntas", "measure": "Contamos",
        }
    )  # fmt: skip
    await ben.types("actions mine")
    await ben.presses("Yo la tomo")
    await ana.says("decide ¿Empezamos 5 minutos más tarde?")
    await ana.submits({"question": "¿Empezamos más tarde?", "mode": "consent", "reason": "Tráfico"})
    await ana.presses("Publicarla")
    await school.until("today 15:20")
    await ben.says("stand 1 harm")
    await ben.says("stand 1 harm porque no llegan los buses")
    await lena.says("stand 1 good")
    await ana.says("cycle next because ya está")
    await school.until("2027-03-05 15:00")
    await ben.presses("Responder")
    await ben.fills(status="blocked", blocker="Falta cobertura", what="Más preguntas", so_what="", now_what="")
    await lena.says("reflect")
    await lena.submits(dict.fromkeys(("what.0", "so_what.0", "now_what.0"), "Leen con gusto"))
    await lena.presses("Compartir con el equipo")
    for command in (
        "help", "help all", "home", "actions", "decisions", "resources", "cycle status", "report", "leave",
        "cycle fly", "best time 99", "lead with nobody", "need merge 1 into 1", "action done 77", "charter change",
        "how we work here", "who sees what", "action evidence", "cycle start", "decide amend 1", "cycle reopen",
    ):  # fmt: skip
        await ana.says(command)
        await lena.says(command)
    await school.until("2027-04-21 15:00")
    await ana.presses("Anotar lo que resultó")
    await ana.fills(result="Hubo más preguntas", verdict="adopt", learned="Vale la pena")
    assert "El ciclo 1 terminó. Esto es lo que resultó." in school.channel.last
    await ben.presses("Otro ciclo")
    await ben.presses("Mantener nuestro acuerdo")

    shown = shown_to(school, ana.place, ben.place, lena.place, ana.channel) + ear.heard
    assert len(shown) > 80
    assert judged(shown) == []


async def test_one_person_is_spoken_to_in_spanish_in_a_team_that_speaks_english(school: School) -> None:
    ana, ben, _ = await school.team("Ana", "Ben", administrator="Lena")
    await speaks_spanish(school, ben, team=False)
    ear = Ear(ben)

    await school.begins()
    await school.until("2027-02-03 08:00")
    await ben.says("action done 3")
    await ben.says("cycle pause")
    await ben.says("cycle status")

    assert school.channel.titles[-1].startswith("Convene: we meet on")
    assert "Fase" not in school.channel.drawn
    assert judged(shown_to(school, ben.place) + ear.heard) == []
    assert ben.note
    assert "*Encuentro inicial*" in ben.note.text
    assert ana.posts[0].message.title == "What should we work on?"


def test_a_piece_of_english_would_be_found() -> None:
    said = plain(scripts().phrases("en").say("cycle.closed_day", day="Monday", next="Tuesday"))

    assert english_in(said)
    assert english_labels(["Answer", "Responder"]) == {"Answer"}
    assert not re.search("[¿¡]", "".join(sorted(pieces(scripts(), "en"))))
