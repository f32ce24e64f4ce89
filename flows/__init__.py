"""The room that decides: pure functions and frozen values, with no clock, no waiting, no input or output."""
