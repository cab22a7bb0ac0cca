"""Pages of docs/ that a command fills in, and the frame of their pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from bnviz.files.write import atomic


def filled(text: str, parts: Mapping[str, Iterable[str]], name: str) -> str:
    """Put lines between the markers of a page, ``<!-- part -->`` and ``<!-- /part -->``.

    Args:
        text: the page.
        parts: the lines of each part.
        name: of the page, for the error.

    Raises:
        ValueError: the page has no such place.
    """
    for part, lines in parts.items():
        before, start, rest = text.partition(f"<!-- {part} -->\n")
        _, end, after = rest.partition(f"<!-- /{part} -->")
        if not end:
            raise ValueError(f"{name} has no place for {part!r}")
        text = before + start + "\n".join(lines) + "\n" + end + after
    return text


def write_text(path: Path, text: str) -> Path:
    """Write a text whole or not at all, and return its path."""
    with atomic(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


def svg_picture(parts: Iterable[str], width: int, height: int, alt: str) -> str:
    """Return an SVG whose words read on a light and on a dark page.

    Args:
        parts: its elements.
        width: pixels.
        height: pixels.
        alt: what it shows, in words.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(alt)}" font-family="system-ui, sans-serif" font-size="12">\n'
        + "<style>text{fill:#3c4450}@media(prefers-color-scheme:dark){text{fill:#c4cad4}}</style>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )
