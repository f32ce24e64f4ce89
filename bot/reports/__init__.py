"""Reports as files: a page to read and print, the same as Markdown, and tables for a spreadsheet."""

from .files import write

__all__ = ["write"]
