"""A link as a QR code, for the phones of a class."""

from __future__ import annotations

from html import escape

import segno

LONGEST = 600
"""Most characters of a link; the squares of a longer one are too small for a phone at the back of a room."""


def qr_code(link: str, words: str) -> str | None:
    """Return the HTML of the QR code of a link, dark on white in any theme; None if it is too long.

    Args:
        link: the address.
        words: what it says to a reader who does not see it.
    """
    if len(link) > LONGEST:
        return None
    code = segno.make_qr(link, error="m", encoding="utf-8")
    # As the address of an image: Streamlit takes SVG out of HTML.
    picture = code.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)
    return f'<img class="bnviz-qr" alt="{escape(words)}" src="{escape(picture)}">'
