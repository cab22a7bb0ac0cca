"""The strip of all layers as HTML without scripts: one row per layer, which opens to its channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from bnviz.chapters.own_network.results import NOT_FINITE, UNKNOWN, Cell, Row, RowText, StripText


def strip_html(
    rows: Sequence[tuple[Row, RowText]],
    words: StripText,
    cards: Mapping[int, str] | None = None,
    opened: str | None = None,
) -> str:
    """Return the strip.

    Args:
        rows: layers and their words, in the order in which they are shown.
        words: what stands around them.
        cards: HTML of each finding, by its index; shown in the opened row of its layer.
        opened: name of the layer whose row is open.
    """
    legend = "".join(f"<span>{_swatch(level)}{escape(text)}</span>" for level, text in words.legend)
    axis = f'<p class="own-axis"><span>{escape(words.first)}</span><span>{escape(words.last)}</span></p>'
    body = "".join(_row(row, text, words, cards or {}, row.name == opened) for row, text in rows)
    return (
        f'<section class="own-strip" aria-label="{escape(words.label)}"><p class="own-legend">{legend}</p>'
        f"{axis if words.first else ''}{body}</section>"
    )


def _row(row: Row, text: RowText, words: StripText, cards: Mapping[int, str], is_open: bool) -> str:
    marks = "".join(f'<b class="own-mark own-{kind}">{escape(mark)}</b>' for kind, mark in text.marks)
    head = (
        f'<summary><span class="own-name">{escape(row.name)}{marks}</span>'
        f'<span class="own-kind">{escape(text.kind)}</span>'
        f"{_cells(row, text, lambda cell: cell.level)}"
        f'<span class="own-now">{escape(text.now)}</span></summary>'
    )
    lines = ""
    if len(row.cells) > 1 and row.whole.level != UNKNOWN and row.whole.step is not None:
        lines = (
            f'<p class="own-line"><span>{escape(words.z_line)}</span>{_cells(row, text, lambda cell: cell.z_level)}</p>'
            f'<p class="own-line"><span>{escape(words.ratio_line)}</span>'
            f"{_cells(row, text, lambda cell: cell.ratio_level)}</p>"
        )
    facts = "".join(f"<span><small>{escape(what)}</small><b>{escape(value)}</b></span>" for what, value in text.facts)
    found = "".join(cards[index] for index in row.findings if index in cards)
    inside = f'{found}{lines}<p class="own-facts">{facts}</p>{_channels(text, words)}'
    return (
        f'<details class="own-row"{" open" if is_open else ""}>{head}<div class="own-inside">{inside}</div></details>'
    )


def _cells(row: Row, text: RowText, level: Callable[[Cell], int]) -> str:
    cells = "".join(
        f'<i class="own-l{_class(level(cell))}" title="{escape(title)}"></i>'
        for cell, title in zip(row.cells, text.titles, strict=True)
    )
    return f'<span class="own-cells" aria-hidden="true">{cells}</span>'


def _channels(text: RowText, words: StripText) -> str:
    if not text.channels:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in words.channel_head)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(value)}</td>' for value in channel)}</tr>" for channel in text.channels)
    return f'<table class="own-channels"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def card_html(head: str, name: str, lines: Sequence[tuple[str, str]], severity: str, link: tuple[str, str]) -> str:
    """Return the card of a finding.

    Args:
        head: what is wrong, with its numbers.
        name: name of the fault.
        lines: (what, words): why, cure and the like.
        severity: note, warning or error.
        link: address and words of the way to more.
    """
    body = "".join(
        f"<p><b>{escape(what)}</b>{'' if what.endswith('：') else ' '}{escape(words)}</p>" for what, words in lines
    )
    address, more = link
    way = f'<p><a href="{escape(address)}" target="_self">{escape(more)}</a></p>' if address else ""
    return (
        f'<article class="own-card own-{severity}"><p class="own-fault">{escape(name)}</p>'
        f'<p class="own-title">{escape(head)}</p>{body}{way}</article>'
    )


def _swatch(level: int) -> str:
    return f'<i class="own-l{_class(level)}" aria-hidden="true"></i>'


def _class(level: int) -> str:
    return {UNKNOWN: "x", NOT_FINITE: "n"}.get(level, str(level))
