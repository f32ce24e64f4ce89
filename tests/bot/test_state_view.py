"""Roll-up files: what a district hands to its state, and what the state sees of several."""

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from bot import state_view
from bot.state_view import NoRollup
from flows.loader import load_scripts
from flows.rollup import FIGURES, Row
from storage.database import Database
from storage.migration import migrate
from tests.bot.test_cli import done
from tests.storage import samples

DAY = date(2027, 5, 28)


def file(folder: Path, name: str, people: int = 40, **figures: int) -> Path:
    counted = {each.key: 1 for each in FIGURES} | figures if people else {}
    path = folder / f"{len(list(folder.iterdir()))}.json"
    state_view.write(Row(name, name, people, counted), DAY, path)
    return path


def test_the_files_of_districts_become_one_page_and_one_table(tmp_path: Path) -> None:
    files = [
        file(tmp_path, "Bay", decided=20, shared=12),
        file(tmp_path, "=cmd|' /C calc'!A0", decided=3),
        file(tmp_path, "<b>Tiny</b>", people=0),
    ]
    page, table = state_view.merge(load_scripts(), files, tmp_path / "state")

    drawn = page.read_text("utf-8")
    assert "&lt;b&gt;Tiny&lt;/b&gt;" in drawn
    assert drawn.count("Left out: too few people") == 4
    assert "<td>23</td>" in drawn
    rows = list(csv.DictReader(StringIO(table.read_text("utf-8-sig"))))
    assert [row["Decisions taken"] for row in rows] == ["", "3", "20", "23"]
    assert [row["District"][:2] for row in rows] == ["<b", "'=", "Ba", "Al"]
    assert [row["Members of teams"] for row in rows] == ["", "40", "40", "80"]


def test_the_same_files_in_another_order_make_the_same_bytes(tmp_path: Path) -> None:
    files = [file(tmp_path, "Bay"), file(tmp_path, "Cove")]
    once = [path.read_bytes() for path in state_view.merge(load_scripts(), files, tmp_path / "once")]

    assert once == [path.read_bytes() for path in state_view.merge(load_scripts(), files[::-1], tmp_path / "again")]


def test_what_is_no_roll_up_file_is_refused_in_a_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    good = file(tmp_path, "Bay")
    held = json.loads(good.read_text("utf-8"))
    wrong = {
        "is not a roll-up file": "{]",
        "not a roll-up": "[]",
        "is of version 2": json.dumps({**held, "leadcycle_rollup": 2}),
        "that no Leadcycle wrote": json.dumps({**held, "people": 3}),
        "holds figures that no": json.dumps({**held, "figures": {**held["figures"], "decided": -1}}),
        "Two of these files are of BAY": json.dumps({**held, "district": "BAY"}),
    }
    for sentence, content in wrong.items():
        other = tmp_path / "other.json"
        other.write_text(content, "utf-8")
        with pytest.raises(NoRollup, match=sentence):
            state_view.merge(load_scripts(), [other, good], tmp_path / "state")
    assert not (tmp_path / "state").exists()


async def test_a_file_names_nobody_and_no_school_and_holds_no_words(database_url: str, tmp_path: Path) -> None:
    async with Database(database_url) as database:
        await migrate(database)
        async with database.begin("district") as store:
            await samples.found(store)
    total, day = await state_view.total_of(database_url, "")
    told = state_view.write(total, day, tmp_path / "rollup.json")

    assert "too few people" in told
    held = json.loads((tmp_path / "rollup.json").read_text("utf-8"))
    assert set(held) == {"leadcycle_rollup", "district", "on", "people", "figures"}
    assert (held["people"], held["figures"]) == (0, {})


def test_the_commands_say_what_they_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = file(tmp_path, "Bay")

    assert "state/state.html" in done("rollup", "merge", str(path))
    assert (tmp_path / "state" / "state.csv").exists()
