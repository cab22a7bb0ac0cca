"""The HTML of our pages: Streamlit's shell with a title, a language, our style, our modules, and a poster."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bnviz.text.catalogue import translate
from bnviz.text.titles import language_of, page_names, page_title
from bnviz.text.view_words import view_words
from bnviz.web.asset_files import ASSETS, asset_version
from bnviz.web.compression import ENCODINGS, answer_of, best_encoding
from bnviz.web.early_place import early_place
from bnviz.web.joined import WHOLE_VIEW
from bnviz.web.module_graph import modules_of
from bnviz.web.posters import poster_of

STYLE, SCRIPT = ASSETS / "css" / "app.css", ASSETS / "page" / "page.js"
ARRIVAL = ASSETS / "page" / "arrival.js"
"""The script with which the lab opens its socket before anything else is read."""
SHEETS = {"live": ("live/live.css",), "stage": ("live/live.css", "stage/stage.css")}
"""The style sheets that the view and the stage ask for."""
REARRANGED = frozenset({"embed", "lecture", "tour", "step"})
"""Parameters with which the lab's view stands elsewhere, or shows a moment that must be trained first."""
UNKNOWN = "?"
"""The name of all pages that do not exist: Streamlit says so above the lab, for which our words must be there."""
_NO_FILE = re.compile(r"[^_./][^./]*")
"""A path that Streamlit takes for that of a page."""
_ENTRY = re.compile(r'<script type="module" crossorigin src="([^"]+)"></script>')
"""Streamlit's first module; page.js starts it when the poster is painted, or after a second."""
_PRELOADS = re.compile(r'<link rel="modulepreload" (crossorigin href="\./static/js/[^"]+">)')
"""Streamlit's other modules; where its first one waits, they do not take the lab's place on the way."""
_ASKED_BELOW = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
"""Headers of a request that are about our HTML, not about what it is made of."""


class OurPages:
    """A middleware that completes the HTML which Streamlit answers for every page.

    What a reader needs first is in it, and not behind Streamlit's scripts and its socket: the title and the language,
    the style of the app (so that nothing jumps when it comes), a poster of the page's picture, and links that preload
    our modules.

    Args:
        app: the app below.
        prefix: Streamlit's base URL path, with a slash before it.
    """

    def __init__(self, app: ASGIApp, prefix: str = "") -> None:
        self.app, self.prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a page; everything else passes through."""
        page = self._page(scope)
        if page is None:
            await self.app(scope, receive, send)
            return
        below = await answer_of(self.app, _plain(scope))
        if below.status != 200 or not below.header("content-type").startswith("text/html"):
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        language = language_of(query.get("lang", [""])[-1] or asked.get("accept-language", ""))
        arriving = Arriving.of(page, set(query))
        html = _complete(below.body, "lab" if page == UNKNOWN else page, language, asset_version(), arriving)
        await _response(html, asked)(scope, receive, send)

    def _page(self, scope: Scope) -> str | None:
        """Return the name of the page that is asked for, UNKNOWN if there is no such page, None if it is no page."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        path = scope["path"].removeprefix(self.prefix).strip("/") or "lab"
        if path in page_names():
            return path
        return UNKNOWN if _NO_FILE.fullmatch(path) else None


@dataclass(frozen=True, slots=True)
class Arriving:
    """What is shown of a page until its own picture is there.

    Attributes:
        poster: whether a recorded picture may be.
        early: whether the first frames of the visitor's own session may be.
    """

    poster: bool
    early: bool

    @classmethod
    def of(cls, page: str, parameters: set[str]) -> Arriving:
        """Return what may be shown; only a page without parameters shows what its poster shows."""
        return cls(page != UNKNOWN and not parameters - {"lang"}, page == "lab" and not parameters & REARRANGED)


@dataclass(frozen=True, slots=True)
class Html:
    """A page plain and in each of ENCODINGS, and the validator of all forms."""

    plain: bytes
    compressed: dict[str, bytes]
    tag: str


def _plain(scope: Scope) -> Scope:
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in _ASKED_BELOW]}


def _response(html: Html, asked: Headers) -> Response:
    headers = {"Cache-Control": "no-cache", "ETag": html.tag, "Vary": "Accept-Encoding, Accept-Language"}
    if html.tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    encoding = best_encoding(asked)
    if encoding is None:
        return Response(html.plain, media_type="text/html", headers=headers)
    return Response(
        html.compressed[encoding], media_type="text/html", headers={**headers, "Content-Encoding": encoding}
    )


