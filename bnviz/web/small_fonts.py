"""The letters and icons that the app shows, in place of all that the fonts of Streamlit hold."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from bnviz.web.asset_files import ASSETS, AssetFiles

FOLDER = ASSETS / "fonts"
NAMES = ("icons", "letters")
"""Each has a font ``<name>.woff2``, and ``<name>.json`` that says what was kept of which file."""


class SmallFonts:
    """Answer the requests for Streamlit's fonts of icons (375 kB) and of text (170 kB) with the needed parts (100 kB).

    ``python -m bnviz record fonts`` makes them from the fonts of the installed Streamlit, whose file names carry a
    hash of their content. A Streamlit with another font asks for another name, and gets its own font, whole. What a
    visitor writes with other letters is shown in a font of the visitor's machine.
    """

    def __init__(self, app: ASGIApp, prefix: str = "") -> None:
        self.app, self.files = app, AssetFiles()
        self.ours = {f"{prefix}/static/media/{source_of(name)}": f"fonts/{name}.woff2" for name in NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the fonts; everything else passes through."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in self.ours:
            # Not to be kept for good: the same address brings more of the font after an update of the app.
            response = await self.files.get_response(self.ours[scope["path"]], scope)
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def font_of(name: str) -> Path:
    """Return the file of a font."""
    return FOLDER / f"{name}.woff2"


def index_of(name: str) -> Path:
    """Return the file that says what was kept of a font."""
    return FOLDER / f"{name}.json"


@lru_cache(maxsize=len(NAMES))
def source_of(name: str) -> str:
    """Return the name of the file of Streamlit that a font was made from."""
    return str(json.loads(index_of(name).read_text(encoding="utf-8"))["source"])
