"""How soon a server answers that was not there a moment ago, beside a server of Streamlit without a page of ours."""

from __future__ import annotations

import socket
import statistics
import tempfile
import time
from pathlib import Path

from bnviz.bench.app_process import ROOT, app_process
from bnviz.bench.result import BenchRow

PAIRS = 5
PATIENCE_S = 60.0
_EMPTY = 'import streamlit as st\n\napp = st.App("page.py")\n'


def first_byte() -> BenchRow:
    """Measure the time from the command to the first byte of the first page, each time in a process of its own.

    Streamlit's own start is the limit; what is more is ours. Their ratio is the median over pairs of starts that
    follow each other.
    """
    with tempfile.TemporaryDirectory() as name:
        empty = Path(name)
        (empty / "app.py").write_text(_EMPTY, encoding="utf-8")
        (empty / "page.py").write_text('import streamlit as st\n\nst.write("empty")\n', encoding="utf-8")
        pairs = [(_seconds(ROOT), _seconds(empty)) for _ in range(PAIRS)]
    detail = {
        "app_s": [round(ours, 2) for ours, _ in pairs],
        "empty_app_s": [round(limit, 2) for _, limit in pairs],
        "limit": 1,
    }
    ratio = statistics.median(ours / limit for ours, limit in pairs)
    return BenchRow("start: first byte of a cold server over an empty Streamlit app's", ratio, 1.5, False, "x", detail)


def _seconds(folder: Path) -> float:
    started = time.perf_counter()
    with app_process(folder) as (port, _), _connection(port, started + PATIENCE_S) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nConnection: close\r\n\r\n")
        answered = client.recv(12)
        seconds = time.perf_counter() - started
    if answered != b"HTTP/1.1 200":
        raise RuntimeError(f"the app answered {answered!r} to its first request")
    return seconds


def _connection(port: int, ends: float) -> socket.socket:
    """Connect as soon as it listens; the request then waits until the app is there."""
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        except ConnectionRefusedError:
            if time.perf_counter() > ends:
                raise
            time.sleep(0.005)
