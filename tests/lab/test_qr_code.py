"""The QR code of a link, and the address that phones in the room can reach."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest
import segno
import streamlit as st
from opened_app import Open
from streamlit import net_util

from bnviz.lab.qr_code import LONGEST, qr_code
from bnviz.ui.outside import ask_nobody, reachable
from bnviz.ui.text import t

LINK = "http://192.168.1.7:8501/?preset=default&lr=0.5&dataset=file:数字.npz"
QUIET = 4
"""Light modules around a code, which readers need (ISO/IEC 18004, 5.3.8)."""


def picture_of(html: str) -> str:
    """Return the SVG in the address of an image."""
    address = unescape(re.search(r' src="([^"]+)"', html)[1])
    head, _, picture = address.partition(",")
    assert head.startswith("data:image/svg+xml")
    return unquote(picture).replace("'", '"')


def drawn(html: str) -> list[list[int]]:
    """Return the modules of a picture, 1 for dark: strokes of one unit, relative as "m dx dy h length"."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', html)[1])
    modules = [[0] * side for _ in range(side)]
    x, y = 0.0, 0.0
    for kind, values in re.findall(r"([Mmh])([-\d. ]+)", re.search(r'stroke="#000" d="([^"]+)"', html)[1]):
        numbers = [float(number) for number in values.split()]
        if kind == "h":
            for column in range(int(numbers[0])):
                modules[int(y)][int(x) + column] = 1
            x += numbers[0]
        else:
            x, y = (numbers[0], numbers[1]) if kind == "M" else (x + numbers[0], y + numbers[1])
    return modules


def test_the_picture_is_the_code_with_a_light_border() -> None:
    html = qr_code(LINK, "for phones")
    assert html is not None
    assert 'fill="#fff"' in picture_of(html)
    modules = drawn(picture_of(html))
    inside = [row[QUIET:-QUIET] for row in modules[QUIET:-QUIET]]
    assert sum(map(sum, modules)) == sum(map(sum, inside)) > 100
    assert inside == [list(row) for row in segno.make_qr(LINK, error="m", encoding="utf-8").matrix]


def test_words_are_escaped_and_a_link_too_long_for_a_phone_has_no_code() -> None:
    assert 'alt="&lt;b&gt; &quot;"' in (qr_code("http://a/", '<b> "') or "")
    assert qr_code("http://a/" + "x" * LONGEST, "words") is None


@pytest.mark.parametrize(
    ("url", "listens_to", "here", "found"),
    [
        ("http://localhost:8501?lr=2", None, "192.168.1.7", "http://192.168.1.7:8501/?lr=2"),
        ("http://127.0.0.1:8501/", "0.0.0.0", "192.168.1.7", "http://192.168.1.7:8501/"),
        ("http://localhost:8501/", "127.0.0.1", "192.168.1.7", None),
        ("http://localhost:8501/", "localhost", "192.168.1.7", None),
        ("http://localhost:8501/", None, "127.0.0.1", None),
        ("https://bn.example.org/lab/?lr=2", "127.0.0.1", "127.0.0.1", "https://bn.example.org/lab/?lr=2"),
    ],
)
def test_phones_get_an_address_that_they_can_reach(
    monkeypatch: pytest.MonkeyPatch, url: str, listens_to: str | None, here: str, found: str | None
) -> None:
    get_option = st.config.get_option
    monkeypatch.setattr(
        st.config, "get_option", lambda name: listens_to if name == "server.address" else get_option(name)
    )
    monkeypatch.setattr(net_util, "get_internal_ip", lambda: here)
    assert reachable(url) == found


def test_share_has_the_code(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net_util, "get_internal_ip", lambda: "192.168.1.7")
    app = open_app()
    assert t("sidebar.share_phones") in [caption.value for caption in app.caption]
    assert t("sidebar.share_only_here") not in [caption.value for caption in app.caption]


def test_streamlit_asks_nobody_for_this_machines_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError("a request left this machine")

    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # given back afterwards
    monkeypatch.setattr(net_util, "_make_blocking_http_get", asked)
    ask_nobody()
    assert net_util.get_external_ip() is None
