"""The journal remembers what no backup may undo: a line of it is whole, or it is none."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import SettingsError
from bot.journal import CLOSED, ERASED, HELD, Journal
from tests.bot.test_cli import ROSTER, done, leadcycle, place, refused

__all__ = ["place"]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
write = os.write


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def room_for(size: int) -> Callable[[int, bytes], int]:
    """A disk that takes so many bytes of a line and says how many they were, as the system does."""
    return lambda handle, line: write(handle, line[:size])


@pytest.mark.parametrize("size", [0, 1, 40, 45])
def test_a_full_disk_takes_no_half_line(journal: Journal, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.add(NOON, ERASED, "district", "ana")
    with monkeypatch.context() as full:
        full.setattr(os, "write", room_for(size))
        with pytest.raises(OSError, match="No space left"):
            journal.add(NOON, ERASED, "district", "0123456789abcdef")
    assert [each.member for each in journal.entries()] == ["ana"], "and no id of which a part is missing"

    journal.add(NOON, HELD, "district", "", "case 26-114")
    assert [(each.deed, each.member) for each in journal.entries()] == [(ERASED, "ana"), (HELD, "")]


@pytest.mark.parametrize(
    "cut", ["2026-11-", "2026-11-23T12:00:00+00:00 erased dist", "2026-11-23T12:00:00+00:00 held d "]
)
def test_a_line_that_was_cut_off_is_none_and_the_next_one_takes_its_place(journal: Journal, cut: str) -> None:
    journal.add(NOON, ERASED, "district", "ana")
    with journal.file.open("a") as file:
        file.write(cut)
    assert [each.member for each in journal.entries()] == ["ana"]

    journal.add(NOON, CLOSED, "district", "lincoln/1@then")
    assert [each.member for each in journal.entries()] == ["ana", "lincoln/1@then"]


def test_a_last_line_without_its_end_that_somebody_put_there_counts_and_stays(journal: Journal) -> None:
    journal.file.write_text(f"{NOON.isoformat()} erased district ana")
    assert [each.member for each in journal.entries()] == ["ana"]
    journal.add(NOON, ERASED, "district", "ben")
    assert [each.member for each in journal.entries()] == ["ana", "ben"]


@pytest.mark.parametrize(
    "line", ["", "nonsense", f"{NOON.isoformat()} erased district", "soon held district ana x", "\xe9"]
)
def test_a_line_in_the_middle_that_cannot_be_read_is_not_passed_over(journal: Journal, line: str) -> None:
    journal.file.write_bytes(f"{line}\n{NOON.isoformat()} erased district ana\n".encode("latin-1"))
    with pytest.raises(SettingsError, match="line 1 cannot be read"):
        list(journal.entries())


def test_why_somebody_is_held_is_read_as_it_was_written_whatever_the_system_speaks(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.getencoding", lambda: "latin-1", raising=False)
    journal.add(NOON, HELD, "district", "ana", "Åsa’s case\n\x85 26-114")
    assert [each.because for each in journal.entries()] == ["Åsa’s case 26-114"]


def test_a_journal_that_cannot_be_written_lets_nothing_be_moved(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "people.csv").write_text(ROSTER)
    done("roster", "import", "people.csv")
    done("erase", "Ben Carter", "--yes")
    monkeypatch.setenv("LEADCYCLE_ERASURES", "journal")
    words = ("move-database", "sqlite:///leadcycle.db", "sqlite:///there.db")
    with monkeypatch.context() as full:
        full.setattr(os, "write", room_for(10))
        assert "No space left" in refused(*words)

    assert "was moved into another database" not in leadcycle("doctor").stdout
    assert "Carried along" in done(*words)
