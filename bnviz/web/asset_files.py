"""Our own files for the browser, at an address that changes with their content."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bnviz.web.joined import JOINED, joined_response

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SERVED = ("live", "stage", "page", "posters", "css", "fonts")
"""Folders of the assets that a browser may ask for."""
YEAR_S = 31_536_000


def asset_version() -> str:
    """Return a short name of the present state of the served files, from the size and time of each of them.

    Their address carries it (``/bnviz/assets/v-<version>/live/main.js``), and imports of modules are relative: a
    browser that has them asks for none again, and after an update it asks for all of them.
    """
    return _version_in(int(time.monotonic()))


@lru_cache(maxsize=1)
def _version_in(_second: int) -> str:
    digest = hashlib.sha256()
    for name in SERVED:
        for path in sorted((ASSETS / name).rglob("*")):
            status = path.stat()
            digest.update(f"{path.relative_to(ASSETS)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:12]


class AssetFiles(StaticFiles):
    """The served folders, under their present version for good, and elsewhere to be asked about each time."""

    def __init__(self) -> None:
        super().__init__(directory=ASSETS)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve ``v-<version>/<folder>/...`` and ``<folder>/...``."""
        first, _, rest = path.replace(os.sep, "/").partition("/")
        versioned = first.startswith("v-")
        folder = rest.partition("/")[0] if versioned else first
        if folder not in SERVED:
            path = ""  # a folder, which is never served
        name = rest if versioned and path else path
        if name in JOINED and scope["method"] in ("GET", "HEAD"):
            response = await asyncio.to_thread(joined_response, name, asset_version(), scope)
        else:
            response = await super().get_response(name, scope)
        lasting = versioned and first == f"v-{asset_version()}"
        response.headers["Cache-Control"] = f"public, immutable, max-age={YEAR_S}" if lasting else "no-cache"
        return response
