"""What the project says about itself is so: its pages, its settings, its locks and what is in git."""

import re
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr

from adapters.slack.manifest import SCOPES
from bot.cli import app
from bot.config import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "flows" / "scripts" / "README.md"],
    key=str,
)
TEXT = {page: page.read_text("utf-8") for page in PAGES}
README = TEXT[ROOT / "README.md"]
COMMANDS = typer.main.get_command(app)

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```\w*\n((?s:.*?))```|`([^`\n]+)`|^    (.+)$", re.MULTILINE)
LEADCYCLE = re.compile(r"(?:\.venv/bin/|(?<![/\w.=-]))leadcycle((?: [^\s|;#)…]+)*)")
MAKE = re.compile(r"\bmake ([a-z-]+)")


def names(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


def code(text: str) -> Iterator[str]:
    """The lines of a page that are meant to be typed or read by a machine."""
    for found in CODE.finditer(text):
        yield from next(filter(None, found.groups())).splitlines()


def anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")


# ---------------------------------------------------------------- what the pages say


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_link_of_a_page_leads_to_something(page: Path) -> None:
    for link in LINK.findall(TEXT[page]):
        if not link.startswith(("https://", "http://127.0.0.1", "mailto:")):
            file, _, section = link.partition("#")
            target = (page.parent / file).resolve() if file else page
            assert target.exists(), f"{link} is not there"
            if section:
                titles = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
                assert section in map(anchor, titles), f"{link} is not there"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_command_that_a_page_names_exists_with_its_options(page: Path) -> None:
    for line in code(TEXT[page]):
        for words in LEADCYCLE.findall(line):
            requires_known(words.split())


def below(command: Any) -> dict[str, Any]:
    """The sub-commands of a command."""
    return getattr(command, "commands", {})


def requires_known(words: list[str]) -> None:
    """Follow the words down to a command, which has to know the options among them."""
    command = COMMANDS
    while (inside := below(command)) and words and not words[0].startswith("-"):
        assert words[0] in inside, f"there is no command {words[0]}"
        command, words = inside[words[0]], words[1:]
    known = {option for each in command.params for option in each.opts} | {"--help", "-h"}
    for word in words:
        assert not word.startswith("-") or word in known, f"{command.name} has no option {word}"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_verb_of_make_that_a_page_names_exists(page: Path) -> None:
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in code(TEXT[page]):
        assert set(MAKE.findall(line)) <= verbs, line


def test_the_readme_names_every_setting_with_its_default() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \| *(?:`([^`]*)`)? *\|", README, re.MULTILINE)
    defaults = {
        str(each.validation_alias or f"LEADCYCLE_{name.upper()}"): each.default
        for name, each in Settings.model_fields.items()
    }

    assert {name for name, _ in table} == set(defaults)
    for name, default in table:
        assert default == plain(defaults[name]), name


def plain(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return default.get_secret_value() if isinstance(default, SecretStr) else str(default or "")


def test_the_readme_names_every_command() -> None:
    named = [words.split() for line in code(README) for words in LEADCYCLE.findall(line)]
    assert {words[0] for words in named if words} >= set(below(COMMANDS)) - {"migrate"}


def test_the_readme_says_what_each_scope_of_the_slack_app_is_for() -> None:
    (table,) = re.findall(r"^\| scope \|.*\n\|---\|---\|\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert dict(re.findall(r"^\| `([a-z:.]+)` \| (.+) \|$", table, re.MULTILINE)) == dict(SCOPES)


def test_every_test_that_is_said_to_inject_a_fault_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", TEXT[ROOT / "docs" / "reliability.md"])
    assert named
    for file, name in named:
        written = (ROOT / "tests" / file).read_text("utf-8")
        assert re.search(rf"^(async )?def {name}\(", written, re.MULTILINE), f"{file} has no {name}"


def test_of_each_of_these_tests_it_is_said_on_which_database_it_runs(request: pytest.FixtureRequest) -> None:
    """Of those that are collected now: a run of all tests knows all of them."""
    found = re.findall(r"`([\w/]+\.py::test_\w+)`(?: \((\w+|no database)\))?", TEXT[ROOT / "docs" / "reliability.md"])
    said: dict[str, str] = {name: where or "both" for name, where in found}
    runs = defaultdict[str, set[str]](set)
    for item in request.session.items:
        name = f"{item.path.relative_to(ROOT / 'tests').as_posix()}::{getattr(item, 'originalname', '')}"
        if name in said:
            runs[name] |= databases_of(item)
    for name, where in runs.items():
        only = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[min(where)] if where else ""
        wanted = {"both"} if len(where) == 2 else {only} if only else {"SQLite", "no database"}
        assert said[name] in wanted, name


def databases_of(test: pytest.Item) -> set[str]:
    """The databases on which a test runs; none where it opens a file of its own, or needs no database."""
    parameters = getattr(test, "callspec", None)
    named = {"sqlite", "postgresql"} & set(map(str, parameters.params.values() if parameters else ()))
    is_alone = {"mortal_cluster", "postgresql_server"} & set(getattr(test, "fixturenames", ()))
    return named or ({"postgresql"} if is_alone else set())


def test_the_verbs_of_make_and_of_the_continuous_integration_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for verb in ("help", "install", "demo", "run", "test", "lint", "format", "bench", "lock", "clean"):
        assert re.search(rf"^{verb}:.*  ## \S", makefile, re.MULTILINE), f"make {verb} says what it does"
    steps = (ROOT / ".ci" / "run").read_text()
    assert "make test" in steps
    assert "make lint" in steps


def test_there_is_a_changelog_with_something_in_it_and_a_license() -> None:
    changelog = TEXT[ROOT / "CHANGELOG.md"]
    assert re.search(r"^## \[Unreleased\]\n\n### \w+\n\n- \w", changelog, re.MULTILINE)
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")


# ---------------------------------------------------------------- what is in git


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    """The text of every file in git that people write, by its path."""
    if not (ROOT / ".git").exists():
        pytest.skip("This copy of the project has no history.")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [path for path in listed.stdout.split("\0") if (ROOT / path).is_file()]
    texts = {path: (ROOT / path).read_bytes().decode("utf-8", "replace") for path in paths}
    return {path: text for path, text in texts.items() if path != "tests/test_project.py" and "\0" not in text}


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a package registry", r"\bpypi\.org|pythonhosted\.org|npmjs\.(org|com)|proxy\.golang\.org|jfrog\.io"),
        ("an index of packages", r"(?<!no-emit-)index-url|find-links|trusted-host"),
        (
            "a path of one machine",
            r"(?<![\w./…])/(home|root|Users|work|tmp|var(?!/lib/(leadcycle|postgresql)\b)|mnt)/[\w.-]+",
        ),
        ("unfinished work", r"\b(TODO|FIXME|XXX)\b"),
    ],
)
def test_no_file_in_git_mentions(what: str, pattern: str, kept: dict[str, str]) -> None:
    forbidden = re.compile(pattern)
    found = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in kept.items()
        for number, line in enumerate(text.splitlines(), 1)
        if not line.lstrip().startswith("--hash=") and forbidden.search(line)
    ]
    assert found == []


