"""The files of a report: the same report makes the same bytes."""

from collections.abc import Iterator
from pathlib import Path

from flows.report import Report

from . import csv, html, markdown


def write(report: Report, folder: Path) -> list[Path]:
    """Write `report.html`, `report.md` and the tables into the folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in _files(report):
        path = folder / name
        path.write_bytes(text.encode("utf-8"))
        written.append(path)
    return written


def _files(report: Report) -> Iterator[tuple[str, str]]:
    yield "report.html", html.draw(report)
    yield "report.md", markdown.draw(report)
    yield from csv.draw(report).items()
