"""The icons that the app shows, in place of all 4,000 that Streamlit ships."""

from __future__ import annotations

import json
from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from bnviz.web.asset_files import ASSETS, AssetFiles

FONT, INDEX = ASSETS / "fonts" / "icons.woff2", ASSETS / "fonts" / "icons.json"


class SmallIconFont:
    """Answer the request for Streamlit's icon font (375 kB) with the part of it that is needed (about 45 kB).

    ``python -m bnviz record icons`` makes it from the font of the installed Streamlit, whose file name carries a hash
    of its content. A Streamlit with another font asks for another name, and gets its own font, whole.
    """

    def __init__(self, app: ASGIApp, prefix: str = "") -> None:
        self.app, self.folder, self.files = app, f"{prefix}/static/media/", AssetFiles()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the font; everything else passes through."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == self.folder + source_name():
            # Not to be kept for good: the same address brings more icons after an update of the app.
            response = await self.files.get_response("fonts/icons.woff2", scope)
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@lru_cache(maxsize=1)
def source_name() -> str:
    """Return the name of the file of Streamlit that the font was made from."""
    return str(json.loads(INDEX.read_text(encoding="utf-8"))["source"])
