"""nginx as people put it before the app: the files of deploy/, on ports of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"
START_S = 20.0

MAIN = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def site(name: str = "nginx.conf", *changes: tuple[str, str]) -> str:
    """Return a file of deploy/ with changes, each of which must be found in it."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    return text


WITHOUT_HOST = ("        proxy_set_header Host $http_host;\n", "")
"""A proxy that does not pass on the name by which it was asked."""
BLOCKED = ("    location / {", "    location /bnviz/ws { return 403; }\n    location / {")
"""A proxy that knows Streamlit's socket only."""


@contextmanager
def nginx(upstream: int, folder: Path, text: str) -> Iterator[int]:
    """Run nginx before a server on a port of this machine.

    Args:
        upstream: port of the server.
        folder: for its log and its files.
        text: what ``site`` returned.

    Yields:
        Its own port.
    """
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("no nginx on the path (Debian: nginx-light)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    for named, here in (("listen 80;", "listen 127.0.0.1:80;"), (":80;", f":{port};"), (":8501", f":{upstream}")):
        text = text.replace(named, here)
    user = "user root;" if os.geteuid() == 0 else ""  # its workers read and write below a folder of ours
    folder.mkdir(exist_ok=True)
    main = folder / "main.conf"
    main.write_text(user + MAIN.format(folder=folder, site=text), encoding="utf-8")
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(main), "-e", str(folder / "error.log")])
    try:
        _wait_for(port, process, folder)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < end, "nginx did not start"
            time.sleep(0.02)
        else:
            return
