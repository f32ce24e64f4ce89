"""The command line: each command explains itself, does its work, or says in a sentence what stands in its way."""

import asyncio
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import structlog
import typer
from click.testing import Result
from sqlalchemy import make_url
from typer.testing import CliRunner

from adapters.slack.manifest import SCOPES
from bot import cli, foundings
from storage.lock import FileLock
from tests.bot.test_files import CALENDAR, ROSTER, is_newer, is_practice
from tests.world import scripts

FLOWS = sorted(scripts().flows)
PATIENCE = 60
PASSWORD = "open-sesame"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to work in, no settings, and logs as all tests have them."""
    for name in [name for name in os.environ if name.startswith(("LEADCYCLE_", "SLACK_", "TEAMS_"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    before, handlers = structlog.get_config(), logging.root.handlers[:]
    yield folder
    structlog.configure(**before)
    logging.root.handlers[:] = handlers


def leadcycle(*words: str, typed: str = "") -> Result:
    """What the command does; a mistake of the program is one of the test."""
    result = CliRunner().invoke(cli.app, words, input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def done(*words: str, typed: str = "") -> str:
    """What a command that does its work prints."""
    result = leadcycle(*words, typed=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str) -> str:
    """The sentences of a command that cannot do its work."""
    result = leadcycle(*words)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.stderr.strip()


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A coach's folder with three mistakes in two files."""
    folder = tmp_path / "our-scripts"
    folder.mkdir()
    (folder / "needs.toml").write_text("say = What would help?\n")
    (folder / "reflect.toml").write_text('title = "Reflect"\ncolour = "green"\n')
    monkeypatch.setenv("LEADCYCLE_SCRIPTS", str(folder))
    return folder


# ---------------------------------------------------------------- help