def test_what_belongs_to_one_school_is_never_in_git(kept: dict[str, str]) -> None:
    endings = (".db", ".sqlite", ".sqlite3", ".env", ".log", ".lock.db", ".erasures", ".pem")
    assert [path for path in kept if path.endswith(endings) or path.startswith(".venv/")] == []


@pytest.mark.parametrize("made", ["leadcycle.db.erasures", "leadcycle.pem", "key.pem", "people.csv", ".env"])
def test_what_one_school_makes_where_it_runs_is_not_offered_to_git(made: str) -> None:
    asked = subprocess.run(["git", "check-ignore", "--quiet", made], cwd=ROOT, check=False)
    assert asked.returncode == 0


# ---------------------------------------------------------------- how it is run elsewhere


def test_what_is_deployed_is_told_by_settings_that_there_are() -> None:
    known = {str(each.validation_alias or f"LEADCYCLE_{name}").upper() for name, each in Settings.model_fields.items()}
    for file in (ROOT / "deploy").iterdir():
        if file.is_file():
            named = re.findall(r"\b(?:LEADCYCLE|SLACK|TEAMS)_[A-Z_]+\b", file.read_text())
            assert {*named} <= known, file.name


def test_a_container_has_what_a_package_has() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "deploy" / "Containerfile").read_text(), re.MULTILINE)
    assert sorted(copied) == sorted(packages["packages"])


