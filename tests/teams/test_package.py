"""The app package: Teams takes it, it says what Leadcycle understands, and both icons are drawn as Teams wants them."""

import json
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from math import hypot
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from jsonschema_rs import Draft4Validator

from adapters.teams import icons
from adapters.teams.manifest import ABOUT, LISTS, MOST_COMMANDS, MOST_TITLE, MOST_TOLD, App, localizations, manifest
from adapters.teams.package import package
from bot.config import Settings
from bot.platforms import teams_is_set_up
from flows.command_table import COMMANDS
from flows.loader import load_scripts
from flows.markup import plain
from tests.bot.test_cli import done, leadcycle, place, refused

__all__ = ["place"]

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests" / "adapters" / "schemas"
MARK = ROOT / "adapters" / "webchat" / "static" / "mark.svg"
SCRIPTS = load_scripts()
SECRET = "open-sesame"
ID = "00000000-1111-2222-3333-444444444444"
APP = App(ID, "https://leadcycle.school.example")

Pixel = tuple[int, int, int, int]


def schema(name: str) -> Draft4Validator:
    return Draft4Validator(json.loads((SCHEMAS / name).read_text("utf-8")))


def files(packed: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# ---------------------------------------------------------------- the zip file


def test_the_package_holds_the_manifest_its_languages_and_both_icons_and_no_folder() -> None:
    assert list(files(package(APP, SCRIPTS))) == ["manifest.json", "es.json", "color.png", "outline.png"]


def test_the_same_settings_make_the_same_bytes_and_others_do_not() -> None:
    packed = package(APP, SCRIPTS)
    assert package(APP, SCRIPTS) == packed
    assert package(replace(APP, address="https://cycle.school.example"), SCRIPTS) != packed


def test_what_the_manifest_names_is_in_the_package() -> None:
    inside = files(package(APP, SCRIPTS))
    told = json.loads(inside["manifest.json"])
    languages = [each["file"] for each in told["localizationInfo"]["additionalLanguages"]]
    assert {*told["icons"].values(), *languages} == set(inside) - {"manifest.json"}


# ---------------------------------------------------------------- the command


@pytest.fixture
def teams(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and settings with which Teams is set up."""
    for name, value in {
        "TEAMS_APP_ID": ID,
        "TEAMS_TENANT_ID": "00000000-5555-6666-7777-888888888888",
        "TEAMS_APP_PASSWORD": SECRET,
        "LEADCYCLE_PUBLIC_URL": f"{APP.address}/",
    }.items():
        monkeypatch.setenv(name, value)
    return place


def test_the_command_writes_the_package_for_the_settings_and_says_what_to_do_with_it(teams: Path) -> None:
    result = leadcycle("teams", "package")
    assert result.stdout == "wrote leadcycle-teams.zip\n"
    assert result.stderr == (
        "Version 1.0.0, for https://leadcycle.school.example. Upload it under Manage apps in the Teams admin center.\n"
    )
    packed = (teams / "leadcycle-teams.zip").read_bytes()
    assert packed == package(APP, SCRIPTS)
    assert not [name for name, content in files(packed).items() if SECRET.encode() in content]


def test_what_is_the_districts_own_is_said_in_options(teams: Path) -> None:
    own = ("--version", "1.0.2", "--developer", "Riverside Schools", "--terms", "https://riverside.example/terms")
    assert done("teams", "package", "--to", "app.zip", *own) == "wrote app.zip\n"
    told = json.loads(files((teams / "app.zip").read_bytes())["manifest.json"])
    assert (told["version"], told["developer"]["name"]) == ("1.0.2", "Riverside Schools")
    assert told["developer"]["termsOfUseUrl"] == "https://riverside.example/terms"
    assert schema("teams-manifest-1.25.json").is_valid(told)


@pytest.mark.parametrize(
    ("option", "written", "told"),
    [
        ("--version", "1.0", "a version is three numbers, like 1.0.1."),
        ("--version", "1.01.0", "a version is three numbers, like 1.0.1."),
        ("--developer", "x" * 33, "a name has 1 to 32 characters."),
        ("--privacy", "http://riverside.example", "Teams links to addresses that begin with https:// only."),
    ],
)
def test_what_teams_would_refuse_is_refused_before_anything_is_written(
    teams: Path, option: str, written: str, told: str
) -> None:
    result = leadcycle("teams", "package", option, written)
    assert result.exit_code == 2
    assert told in " ".join(re.sub("[│╭╰─╮╯]", " ", result.stderr).split())
    assert not list(teams.iterdir())


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TEAMS_APP_ID", "", "TEAMS_APP_ID is missing"),
        ("LEADCYCLE_PUBLIC_URL", "", "LEADCYCLE_PUBLIC_URL is not set, and Teams speaks to https:// only"),
        ("LEADCYCLE_PUBLIC_URL", "http://school.example", "LEADCYCLE_PUBLIC_URL is http://school.example, and Teams"),
    ],
)
def test_a_setting_without_which_there_is_no_package_is_named(
    teams: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    assert refused("teams", "package").startswith(told)
    assert not list(teams.iterdir())


def test_where_teams_is_not_set_up_there_is_nothing_to_package(place: Path) -> None:
    assert refused("teams", "package").startswith("Teams is not set up yet: write TEAMS_APP_ID")


def test_a_folder_that_is_not_there_is_named(teams: Path) -> None:
    assert refused("teams", "package", "--to", "nowhere/app.zip").startswith("There is no folder nowhere.")


# ---------------------------------------------------------------- government clouds


def test_the_values_that_the_page_has_for_government_clouds_are_settings_that_fit_together() -> None:
    page = (ROOT / "docs" / "teams.md").read_text("utf-8").partition("## Government clouds")[2]
    clouds = [dict(line.split("=", 1) for line in each.split()) for each in re.findall(r"```\n((?:TEAMS_.+\n)+)", page)]
    assert len(clouds) == 3
    for values in clouds:
        settings = Settings(**{"TEAMS_APP_ID": ID, "TEAMS_TENANT_ID": ID, "TEAMS_APP_PASSWORD": SECRET} | values)
        assert teams_is_set_up(settings)
        assert urlsplit(settings.teams_service_url).hostname in settings.teams_allowed_hosts
        ends = {str(urlsplit(url).hostname).rpartition(".")[2] for url in values.values() if "://" in url}
        assert ends in ({"us"}, {"com"}), "one cloud's values stay in that cloud"


# ---------------------------------------------------------------- the manifest


def test_microsofts_schema_takes_the_manifest() -> None:
    told = json.loads(files(package(APP, SCRIPTS))["manifest.json"])
    assert [error.message for error in schema("teams-manifest-1.25.json").iter_errors(told)] == []


@pytest.mark.parametrize("language", [each for each in ABOUT if each != "en"])
def test_microsofts_schema_takes_what_it_says_in_other_languages(language: str) -> None:
    told = json.loads(files(package(APP, SCRIPTS))[f"{language}.json"])
    errors = schema("teams-manifest-1.25-localization.json").iter_errors(told)
    assert [error.message for error in errors] == []


def test_the_schema_refuses_what_teams_refuses() -> None:
    told = manifest(APP, SCRIPTS)
    commands = told["bots"][0]["commandLists"][0]["commands"]
    commands += commands[:1]
    errors = list(schema("teams-manifest-1.25.json").iter_errors(told | {"id": "leadcycle"}))
    assert len(errors) == 2


def test_the_app_speaks_each_language_in_which_the_scripts_are() -> None:
    assert set(ABOUT) == {language or "en" for language in SCRIPTS.by_language}


def test_the_bot_is_the_app_and_can_be_in_personal_chats_teams_and_group_chats() -> None:
    told = manifest(APP, SCRIPTS)
    (bot,) = told["bots"]
    assert told["id"] == bot["botId"] == ID
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert not bot["isNotificationOnly"]
    assert told["supportsChannelFeatures"] == "tier1"
    assert told["validDomains"] == ["leadcycle.school.example"]


def test_the_app_asks_for_no_permission() -> None:
    assert not {"permissions", "devicePermissions", "authorization", "webApplicationInfo"} & set(manifest(APP, SCRIPTS))


def test_a_port_is_no_part_of_a_domain() -> None:
    assert manifest(replace(APP, address="https://school.example:8443"), SCRIPTS)["validDomains"] == ["school.example"]


def test_pages_of_the_districts_own_stand_where_it_has_them() -> None:
    own = replace(APP, developer="Riverside Schools", privacy="https://riverside.example/privacy", version="1.2.0")
    told = manifest(own, SCRIPTS)
    assert told["version"] == "1.2.0"
    assert told["developer"] == {
        "name": "Riverside Schools",
        "websiteUrl": APP.address,
        "privacyUrl": "https://riverside.example/privacy",
        "termsOfUseUrl": APP.address,
    }


# ---------------------------------------------------------------- its commands


def offered(place: str) -> Sequence[dict[str, str]]:
    lists = manifest(APP, SCRIPTS)["bots"][0]["commandLists"]
    return next(each["commands"] for each in lists if each["scopes"] == [place])


@pytest.mark.parametrize("place", LISTS)
def test_each_command_that_is_offered_is_one_that_help_lists_and_fits(place: str) -> None:
    listed = offered(place)
    assert 0 < len(listed) <= MOST_COMMANDS
    assert len({each["title"] for each in listed}) == len(listed)
    for each in listed:
        found = COMMANDS.find(each["title"])
        assert found
        assert found == (COMMANDS.commands[each["title"]], "")
        assert found[0].listed
        assert len(each["title"]) <= MOST_TITLE
        assert 0 < len(each["description"]) <= MOST_TOLD


@pytest.mark.parametrize("language", ABOUT)
def test_what_is_told_of_a_command_is_what_help_tells(language: str) -> None:
    own = {f"{language}.json": dict[str, str]()} | localizations(SCRIPTS)
    told = own[f"{language}.json"]
    for index, scope in enumerate(LISTS):
        for number, command in enumerate(offered(scope)):
            if command["title"] == "help":
                continue
            key = f"bots[0].commandLists[{index}].commands[{number}]"
            words = told.get(f"{key}.description", command["description"])
            phrase = f"help.{command['title'].replace(' ', '_')}"
            assert words.casefold() == plain(SCRIPTS.phrases(language).say(phrase)).casefold()
            assert words[0].isupper()
            assert told.get(f"{key}.title", command["title"]) == command["title"], "commands stay English"
            assert len(words) <= MOST_TOLD


# ---------------------------------------------------------------- its icons


def pixels(png: bytes) -> list[list[Pixel]]:
    """The pixels of a PNG with red, green, blue and alpha, row by row."""
    width, height, depth, kind, *_ = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, kind) == (8, 6)
    data = zlib.decompress(b"".join(chunks(png, b"IDAT")))
    line, above, rows = width * 4, bytes(width * 4), []
    for start in range(0, height * (line + 1), line + 1):
        filtered, row = data[start], bytearray(data[start + 1 : start + 1 + line])
        for at in range(line):
            left, corner = (row[at - 4], above[at - 4]) if at >= 4 else (0, 0)
            guesses = (0, left, above[at], (left + above[at]) // 2, nearest(left, above[at], corner))
            row[at] = (row[at] + guesses[filtered]) % 256
        above = bytes(row)
        rows.append([tuple(row[at : at + 4]) for at in range(0, line, 4)])
    return rows  # type: ignore[return-value]


def nearest(left: int, above: int, corner: int) -> int:
    """PNG's filter of Paeth: www.w3.org/TR/png-3."""
    return min((left, above, corner), key=lambda each: abs(left + above - corner - each))


def chunks(png: bytes, wanted: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == wanted:
            yield png[at + 8 : at + 8 + length]
        at += 12 + length


def test_the_color_icon_is_a_full_square_with_the_mark_where_teams_does_not_cut() -> None:
    rows = pixels(icons.color())
    assert [len(row) for row in rows] == [192] * 192
    ground = (11, 107, 97, 255)
    assert all(pixel[3] == 255 for row in rows for pixel in row)
    drawn = [
        (x, y)
        for y, row in enumerate(rows)
        for x, pixel in enumerate(row)
        if sum(abs(one - other) for one, other in zip(pixel, ground, strict=True)) > 8
    ]
    edge = (192 - icons.SAFE) // 2
    assert all(edge <= each < 192 - edge for place in drawn for each in place)
    across = max(x for x, _ in drawn) - min(x for x, _ in drawn)
    assert across > 0.9 * icons.SAFE, "the mark fills what it may"


def test_the_outline_icon_is_white_on_nothing() -> None:
    rows = pixels(icons.outline())
    assert [len(row) for row in rows] == [32] * 32
    seen = [pixel for row in rows for pixel in row if pixel[3]]
    assert all(min(pixel[:3]) == 255 for pixel in seen)
    assert sum(pixel[3] == 255 for pixel in seen) > 80
    assert all(rows[y][x][3] == 0 for x in (0, 31) for y in (0, 31))


def test_the_icons_show_the_mark_of_the_practice_page() -> None:
    svg = ElementTree.parse(MARK)
    text = MARK.read_text("utf-8")
    assert {icons.GROUND, icons.MINT} <= set(re.findall(r"#[0-9a-f]{6}\b", text))
    dots = [(float(dot.get("cx", 0)) - 16, float(dot.get("cy", 0)) - 16) for dot in svg.iter() if "cx" in dot.keys()]  # noqa: SIM118
    stations = [icons.place(angle) for angle in icons.STATIONS]
    for (x, y), (own_x, own_y) in zip(dots, stations, strict=True):
        assert hypot(x - own_x, y - own_y) < 1.2
