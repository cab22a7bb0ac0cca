"""``python -m bnviz app``: the same as ``streamlit run app.py``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from bnviz.cli.common import Commands
from bnviz.config import InputError
from bnviz.config.limits import read

LAUNCHER = Path(__file__).resolve().parents[2] / "app.py"


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("app", help="start the app in the browser")
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="port to listen on (default 8501)")
    parser.add_argument("--check", action="store_true", help="print the limits in force and start nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Start Streamlit's server and stay until it ends; returns its exit code. ``--check`` only prints the limits."""
    if not 1 <= arguments.port <= 65535:
        raise InputError(f"--port must be from 1 to 65535, got {arguments.port}")
    settings = read(os.environ)  # a wrong one is told before the server starts
    if arguments.check:
        width = max(len(f"{given.name} = {given.value}") for given in settings)
        for given in settings:
            print(f"{f'{given.name} = {given.value}':<{width}}  {given.source}: {given.meaning}")
        return 0
    command = [sys.executable, "-m", "streamlit", "run", str(LAUNCHER), "--server.port", str(arguments.port)]
    # .streamlit/config.toml is looked for in the working directory.
    return subprocess.run(command, check=False, cwd=LAUNCHER.parent).returncode  # noqa: S603 - our own words
