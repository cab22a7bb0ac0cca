"""Runs the steps of the Dockerfile in a folder, where there is no Docker, and tells what they install.

    python scripts/image_steps.py /tmp/root            # wheels as pip finds them here
    python scripts/image_steps.py /tmp/root --keep     # leave the folder

Paths of the image become paths in the folder; its Python is this one. Then the image's command runs with no right to
write but in /data, until its health check passes; SIGTERM must end it within five seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("/app", "/opt/venv", "/data")
UID = 1000
POWERLESS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"] if os.getuid() == 0 else []
"""root, too, then writes only what its permissions let it; another user could not read a Python in root's home."""
PATIENCE_S, EXIT_S = 120.0, 5.0


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the instructions of a Dockerfile with their arguments, continued lines joined, comments left out."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text))
    for line in joined.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield word, " ".join(rest.split())


class Image:
    """What the steps have made so far."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root
        self.environment = dict(os.environ)
        self.command: list[str] = []
        self.check: list[str] = []

    def here(self, text: str) -> str:
        """Return a text with the image's paths as paths in the folder."""
        return re.sub(rf"(?<![\w.])({'|'.join(PLACES)})\b", lambda found: f"{self.root}{found[0]}", text)

    def step(self, word: str, rest: str) -> None:
        """Carry out one instruction."""
        if word == "WORKDIR":
            self.folder = Path(self.here(rest))
            self.folder.mkdir(parents=True, exist_ok=True)
        elif word == "ENV":
            for pair in shlex.split(self.here(rest)):
                name, _, value = pair.partition("=")
                self.environment[name] = value.replace("$PATH", self.environment["PATH"])
        elif word == "COPY" and not rest.startswith("--from"):
            self.copy(*rest.split())
        elif word == "RUN":
            self.run(rest)
        elif word == "HEALTHCHECK":
            self.check = json.loads(rest.partition("CMD ")[2])
        elif word == "CMD":
            self.command = json.loads(rest)

    def copy(self, source: str, target: str) -> None:
        """Copy a file or a folder of the repository, without what .dockerignore leaves out."""
        to = self.folder / target
        if (ROOT / source).is_dir():
            shutil.copytree(
                ROOT / source, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
            )
        else:
            shutil.copy(ROOT / source, to)

    def run(self, rest: str) -> None:
        """Run a shell line; no user is made here, and the index of the wheels is the one that pip has here."""
        line = re.sub(r"&& useradd .*? (?=&&)", "", self.here(rest))
        line = re.sub(r'--index-url "\$TORCH_INDEX"', "", line).replace("chown -R bnviz", f"chown -R {UID}")
        line = re.sub(r"^python -m venv", f"{shlex.quote(sys.executable)} -m venv", line)
        print(f"+ {line}", flush=True)
        subprocess.run(["sh", "-euc", line], cwd=self.folder, env=self.environment, check=True)

    def try_out(self) -> float:
        """Start the image's command as its user, wait until it is healthy, and return how long it takes to end."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        command = [part.replace("8501", port) for part in self.command]
        check = [part.replace("8501", port) for part in self.check]
        command[0] = check[0] = f"{self.root}/opt/venv/bin/python"
        for name in ("app", "opt"):
            subprocess.run(["/bin/chmod", "-R", "a-w", self.root / name], check=True)
        server = subprocess.Popen([*POWERLESS, *command], cwd=self.folder, env=self.environment)
        ends = time.monotonic() + PATIENCE_S
        while subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode:
            if server.poll() is not None or time.monotonic() > ends:
                server.kill()
                raise SystemExit("the server did not become healthy")
            time.sleep(0.5)
        time.sleep(5)  # torch is imported now
        asked = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_S)
        return time.monotonic() - asked


def megabytes(folder: Path) -> float:
    """Return the size of all files of a folder in MB (10^6 bytes)."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def main() -> None:
    """Run the steps, try the result, and print the sizes."""
    parser = argparse.ArgumentParser(description="Run the steps of the Dockerfile in a folder.")
    parser.add_argument("root", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--keep", action="store_true", help="leave the folder")
    given = parser.parse_args()
    root = given.root.resolve()
    root.mkdir(parents=True)
    root.chmod(0o755)
    try:
        image = Image(root)
        for word, rest in instructions((ROOT / "Dockerfile").read_text()):
            image.step(word, rest)
        for name in ("opt/venv", "app"):
            print(f"/{name}: {megabytes(root / name):.0f} MB")
        lasted = image.try_out()
        print(f"healthy; ended {lasted:.1f} s after SIGTERM")
        if lasted > EXIT_S:
            raise SystemExit("it took too long to end")
    finally:
        if not given.keep:
            subprocess.run(["/bin/chmod", "-R", "u+w", root], check=True)
            shutil.rmtree(root)


if __name__ == "__main__":
    main()
