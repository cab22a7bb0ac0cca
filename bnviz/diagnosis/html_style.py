"""What every report in HTML shares: its style, its page, text that is escaped."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path

from bnviz.diagnosis.tables import printable

STYLE = Path(__file__).resolve().parents[2] / "assets" / "report" / "report.css"


@lru_cache(maxsize=1)
def style() -> str:
    """Return the style of all reports."""
    return STYLE.read_text(encoding="utf-8")


def page(title: str, parts: str, language: str) -> str:
    """Return a page that opens without a server and asks for nothing."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{text(title)}</title><style>{style()}</style>"
    )
    body = f'<body class="bnviz-report"><main class="sheet">{parts}</main></body>'
    return f'<!doctype html>\n<html lang="{escape(language)}"><head>{head}</head>{body}</html>\n'


def fragment(parts: str) -> str:
    """Return parts for a notebook's cell; the style touches nothing else there."""
    return f'<div class="bnviz-report"><style>{style()}</style><div class="sheet">{parts}</div></div>'


def text(value: str, most: int = 200) -> str:
    """Return a text for HTML: escaped, without control characters, bounded; names may come from strangers."""
    return escape(printable(value, most))