def commands(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that lead to it."""
    yield words, command
    for name, inside in getattr(command, "commands", {}).items():
        yield from commands(inside, *words, name)


ALL = dict(commands(typer.main.get_command(cli.app)))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_explains_itself_and_each_of_its_words(words: tuple[str, ...]) -> None:
    help_page = " ".join(re.sub(r"[│╭╰─╮╯]", " ", done(*words, "--help")).split())

    assert f"Usage: leadcycle {' '.join(words)}".strip() in help_page.replace("root", "leadcycle", 1)
    assert len(ALL[words].help.splitlines()[0]) > 15
    for each in ALL[words].params:
        if each.name not in ("install_completion", "show_completion"):
            assert each.help, f"{each.name} of {words} is not explained"


def test_a_default_that_means_nothing_to_people_is_not_shown() -> None:
    told = done("report", "--help")
    assert "else the newest" in told
    assert "default: 0" not in told


def test_it_says_its_version() -> None:
    assert done("--version") == f"Leadcycle {metadata.version('leadcycle')}\n"


def test_without_a_command_the_commands_are_listed() -> None:
    result = leadcycle()
    for name in ("serve", "demo", "check", "play", "preview", "migrate", "roster", "calendar", "report", "doctor"):
        assert name in result.output


def test_a_command_or_an_option_that_does_not_exist_is_refused() -> None:
    for words in (("vote",), ("roster", "export"), ("serve", "--fast"), ("play",), ("demo", "--seed", "seven")):
        result = leadcycle(*words)
        assert result.exit_code == 2
        assert "--help" in result.output or "-h" in result.output


# ---------------------------------------------------------------- scripts


def test_good_scripts_are_said_to_be_good() -> None:
    assert done("check") == f"All {len(FLOWS)} scripts, 5 skills, the phrases and the cycle are good.\n"


def test_every_complaint_about_a_folder_is_named(broken: Path) -> None:
    told = refused("check").splitlines()
    assert any(line.startswith("needs.toml line 1: ") for line in told)
    assert any(line.startswith("reflect.toml: ") and '"colour"' in line for line in told)
    assert len(told) >= 3


@pytest.mark.parametrize(
    "words",
    [("serve",), ("demo",), ("demo", "--tell"), ("play", "vote"), ("preview", "vote"), ("check",)],
    ids=" ".join,
)
def test_nothing_starts_with_a_broken_script(words: tuple[str, ...], broken: Path, place: Path) -> None:
    told = refused(*words)
    assert "needs.toml" in told
    assert "reflect.toml" in told
    assert not list(place.glob("*.db"))


def test_a_folder_that_is_not_there_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_SCRIPTS", "nowhere")
    assert refused("check") == "There is no folder nowhere. Create it, or correct LEADCYCLE_SCRIPTS."


def test_a_changed_script_is_the_one_that_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = Path(cli.__file__).parents[1] / "flows" / "scripts" / "needs.toml"
    text = shipped.read_text("utf-8")
    (tmp_path / "needs.toml").write_text(text.replace("What do we need most?", "What would help?"), "utf-8")
    monkeypatch.setenv("LEADCYCLE_SCRIPTS", str(tmp_path))

    assert "What would help?" in done("play", "needs")
    assert "What would help?" in done("preview", "needs")


def test_a_script_is_talked_through_from_a_pipe() -> None:
    typed = "Reading groups\nTime to plan together\nskip\ntime\nno\n"
    told = run("play", "needs", "--name", "Bea", typed=typed)

    assert "Bea, before your team meets" in told
    assert "> Time to plan together" in told
    assert "[1 Teaching] [2 School climate]" in told
    assert told.rstrip().splitlines()[-7:] == [
        "What counts now:",
        "  What is going well for your learners right now?",
        "    Reading groups",
        "  What one change would help your learners most this term?",
        "    Time to plan together",
        "  Which area is that?",
        "    Time and schedules",
    ]


def test_a_script_can_be_left_before_the_first_answer() -> None:
    assert done("play", "needs").rstrip().endswith("Nothing was answered.")


def test_a_translation_can_be_previewed_and_talked_through() -> None:
    drawn = done("preview", "needs", "--language", "es")

    assert "¿Qué va bien ahora para tus estudiantes? (opcional)" in drawn
    assert "[Enviar]" in drawn
    assert "Siguiente" in drawn or "Elegir" in drawn
    assert "Unos treinta segundos" in done("play", "convene", "--language", "es", typed="basta\n")


@pytest.mark.parametrize("flow", FLOWS)
def test_a_preview_shows_text_and_what_slack_and_teams_get(flow: str) -> None:
    parts = re.split(r"^---- (.+?) -*$", done("preview", flow), flags=re.MULTILINE)
    drawn = dict(zip(parts[1::2], parts[2::2], strict=True))

    text, form, slack, modal, *_, teams, card = drawn
    assert text.startswith(f"{flow}: as plain text (notification: ")
    assert form == f"{flow}: its form"
    assert drawn[form].strip()
    assert json.loads(drawn[slack])["blocks"]
    assert json.loads(drawn[modal])["type"] == "modal"
    assert json.loads(drawn[teams])["attachments"]
    assert json.loads(drawn[card])["type"] == "AdaptiveCard"


@pytest.mark.parametrize("command", ["play", "preview"])
def test_a_script_that_does_not_exist_is_refused_with_those_that_do(command: str) -> None:
    assert refused(command, "neds").endswith(' Did you mean "needs"?')
    assert refused(command, "survey") == f'There is no script "survey.toml". Known are: {", ".join(FLOWS)}.'


def test_whoever_reads_the_output_may_stop_reading() -> None:
    line = f'"{sys.executable}" -m bot preview needs | head -n 1'
    piped = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert piped.stdout.startswith("---- needs: as plain text")
    assert piped.stderr == ""


# ---------------------------------------------------------------- databases


def test_migrating_says_that_it_is_done_without_the_password(empty_url: str) -> None:
    url = with_password(empty_url)
    told = done("migrate", "--database", url)
    assert told.endswith(" has the tables of this version.\n")
    assert PASSWORD not in told
    assert done("migrate", "--database", url) == told


def test_a_newer_database_is_refused_by_every_command_that_opens_it(database_url: str) -> None:
    asyncio.run(is_newer(database_url))
    Path("people.csv").write_text(ROSTER)
    for words in (
        ("migrate",),
        ("serve",),
        ("demo",),
        ("roster", "import", "people.csv"),
        ("report",),
        ("export", "x"),
    ):
        told = refused(*words, "--database", database_url)
        assert "was used by a newer Leadcycle (its tables are at 9999)" in told


def test_a_practice_school_in_use_is_to_be_stopped_first() -> None:
    in_use = FileLock(Path("leadcycle-practice.db"))
    assert refused("demo") == (
        "leadcycle-practice.db is in use by another Leadcycle. Stop that one first, then run this again."
    )
    in_use.release()


def test_a_sqlite_file_in_use_is_refused_and_can_be_read() -> None:
    Path("people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv")
    in_use = FileLock(Path("leadcycle.db"))
    for words in (("migrate",), ("serve",), ("roster", "import", "people.csv")):
        assert refused(*words) == (
            "leadcycle.db is in use by another Leadcycle. Stop that one first, then run this again."
        )
    done("export", "out")
    again = leadcycle("export", "out")
    assert (again.exit_code, "out is not empty" in again.stderr) == (2, True)
    in_use.release()
    done("migrate")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            f"mysql://leadcycle:{PASSWORD}@host/d",
            "mysql://leadcycle:***@host/d is not a database that Leadcycle can use.",
        ),
        ("leadcycle.db", "That is not the address of a database."),
        (
            f"postgresql://leadcycle:{PASSWORD}@127.0.0.1:1/d",
            "postgresql://leadcycle:***@127.0.0.1:1/d cannot be used: ",
        ),
        ("sqlite:///people.csv", "sqlite:///people.csv cannot be used: file is not a database. Look at --database."),
        ("sqlite:///people.csv/leadcycle.db", "There is no folder people.csv. Create it, or correct --database."),
        ("sqlite:///no/such/leadcycle.db", "There is no folder no/such. Create it, or correct --database."),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_in_a_sentence(url: str, told: str) -> None:
    Path("people.csv").write_text(ROSTER)
    for words in (("migrate",), ("serve",), ("demo", "--tell")):
        sentence = refused(*words, "--database", url).splitlines()[-1]
        assert sentence.startswith(told)
        assert PASSWORD not in sentence
        assert "--database" in sentence
        assert "LEADCYCLE_DATABASE_URL" not in sentence


def test_the_setting_is_named_where_it_chose_the_database(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    Path("junk.db").write_text(ROSTER * 9)
    monkeypatch.setenv("LEADCYCLE_DATABASE_URL", "sqlite:///junk.db")
    told = "sqlite:///junk.db cannot be used: file is not a database. Look at LEADCYCLE_DATABASE_URL."
    assert refused("migrate") == told
    assert told in refused_with_findings("doctor")
    assert "Look at --database." in refused_with_findings("doctor", "--database", "sqlite:///junk.db")

    monkeypatch.setenv("LEADCYCLE_DATABASE_URL", "sqlite:///nowhere/leadcycle.db")
    assert refused("migrate") == "There is no folder nowhere. Create it, or correct LEADCYCLE_DATABASE_URL."
    assert not (place / "nowhere").exists()


# ---------------------------------------------------------------- rosters and calendars


def test_a_roster_and_a_calendar_are_imported(database_url: str) -> None:
    Path("people.csv").write_text(ROSTER)
    Path("year.csv").write_text(CALENDAR)
    where = ("--database", database_url)

    assert done("roster", "import", "people.csv", "--check", *where).endswith("\nNothing was changed.\n")
    told = done("roster", "import", "people.csv", *where)
    assert told.startswith("Reading people.csv …\n3 people, 1 team, 1 school: 3 new\n")
    understood = "1 term, 1 closure, no half day"
    told = done("calendar", "import", "year.csv", "--school", "Lincoln", "--check", *where)
    assert told.endswith(f"The calendar is good for Lincoln: {understood}. Nothing was changed.\n")
    told = done("calendar", "import", "year.csv", *where)
    assert told.endswith(f"The calendar of Lincoln is in place: {understood}.\n")
    assert "Lena Ortiz" in refused_with_findings("doctor", *where)


def test_a_file_with_mistakes_is_refused_line_by_line() -> None:
    Path("people.csv").write_text(ROSTER.replace("teacher", "techer").replace("ana@", "ana at "))
    told = refused("roster", "import", "people.csv")
    assert [line[:7] for line in told.splitlines()] == ["line 3:", "line 4:"]

    Path("people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv")
    Path("year.csv").write_text(CALENDAR + "closure,someday,,,\nholiday,2027-03-01,,,\n")
    told = refused("calendar", "import", "year.csv")
    assert [line[:7] for line in told.splitlines()] == ["line 4:", "line 5:"]


def test_a_school_that_nobody_knows_is_refused() -> None:
    Path("people.csv").write_text(ROSTER)
    Path("year.csv").write_text(CALENDAR)
    assert refused("calendar", "import", "year.csv") == "There is no school on record yet. Import the roster first."
    done("roster", "import", "people.csv")
    told = refused("calendar", "import", "year.csv", "--school", "Lincon")
    assert told == "No school is called Lincon. On record: Lincoln."


def test_a_oneroster_folder_is_imported_with_the_time_zone_of_its_schools(place: Path) -> None:
    Path("export").mkdir()
    Path("export/orgs.csv").write_text("sourcedId,status,name,type\ns1,,Lincoln,school\n")
    users = "sourcedId,status,enabledUser,orgSourcedIds,role,givenName,familyName,email\n"
    Path("export/users.csv").write_text(f"{users}u1,,true,s1,teacher,Ana,Ruiz,ana@lincoln.example\n")
    assert "Add one, like: --time-zone" in refused("roster", "import", "export")
    assert "1 of the staff at 1 school (Lincoln): 1 new." in done(
        "roster", "import", "export", "--time-zone", "America/Denver"
    )


@pytest.mark.parametrize("what", ["roster", "calendar"])
def test_a_file_that_cannot_be_read_is_refused(what: str, place: Path) -> None:
    assert refused(what, "import", "missing.csv") == "missing.csv cannot be used: No such file or directory."
    of_roster = ". holds no OneRoster export: no users.csv, orgs.csv or roles.csv."
    of_calendar = ". cannot be used: Is a directory."
    assert refused(what, "import", ".") == (of_roster if what == "roster" else of_calendar)
    assert not list(place.iterdir())


def test_nothing_real_goes_into_the_practice_school(database_url: str) -> None:
    asyncio.run(is_practice(database_url))
    Path("people.csv").write_text(ROSTER)
    Path("year.csv").write_text(CALENDAR)
    for words in (("roster", "import", "people.csv"), ("calendar", "import", "year.csv", "--check")):
        told = refused(*words, "--database", database_url)
        assert "belongs to the practice school, and real people do not mix with it. Name another database" in told
        assert "LEADCYCLE_DATABASE_URL" not in told
        file = database_url.removeprefix("sqlite:///")
        way_out = f"in --database or, if you only practiced, stop the service and delete {file}."
        assert told.endswith(way_out if database_url.startswith("sqlite") else "in --database.")


# ---------------------------------------------------------------- reports, exports, the doctor


def test_before_there_is_anything_a_report_and_an_export_say_so_and_make_nothing(place: Path) -> None:
    for words in (("report",), ("export", "out")):
        assert refused(*words).startswith("There is no database file leadcycle.db yet.")
    assert not list(place.iterdir())
    done("migrate")
    assert refused("report") == "Name the team whose report you want. On record: none yet."


def test_the_doctor_ends_well_only_when_nothing_needs_a_look(database_url: str) -> None:
    told = done("doctor", "--database", database_url)
    assert all(line.startswith("ok    ") for line in told.splitlines())
    assert "look  There is no database file leadcycle.db yet." in refused_with_findings("doctor")


def refused_with_findings(*words: str) -> str:
    result = leadcycle(*words)
    assert result.exit_code == 1
    assert re.fullmatch(r"(?:(?:ok  |look)  .+\n)+", result.stdout)
    return result.stdout


# ---------------------------------------------------------------- what does not start


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("sqlite:///leadcycle.db", "With a roster file instead, stop Leadcycle first (Ctrl+C) and import it:"),
        ("postgresql://localhost/leadcycle", "With a roster file instead, import it now:"),
    ],
)
def test_the_code_s_words_name_a_way_to_import_a_roster_that_is_not_refused(url: str, way: str) -> None:
    told = foundings.invitation("K7QM-3DXP-9RTW", url)
    assert f"{way}\nleadcycle roster import FILE" in told
    assert "start K7QM-3DXP-9RTW" in told


@pytest.mark.parametrize("command", ["serve", "demo", "check", "doctor", "migrate"])
def test_a_setting_that_cannot_be_used_is_refused_by_its_name(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_PORT", "http")
    assert refused(command).startswith("LEADCYCLE_PORT is “http”; it should be")


def test_the_practice_school_is_for_this_computer_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_HOST", "0.0.0.0")
    for command in ("serve", "demo"):
        assert refused(command).startswith("LEADCYCLE_HOST is 0.0.0.0, and the practice school lets everybody")


def test_real_schools_are_not_served_while_no_platform_is_set_up(database_url: str) -> None:
    Path("people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv", "--database", database_url)
    for command in ("serve", "demo"):
        assert "This database belongs to real schools" in refused(command, "--database", database_url)


def test_a_port_that_is_taken_is_refused_before_anybody_is_invited(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("LEADCYCLE_PORT", str(taken.getsockname()[1]))
        result = leadcycle("demo")
    assert result.exit_code == 1
    assert "choose another LEADCYCLE_PORT" in result.stderr
    assert result.stdout == ""
    assert (place / "leadcycle-practice.db").exists()


IMPATIENT = """
import os, signal, sys

class Impatient:
    def find_spec(self, name, *_):
        if name == "bot.config":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
from bot.__main__ import main
main()
"""


def test_whoever_stops_it_while_it_is_being_loaded_sees_no_trace() -> None:
    command = [sys.executable, "-c", IMPATIENT, "demo"]
    stopped = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (stopped.returncode, stopped.stdout, stopped.stderr) == (-signal.SIGINT, "", "")


def test_whoever_stops_it_while_it_starts_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "serve", serve)
    assert done("demo") == done("serve") == "Stopped.\n"


# ---------------------------------------------------------------- the told cycle


@pytest.mark.parametrize("ended_well", [True, False])
def test_a_cycle_is_told_as_it_was_asked_for_and_its_end_is_the_exit_code(
    ended_well: bool, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    asked: list[tuple[Any, ...]] = []

    async def tell(url: str, seed: int, told_scripts: Any, out: Any, folder: Path | None) -> bool:
        asked.append((url, seed, sorted(told_scripts.flows), folder))
        out("===== Monday =====")
        return ended_well

    monkeypatch.setattr(cli, "tell", tell)
    words = ("demo", "--tell", "--seed", "7", "--report", "files", "--database", "sqlite:///told.db")
    given, unasked = leadcycle(*words), leadcycle("demo", "--tell")

    assert given.exit_code == unasked.exit_code == (0 if ended_well else 1)
    assert given.stdout == "===== Monday =====\n"
    assert asked[0] == ("sqlite:///told.db", 7, FLOWS, Path("files"))
    assert asked[1][1:] == (1, FLOWS, None)
    assert re.fullmatch(r"sqlite:////.+/told\.db", asked[1][0])
    assert not list(place.iterdir())


@pytest.mark.parametrize("words", [("--seed", "7"), ("--seed", "1"), ("--report", "files")], ids=" ".join)
def test_what_goes_with_telling_only_is_refused_without_it(words: tuple[str, ...], place: Path) -> None:
    result = leadcycle("demo", *words)
    assert result.exit_code == 2
    assert "--seed and --report go with --tell." in result.output
    assert not list(place.iterdir())


def test_a_cycle_is_told_on_an_empty_database_only(database_url: str) -> None:
    asyncio.run(is_practice(database_url))
    told = refused("demo", "--tell", "--database", database_url)
    assert told.splitlines()[-1].endswith(" is not empty. Name an empty database, or leave the choice to me.")


# ---------------------------------------------------------------- the service


class Service:
    """`leadcycle serve` in a process of its own, and somebody at its page."""

    def __init__(self, url: str, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log
        settings = {"LEADCYCLE_DATABASE_URL": url, "LEADCYCLE_PORT": str(self.port)}
        with log.open("a") as written:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                env={**os.environ, **settings},
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
            )
        self.http = httpx.Client(base_url=self.address, timeout=PATIENCE, headers={"Origin": self.address})
        self.keys = 0

    def wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.http.get("/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"The service did not start: {self.log.read_text()}")

    def posts(self, path: str, **values: str) -> httpx.Response:
        self.keys += 1
        key = f"key-{self.process.pid}-{self.keys:05}"
        answer = self.http.post(f"/practice/as/{path}", data={**values, "key": key})
        assert answer.status_code == 200, answer.text
        return answer

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(url: str, log: Path) -> Iterator[Service]:
    service = Service(url, log)
    try:
        service.wait()
        yield service
    finally:
        service.http.close()
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait()
        assert service.process.stdout
        service.process.stdout.close()


SECRET_NEED = "a quieter hallway by room nineteen"


def test_a_school_is_served_looked_at_from_beside_stopped_and_goes_on(empty_url: str, tmp_path: Path) -> None:
    url, log = with_password(empty_url), tmp_path / "log"

    with serving(url, log) as service:
        assert service.process.stdout
        greeting = service.process.stdout.readline()
        assert f"No chat platform is set up: this is a practice school. Open {service.address}/practice" in greeting
        talks_with(service)
        is_watched(service)
        is_looked_at_from_beside(url, empty_url, tmp_path)
        assert service.stop() == 0
        assert service.process.stdout.read() == "Stopped.\n"

    with serving(url, log) as service:
        assert SECRET_NEED in service.http.get("/practice/as/ben/direct-ben").text
        assert "What should we work on?" in service.http.get("/practice/as/ana/direct-ana").text
        assert service.stop() == 0

    is_without_words_and_secrets(log)


def talks_with(service: Service) -> None:
    """Lena lets the clock run, Ben names a need by typing it."""
    assert service.http.get("/", follow_redirects=True).url.path.startswith("/practice/as/")
    service.posts("lena/direct-lena/clock", until="prompt")
    service.posts("ben/direct-ben/say", words=f"/need {SECRET_NEED}")
    service.posts("lena/direct-lena/clock", until="day")
    assert SECRET_NEED in service.http.get("/practice/as/ben/direct-ben").text


def is_watched(service: Service) -> None:
    assert service.http.get("/health").text == "alive\n"
    assert service.http.get("/ready").text == "ready: practice\n"
    assert 'leadcycle_inbox_events{state="waiting"} 0.0' in service.http.get("/metrics").text
    for path in ("/practice", "/practice-report/riverside"):
        assert service.http.get(path, headers={"Host": "evil.example"}).status_code == 403


def is_looked_at_from_beside(url: str, empty_url: str, tmp_path: Path) -> None:
    """Reading works while it runs; a SQLite file takes no second writer."""
    where = ("--database", url)
    written = done("report", "--to", str(tmp_path / "report"), *where).splitlines()
    assert [Path(line).name for line in written] == [
        "report.html",
        "report.md",
        "actions.csv",
        "asks.csv",
        "decisions.csv",
        "needs.csv",
        "outcomes.csv",
    ]
    told = done("export", str(tmp_path / "export"), *where)
    assert f"wrote {tmp_path / 'export' / 'need.jsonl'}: 1 rows" in told
    assert SECRET_NEED in (tmp_path / "export" / "need.jsonl").read_text("utf-8")
    assert "Everybody on a team can be reached." in done("doctor", *where)
    if empty_url.startswith("sqlite"):
        assert "is in use by another Leadcycle" in refused("migrate", *where)
    else:
        assert "has the tables of this version" in done("migrate", *where)


def is_without_words_and_secrets(log: Path) -> None:
    """One JSON line for each event: what happened, never what was said, never the password."""
    text = log.read_text("utf-8")
    events = [json.loads(line) for line in text.splitlines()]
    assert {"serving", "visited", "dispatcher.settled"} <= {event["event"] for event in events}
    for event in events:
        assert {"event", "level", "timestamp"} <= set(event)
        assert event["level"] in ("debug", "info"), event
    for secret in ("hallway", "nineteen", PASSWORD, "Carter"):
        assert secret not in text


def with_password(url: str) -> str:
    """The address with a password in it; the tests' own server asks for none."""
    address = make_url(url)
    return url if url.startswith("sqlite") else address.set(password=PASSWORD).render_as_string(hide_password=False)


def run(*words: str, typed: str = "") -> str:
    """What the command prints in a process of its own."""
    command = [sys.executable, "-m", "bot", *words]
    finished = subprocess.run(command, input=typed, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


# ---------------------------------------------------------------- Slack


def test_the_manifest_of_the_slack_app_is_printed_for_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_PUBLIC_URL", "https://leadcycle.school.example")
    drawn = json.loads(done("slack", "manifest"))
    assert drawn["settings"]["event_subscriptions"]["request_url"] == "https://leadcycle.school.example/slack/events"
    assert json.loads(done("slack", "manifest", "--socket"))["settings"]["socket_mode_enabled"] is True


def test_without_a_public_address_the_slack_app_uses_socket_mode_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = leadcycle("slack", "manifest")
    assert json.loads(result.stdout)["settings"]["socket_mode_enabled"] is True
    assert result.stderr.startswith("This app uses Socket Mode.")

    monkeypatch.setenv("LEADCYCLE_PUBLIC_URL", "https://leadcycle.school.example")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert json.loads(done("slack", "manifest"))["settings"]["socket_mode_enabled"] is True


def test_an_address_that_slack_does_not_speak_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADCYCLE_PUBLIC_URL", "http://leadcycle.school.example")
    assert refused("slack", "manifest").startswith(
        "LEADCYCLE_PUBLIC_URL is http://leadcycle.school.example, and Slack speaks to https:// only."
    )


def test_a_link_is_printed_by_which_one_more_workspace_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    several = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s"}
    ours = {
        "LEADCYCLE_PUBLIC_URL": "https://leadcycle.school.example",
        "LEADCYCLE_SECRET_KEYS": f"{'n' * 32}, {'o' * 32}",
    }
    for name, value in {**several, **ours, "SLACK_API_URL": "https://slack-gov.com/api/"}.items():
        monkeypatch.setenv(name, value)
    result = leadcycle("slack", "install")
    link = urlsplit(result.stdout.strip())
    asked = parse_qs(link.query)
    assert (link.netloc, link.path) == ("slack-gov.com", "/oauth/v2/authorize")
    assert asked["redirect_uri"] == ["https://leadcycle.school.example/slack/oauth"]
    assert asked["scope"][0].split(",") == list(SCOPES)
    assert "good once, within 24 hours" in result.stderr

    monkeypatch.setenv("LEADCYCLE_SECRET_KEYS", "too short")
    assert refused("slack", "install") == (
        "LEADCYCLE_SECRET_KEYS cannot be used; it should be keys of at least 32 characters, separated by commas; "
        "`openssl rand -hex 32` prints one."
    )


def said(result: Result) -> str:
    """What was refused, without the frame around it."""
    assert result.exit_code == 2
    return " ".join(re.sub(r"[│╭╰─╮╯]", " ", result.output).split())


def test_a_number_and_a_day_are_asked_for_in_words() -> None:
    assert '--seed is "x"; write a whole number, like 7.' in said(leadcycle("demo", "--tell", "--seed", "x"))
    assert '--since is "11/23/2026"; write a day like 2026-11-01.' in said(leadcycle("audit", "--since", "11/23/2026"))


def test_a_package_for_teams_is_not_written_into_a_folder_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TEAMS_APP_ID", "TEAMS_TENANT_ID"):
        monkeypatch.setenv(name, "00000000-0000-0000-0000-000000000000")
    monkeypatch.setenv("TEAMS_APP_PASSWORD", PASSWORD)
    monkeypatch.setenv("LEADCYCLE_PUBLIC_URL", "https://leadcycle.school.example")
    assert refused("teams", "package", "--to", "nowhere/x.zip").startswith("There is no folder nowhere.")


def test_a_preview_in_a_language_that_nothing_is_written_in_says_so() -> None:
    assert done("preview", "needs", "--language", "fr").startswith("note  Nothing is written in fr, so this is in")
    assert not done("preview", "needs", "--language", "es").startswith("note")


def test_a_workbook_is_not_taken_for_a_calendar(place: Path) -> None:
    (place / "people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv")
    (place / "year.xlsx").write_bytes(b"PK\x03\x04 and more \xff")
    assert "This is an Excel workbook, not a CSV file." in refused("calendar", "import", "year.xlsx")


# ---------------------------------------------------------------- moving a database


def test_a_database_is_moved_with_a_line_for_each_table(place: Path) -> None:
    (place / "people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv")

    told = done("move-database", "sqlite:///leadcycle.db", "sqlite:///there.db")

    assert re.search(r"^member: 3 rows, checksum [0-9a-f]{32}$", told, re.MULTILINE)
    assert "LEADCYCLE_DATABASE_URL" in told.splitlines()[-1]
    assert "holds other data" in refused("move-database", "sqlite:///leadcycle.db", "sqlite:///there.db")
    assert "There is no database file" in refused("move-database", "sqlite:///nowhere.db", "sqlite:///other.db")
    assert not (place / "other.db").exists()


def test_who_was_erased_is_carried_along_and_the_old_database_is_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv")
    done("erase", "Ben Carter", "--yes")
    done("legal-hold", "on", "Ana Ruiz", "--because", "case 26-114")

    to_a_server = ("move-database", "sqlite:///leadcycle.db", "postgresql://nobody@127.0.0.1:1/leadcycle")
    assert "Set LEADCYCLE_ERASURES" in refused(*to_a_server)
    monkeypatch.setenv("LEADCYCLE_ERASURES", "journal")
    for each in ("there", "once-more"):
        assert "Carried along" in done("move-database", "sqlite:///leadcycle.db", f"sqlite:///{each}.db")

    assert (place / "journal").read_text() == (place / "leadcycle.db.erasures").read_text() != ""
    for words in (("serve",), ("calendar", "show")):
        assert "was moved into another database" in refused(*words)
    assert "was moved into another database" in leadcycle("doctor").stdout
    assert done("backup", "copy.db").startswith("wrote copy.db")


def test_a_database_that_is_served_is_not_moved(place: Path) -> None:
    done("migrate")
    lock = FileLock(place / "leadcycle.db")
    try:
        assert "in use by another Leadcycle" in refused("move-database", "sqlite:///leadcycle.db", "sqlite:///there.db")
    finally:
        lock.release()
