"""The report of a cycle: what a team has on record, as plain values for whoever draws them."""

from .build import build
from .entries import ENDS, OUTCOMES, Report

__all__ = ["ENDS", "OUTCOMES", "Report", "build"]
