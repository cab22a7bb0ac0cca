"""The app, or another one, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl+C does: by default Python ends at once, and leaves running what it started."""
    if current_thread() is not main_thread():  # no other one may say what a signal does
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def app_process(
    folder: Path = ROOT, environment: Mapping[str, str] | None = None, log: IO[bytes] | None = None
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Start ``streamlit run app.py`` in a folder, and end it after the block.

    Args:
        folder: where app.py is.
        environment: variables to set beside those of this process.
        log: where the server's own words go; by default nowhere.

    Yields:
        Its port on this machine, on which it may not listen yet, and the process.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    with _ended_by_sigterm():
        process = subprocess.Popen(  # noqa: S603 - our own words
            command,
            cwd=folder,
            stdout=log or subprocess.DEVNULL,
            stderr=log or subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
        try:
            yield port, process
        finally:
            process.terminate()
            process.wait(10)


def wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the app answers; raises RuntimeError if it does not within a minute."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the app did not start")