def test_what_the_guide_does_in_containers_names_services_and_people_that_are_there() -> None:
    compose, guide = ((ROOT / name).read_text() for name in ("deploy/compose.yaml", "docs/operate.md"))
    services = re.findall(r"^  (\w+):", compose.partition("\nservices:")[2].partition("\nnetworks:")[0], re.MULTILINE)
    asked = re.findall(r"docker compose (?:exec|run)(?: --?[-\w]+(?: sh)?)* (\w+)", guide)
    assert set(asked) == {"one", "database"} < set(services)
    assert set(re.findall(r"--username=(\w+)", guide)) == set(re.findall(r"POSTGRES_USER: (\w+)", compose))
    assert set(re.findall(r"--dbname=(leadcycle\w*)", guide)) == set(re.findall(r"POSTGRES_DB: (\w+)", compose))


def test_the_replicas_in_containers_share_the_file_that_remembers_who_was_erased() -> None:
    compose, image = ((ROOT / "deploy" / name).read_text() for name in ("compose.yaml", "Containerfile"))
    folder, _, _ = re.findall(r"^ +LEADCYCLE_ERASURES: (\S+)", compose, re.MULTILINE)[0].rpartition("/")
    shared, of_the_replicas = re.findall(rf'"(\w+):{folder}"', compose), compose.partition("\nservices:")[0]
    assert len(shared) == 1
    assert f'"{shared[0]}:{folder}"' in of_the_replicas
    assert re.search(rf"^volumes:\n(  \w+:\n)*  {shared[0]}:$", compose, re.MULTILINE)
    assert re.search(rf"--owner 10001 .*{folder}\b", image), "a volume has the owner of the folder under it"


# ---------------------------------------------------------------- what is installed


def locked(name: str) -> dict[str, str]:
    """The version of each package in a lock, by its name; each has to have checksums."""
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text().strip()):
        if entry.startswith("#"):
            continue
        pinned = re.match(r"([a-z0-9._-]+)(?:\[[\w,]+\])?==([^\s;\\]+)", entry)
        assert pinned, entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), f"{pinned[1]} has no checksum"
        found[normal(pinned[1])] = pinned[2]
    return found


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).casefold()


def test_the_locks_pin_every_package_with_checksums_and_agree() -> None:
    runtime, development = locked("requirements.lock"), locked("requirements-dev.lock")

    assert runtime.items() <= development.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    for wanted, lock in (
        (project["project"]["dependencies"] + groups["build"], runtime),
        (groups["dev"], development),
    ):
        for requirement in wanted:
            package = re.match(r"[A-Za-z0-9._-]+", requirement)
            assert package, requirement
            assert normal(package[0]) in lock, requirement


def test_the_lock_of_what_is_measured_against_pins_every_package_with_checksums() -> None:
    peers = locked("benchmarks/requirements.lock")
    wanted = (ROOT / "benchmarks" / "requirements.in").read_text().splitlines()
    for line in wanted:
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            assert peers[normal(name)] == version
    runtime = locked("requirements.lock")
    assert peers["botbuilder-core"] == runtime["botbuilder-core"], "both speak by the same protocol library"
