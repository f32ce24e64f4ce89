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
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator

from adapters.teams import icons
from adapters.teams.manifest import ABOUT, LISTS, MOST_COMMANDS, MOST_TITLE, MOST_TOLD, App, localizations, manifest
from adapters.teams.package import package
from flows.loader import load_scripts
from flows.markup import plain
from flows.reception import COMMANDS

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests" / "adapters" / "schemas"
MARK = ROOT / "adapters" / "webchat" / "static" / "mark.svg"
SCRIPTS = load_scripts()
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
    for place, scope in enumerate(LISTS):
        for number, command in enumerate(offered(scope)):
            if command["title"] == "help":
                continue
            key = f"bots[0].commandLists[{place}].commands[{number}]"
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
