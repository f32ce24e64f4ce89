"""The parts of a report that its reader does not see: they are left out, and never told as empty."""

from collections.abc import Mapping

from .entries import Report

_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "charter": ("charters",),
    "needs": ("needs",),
    "resources": ("resources",),
    "actions": ("actions",),
    "decisions": ("decisions",),
    "asks": ("asks",),
    "learned": ("lines",),
    "carried": ("actions", "needs"),
    "practices": ("actions",),
    "outcomes": ("indicators",),
}
"""Of which records each part is made."""


def parts(report: Report, withheld: frozenset[str]) -> frozenset[str]:
    """The parts in which nothing is left to show, because some of these records are withheld from the reader."""
    return frozenset(part for part, names in _MADE_OF.items() if withheld & set(names) and not _has(report, part))


def _has(report: Report, part: str) -> bool:
    """Whether there is anything to show in this part."""
    match part:
        case "charter":
            return bool(report.priority or report.purpose or report.norms)
        case "carried":
            return bool(report.carried_actions() or report.carried_needs())
        case "outcomes":
            return any(each.indicators for each in report.evidence)
    return bool(getattr(report, part))
