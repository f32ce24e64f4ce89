"""The report of a cycle: what a team has on record, as plain values for whoever draws them."""

from .build import build
from .earlier import as_of
from .entries import ENDS, Report

__all__ = ["ENDS", "Report", "as_of", "build"]
