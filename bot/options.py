"""Options that several commands have in common."""

from typing import Annotated

import typer

from .sentences import VARIABLE

Database = Annotated[str, typer.Option("--database", help=f"Use this database instead of the one in {VARIABLE}.")]
Sure = Annotated[bool, typer.Option("--yes", help="Ask nothing; this is for scripts.")]