@lru_cache(maxsize=128)
def _complete(shell: bytes, page: str, language: str, version: str, arriving: Arriving) -> Html:
    """Complete Streamlit's HTML."""
    text = shell.decode("utf-8").replace('<html lang="en">', f'<html lang="{escape(language)}">')
    text = text.replace("<title>Streamlit</title>", f"<title>{escape(page_title(page, language))}</title>")
    poster = poster_of(page, version) if arriving.poster else None
    style, script = STYLE.read_text(encoding="utf-8"), SCRIPT.read_text(encoding="utf-8")
    early = _early(language) if arriving.early else ""
    before_root = f"<style>{style}</style>\n{poster.body if poster else ''}{early}<script>{script}</script>\n    "
    first = (_first(version) if early else "") + (poster.head if poster else "")
    # Before everything else: a browser asks in the order of the page.
    text = text.replace('<meta charset="UTF-8" />', f'<meta charset="UTF-8" />\n{_place(version)}{first}', 1)
    if first:
        text = _ENTRY.sub(r'<script data-bnviz-entry="\1"></script>', text, count=1)
    if early:
        text = _PRELOADS.sub(r'<link rel="bnviz-later" \1', text)
    # After Streamlit's own scripts, without which ours have no place to draw.
    text = text.replace("</head>", f"{_head(page, version, language, preload=not early)}</head>", 1)
    text = text.replace('<div id="root"></div>', f'{before_root}<div id="root"></div>', 1)
    plain = text.encode()
    compressed = {name: encode(plain) for name, encode in ENCODINGS.items()}
    return Html(plain, compressed, f'W/"{hashlib.sha256(plain).hexdigest()[:24]}"')


def _early(language: str) -> str:
    """Return the place of the first frames and the words that their view needs, which the script sends later."""
    words = json.dumps(view_words(language), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'{early_place(language)}<script type="application/json" id="bnviz-words">{words}</script>\n'


def _place(version: str) -> str:
    """Return where our files are."""
    return f'<meta name="bnviz-assets" content="{_base(version)[2:]}">\n'


def _base(version: str) -> str:
    return f"./bnviz/assets/v-{version}/"


def _first(version: str) -> str:
    """Return what the lab's first frames need, in the order of its need: its socket, its view, the sheet of that."""
    base = _base(version)
    links = (
        f'<link rel="modulepreload" href="{base}{WHOLE_VIEW}">',
        *(f'<link rel="preload" as="style" href="{base}{name}">' for name in SHEETS["live"]),
    )
    return f"<script>{ARRIVAL.read_text(encoding='utf-8')}</script>\n" + "\n".join(links) + "\n"


def _head(page: str, version: str, language: str, preload: bool) -> str:
    """Return what tells why a page stays empty, and links that preload its modules and sheets."""
    base = _base(version)
    links = [
        *(
            f'<meta name="bnviz-{n}" content="{escape(translate(f"app.{n}", language))}">'
            for n in ("refused", "crowded")
        ),
        *(f'<script type="module" src="{base}page/{name}.js"></script>' for name in ("refused", "connection")),
    ]
    for name in sheets_of(page) if preload else ():
        links.append(f'<link rel="preload" as="style" href="{base}{name}">')
    for path in _modules_of(page) if preload else ():
        links.append(f'<link rel="modulepreload" href="{base}{path}">')
    return "\n".join(links) + "\n"


def _modules_of(page: str) -> tuple[str, ...]:
    """Return the modules that a page imports by itself, by their names below ``assets``."""
    if page == "lab":
        return (WHOLE_VIEW,)
    return tuple(path.relative_to(ASSETS).as_posix() for path in modules_of(*entries_of(page)))


def sheets_of(page: str) -> tuple[str, ...]:
    """Return the style sheets that a page asks for by itself, by their names below ``assets``."""
    entries = entries_of(page)
    if not entries:
        return ()
    own = entries[-1].with_suffix(".css")
    beside = (own.relative_to(ASSETS).as_posix(),) if own.name == "hero.css" and own.is_file() else ()
    return (*SHEETS[entries[0].parent.name], *beside)


def entries_of(page: str) -> tuple[Path, ...]:
    """Return the modules that a page imports by itself: the view or the stage, and what it shows first."""
    if page == "lab":
        return (ASSETS / WHOLE_VIEW,)
    if page == "contents":
        return (ASSETS / "stage" / "main.js",)
    hero = ASSETS / "stage" / "heroes" / page / "hero.js"
    return (ASSETS / "stage" / "main.js", hero) if hero.is_file() else ()
