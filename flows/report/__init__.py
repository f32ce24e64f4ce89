"""The report of a cycle: what a team has on record, as plain values for whoever draws them."""

from .build import build
from .earlier import as_of
from .entries import ENDS, OUTCOMES, Report

__all__ = ["ENDS", "OUTCOMES", "Report", "as_of", "build"]
