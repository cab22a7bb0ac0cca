"""The app as people start it, in a process of its own, for the browser to look at."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_S = 60.0

STREAMLIT = ("-m", "streamlit")
WATCHED = (str(Path(__file__).with_name("serve.py")),)
"""The same server without a network, which also answers questions about itself."""


class AppServer:
    """``streamlit run app.py`` on a free port of this machine.

    Args:
        folder: for its log and its (empty) data folder.
        how: what Python is to run: STREAMLIT or WATCHED.
        address: where it listens; None leaves the setting out, as most people do: it listens everywhere.
        base: prefix of its paths.
    """

    def __init__(
        self, folder: Path, how: tuple[str, ...] = STREAMLIT, address: str | None = "127.0.0.1", base: str = ""
    ) -> None:
        self.log, self._folder, self._how, self._address = folder / "server.log", folder, how, address
        self._base = base
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it, also again on the same port after its end, and wait until it answers."""
        how, address = self._how, self._address
        options = {
            "server.port": self.port,
            **({} if address is None else {"server.address": address}),
            "server.headless": "true",
            "server.baseUrlPath": self._base,
            "server.fileWatcherType": "none",  # an edit while the tests run must not rerun their pages
        }
        flags = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *how, "run", "app.py", *flags],
                cwd=ROOT,
                env={**os.environ, "BNVIZ_DATA_DIR": str(self._folder / "data")},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if how == WATCHED else log,
                stderr=log,
                start_new_session=True,  # so that its end is the end of all its children
            )
        try:
            self._wait_until_healthy()
        except BaseException:
            self.close()
            raise

    def ask(self, word: str) -> list[str]:
        """Send a word to a watched server and return its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(word.encode() + b"\n")
        self.process.stdin.flush()
        return list(json.loads(self.process.stdout.readline()))

    def runs(self) -> list[str]:
        """Return the names of a watched server's training and side threads."""
        return [name for name in self.ask("threads") if name.startswith(("bnviz-run", "bnviz-analysis"))]

    def asked_outside(self) -> list[str]:
        """Return the other machines that a watched server asked for since the last call; it has no network."""
        return self.ask("outside")

    def tail(self) -> str:
        """Return the end of the log."""
        return self.log.read_text(errors="replace")[-6000:]

    def kill(self) -> None:
        """End it without a warning, as a machine that is short of memory does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.close()

    def close(self) -> int:
        """End the server as Ctrl-C does, by force if that is not enough; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait(15)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _wait_until_healthy(self) -> None:
        end = time.monotonic() + START_S
        health = "/".join(filter(None, (self.url, self._base, "_stcore/health")))
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the app ended with {self.process.returncode} at its start:\n{self.tail()}")
            try:
                with urllib.request.urlopen(health, timeout=5):  # noqa: S310 - our own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the app was not there after {START_S:.0f} s:\n{self.tail()}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
