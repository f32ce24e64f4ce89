"""Style sheets, scripts and pictures of our own pages: their addresses change with their content."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class Files(StaticFiles):
    """The files of some folders; browsers may keep them, for what changes has another address."""

    def __init__(self, root: str, *folders: Path) -> None:
        """Serve them under this path."""
        super().__init__(directory=folders[0])
        self.all_directories = list(folders)
        self._root = root
        self._versions = {path.name: _version(path) for folder in folders for path in folder.iterdir()}

    def address(self, name: str) -> str:
        """Return the address of a file; raises KeyError where there is none of this name."""
        return f"{self._root}/{name}?v={self._versions[name]}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with the word that it never changes under its address."""
        response = await super().get_response(path, scope)
        if b"v=" in scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
