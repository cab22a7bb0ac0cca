"""The HTML of one recording: our modules and style sheets, the words and the messages, all within."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from bnviz.live.packing import joined
from bnviz.standalone.bundle import ASSETS, bundled
from bnviz.standalone.messages import block, json_block, recorded_messages
from bnviz.standalone.words import LANGUAGES, page_words
from bnviz.telemetry.history import History
from bnviz.text.catalogue import translate

_STYLES = ("standalone/page.css", "live/live.css")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="bnviz">
<title>{title}</title>
<style>{style}</style>
</head>
<body data-panel="{panel}">
<header><h1 id="title">{title}</h1><span id="about">{about}</span><nav id="languages"></nav></header>
<main id="view"></main>
<p id="failed" hidden>{failed}</p>
<noscript><p>{failed}</p></noscript>
<footer id="made">{made}</footer>
<script type="text/plain" id="bnviz-words">{words}</script>
<script type="text/plain" id="bnviz-messages">{messages}</script>
<script type="text/plain" id="bnviz-code">{code}</script>
<script type="module">{loader}</script>
</body>
</html>
"""


def page(history: History, title: str | None = None) -> str:
    """Return the page of a recording.

    Its policy allows our two scripts, by their hashes, and styles; it forbids every request. Names of layers and models
    are strangers' text: in the HTML they are escaped, and what the view draws of them it takes out of base64 and sets
    as text.
    """
    loader, code = bundled("standalone/loader.js"), bundled("standalone/page.js")
    words = {lang: page_words(history, lang, title) for lang in LANGUAGES}
    first = {name: html.escape(words["en"][name]) for name in ("title", "about", "made")}
    return _PAGE.format(
        policy=_policy(loader, code),
        style=_styles(),
        panel="distributions" if history.description.is_watched else "glance",
        failed=" ".join(html.escape(translate("standalone.failed", lang)) for lang in LANGUAGES),
        words=json_block(words),
        messages=block(joined(recorded_messages(history))),
        code=block(code.encode()),
        loader=loader,
        **first,
    )


def _policy(*scripts: str) -> str:
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _styles() -> str:
    css = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in _STYLES)
    return re.sub(r"/\*.*?\*/\n?", "", css, flags=re.DOTALL)
