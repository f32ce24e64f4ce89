"""The app package: what a district uploads to Teams, the same bytes for the same settings."""

import json
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flows.loader import Scripts

from . import icons
from .manifest import COLOR, OUTLINE, App, Json, localizations, manifest

FILE = "leadcycle-teams.zip"
_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""the first moment that a zip file can name: the package has no day of its own"""


def package(app: App, scripts: Scripts) -> bytes:
    """Return the zip file with the manifest, what it says in other languages, and both icons."""
    files: Mapping[str, bytes] = {
        "manifest.json": _written(manifest(app, scripts)),
        **{name: _written(words) for name, words in localizations(scripts).items()},
        COLOR: icons.color(),
        OUTLINE: icons.outline(),
    }
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, _BEGINNING)
            entry.create_system = 3  # as on Linux, wherever it is made
            archive.writestr(entry, content, ZIP_DEFLATED)
    return packed.getvalue()


def _written(words: Json) -> bytes:
    return (json.dumps(words, indent=2, ensure_ascii=False) + "\n").encode()
