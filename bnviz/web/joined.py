"""Modules that the browser gets with all that they import, as one file."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from starlette.responses import Response
from starlette.types import Scope

from bnviz.standalone.bundle import ASSETS, bundle

WHOLE_VIEW = "live/whole.js"
"""The live view with its panels."""
JOINED = frozenset({WHOLE_VIEW})
"""Names below ``assets`` of what is sent joined: a browser asks for six files at a time."""


@lru_cache(maxsize=4)
def joined(name: str, _version: str) -> tuple[bytes, str]:
    """Return the text of a joined module and its ETag; a quarter of a second for each version of our files."""
    body = bundle(ASSETS / name, named=True).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def joined_response(name: str, version: str, scope: Scope) -> Response:
    """Return the answer to a request for a joined module."""
    body, tag = joined(name, version)
    asked = next((value.decode("latin-1") for key, value in scope["headers"] if key == b"if-none-match"), "")
    if tag in asked:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="text/javascript", headers={"ETag": tag})
