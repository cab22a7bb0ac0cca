"""A real JupyterLab with one notebook, in a process of its own."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from app_server import ROOT, START_S, _free_port


class JupyterLab:
    """``jupyter lab`` on a free port, guarded by a token; all that it writes is in the folder.

    Args:
        folder: an empty folder.
        code: the one cell of the notebook.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self.work = folder / "work"
        self.work.mkdir()
        (self.work / "watch.ipynb").write_text(json.dumps(_notebook(code)))
        self.log = folder / "jupyter.log"
        port, token = _free_port(), secrets.token_hex(16)
        self._base = f"http://127.0.0.1:{port}"
        self.url = f"{self._base}/lab/tree/watch.ipynb?token={token}"
        homes = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        homes |= {
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "spaces"),
        }
        options = {
            "ServerApp.port": port,
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": self.work,
            "IdentityProvider.token": token,
            "LabApp.news_url": None,  # it asks for no news
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())],
                cwd=self.work,
                env={**os.environ, **homes, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / "ipython")},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait(token)
        except BaseException:
            self.close()
            raise

    def tail(self) -> str:
        """Return the end of the log."""
        return self.log.read_text(errors="replace")[-4000:]

    def close(self) -> None:
        """End the server and its kernels."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(15)

    def _wait(self, token: str) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"JupyterLab ended with {self.process.returncode} at its start:\n{self.tail()}")
            try:
                with urllib.request.urlopen(f"{self._base}/api/status?token={token}", timeout=5):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab was not there after {START_S:.0f} s:\n{self.tail()}")


def _notebook(code: str) -> dict[str, object]:
    cell = {"cell_type": "code", "id": "watch", "execution_count": None, "metadata": {}, "outputs": [], "source": code}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
