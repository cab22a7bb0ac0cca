"""Tables of results, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any


def number(value: float) -> str:
    """Return a number with three digits: 0.0312, 12.5, 3.1e-07, "inf", "nan"."""
    if not math.isfinite(value):
        return str(value)
    return f"{value:.3g}"


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of a result
    """Return a value as strict JSON can hold it: numbers that are not finite become None, tuples lists."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def printable(text: str, most: int = 120) -> str:
    """Return a name without control characters, shortened in the middle; names in files come from strangers."""
    clean = "".join(each if each.isprintable() else "?" for each in text)
    return clean if len(clean) <= most else f"{clean[: most // 2 - 1]}…{clean[-most // 2 + 1 :]}"


def text_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table, the first column to the left, the others to the right."""
    if not rows:
        return []
    cells = [list(heads), *([printable(cell, 60) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    return ["  ".join(_padded(cell, at, widths[at]) for at, cell in enumerate(row)).rstrip() for row in cells]


def _padded(cell: str, column: int, width: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with every cell escaped; the first column to the left."""
    if not rows:
        return ""
    top = "".join(_cell(cell, at, "th") for at, cell in enumerate(heads))
    body = ["".join(_cell(cell, at, "td") for at, cell in enumerate(row)) for row in rows]
    return f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in body)}</tbody></table>"


def _cell(text: str, column: int, tag: str) -> str:
    side = "right" if column else "left"
    return f'<{tag} style="text-align:{side}">{escape(printable(text))}</{tag}>'
