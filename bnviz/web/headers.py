"""Headers of everything served: what a page may load, where it may be framed, what other sites hear of it."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bnviz.web.pages import ARRIVAL, SCRIPT

SOURCES = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit and Plotly write their styles while they run
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
"""What a page may load, by kind; scripts and frames are added by ``policy``."""
OTHERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class SecurityHeaders:
    """Add the headers to every answer over HTTP: our own, Streamlit's and refusals.

    Scripts run only from this server, from modules that Streamlit makes of components (``blob:``), and those that
    stand in the HTML, by their hashes. Nothing is loaded from, or sent to, another machine, whatever a page contains.

    Args:
        app: the app below.
        frame_ancestors: who may frame the app: "none", "self", "*" or origins (``https://example.org``) with spaces.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str = "self") -> None:
        self.app, self.frame_ancestors = app, frame_ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app below does, with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in security_headers(self.frame_ancestors).items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


def security_headers(frame_ancestors: str) -> dict[str, str]:
    """Return the headers of every answer; ``frame_ancestors`` as of ``SecurityHeaders``."""
    return {"content-security-policy": policy(framers_of(frame_ancestors), _changed()), **OTHERS}


def framers_of(setting: str) -> str:
    """Return the setting ``frame_ancestors`` in the form of the policy."""
    return " ".join(f"'{word}'" if word in ("none", "self") else word for word in setting.lower().split())


def _changed() -> tuple[float, ...]:
    return ARRIVAL.stat().st_mtime, SCRIPT.stat().st_mtime


@lru_cache(maxsize=8)
def policy(framers: str, _changed: tuple[float, ...]) -> str:
    """Return the Content-Security-Policy, which names scripts by their hashes: a change of ours makes a new one."""
    ours = [path.read_text(encoding="utf-8") for path in (ARRIVAL, SCRIPT)]
    inline = [*ours, *_INLINE.findall(shell_of_streamlit().read_text(encoding="utf-8"))]
    scripts = " ".join(f"'sha256-{_hash(text)}'" for text in inline)
    parts = {**SOURCES, "script-src": f"'self' blob: 'wasm-unsafe-eval' {scripts}", "frame-ancestors": framers}
    return "; ".join(f"{name} {sources}" for name, sources in parts.items())


@lru_cache(maxsize=1)
def shell_of_streamlit() -> Path:
    """Return where the HTML of Streamlit is, which has a script of its own."""
    found = find_spec("streamlit")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("streamlit is not installed")
    return Path(found.origin).with_name("static") / "index.html"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
