"""`python -m bot` is `leadcycle`."""

from .cli import app

app()
