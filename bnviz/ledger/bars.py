"""The counts of the ledger as stacked bars, in HTML: the first thing on its page, there without any script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from bnviz.text.catalogue import translate


def count_bars(counts: Mapping[str, Mapping[str, int]], verdicts: Sequence[str], alt: str, lang: str = "en") -> str:
    """Return how many claims of each set of notes got which verdict, as HTML.

    Colors and patterns of the verdicts are in assets/css/app.css (``.claim-bars``). A bar is as long as the number
    of claims of its notes, on one scale for all but the sum, which has its own.

    Args:
        counts: by notes, then by verdict; "all" is the sum.
        verdicts: those to show, in this order.
        alt: the picture in words.
        lang: of the words.
    """
    names = {verdict: escape(translate(f"claims.verdict.{verdict}", lang)) for verdict in verdicts}
    keys = "".join(f'<li><i data-verdict="{verdict}"></i>{name}</li>' for verdict, name in names.items())
    longest = max((sum(each.values()) for notes, each in counts.items() if notes != "all"), default=1)
    rows = []
    for notes, each in counts.items():
        total = sum(each.values())
        width = 100.0 if notes == "all" else 100 * total / max(1, longest)
        label = escape(translate(f"claims.short.{notes}", lang))
        parts = "".join(_segment(verdict, each[verdict], total, name) for verdict, name in names.items())
        rows.append(f'<dt>{label}</dt><dd><div style="width:{width:.4g}%">{parts}</div></dd>')
    picture = f'<dl aria-hidden="true">{"".join(rows)}</dl>'
    return f'<div class="claim-bars" role="img" aria-label="{escape(alt)}"><ul>{keys}</ul>{picture}</div>'


def _segment(verdict: str, count: int, total: int, name: str) -> str:
    """Return one part of a bar; a number that has no room is left out, the table has them all."""
    if not count:
        return ""
    number = f"<b>{count}</b>" if count >= 0.03 * total else ""
    return f'<span data-verdict="{verdict}" style="flex:{count}" title="{name}: {count}">{number}</span>'
