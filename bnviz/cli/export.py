"""``python -m bnviz export``: a recording as one HTML file."""

from __future__ import annotations

import argparse

from bnviz.cli.common import Commands, out_path


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("export", help="write a recording as one HTML file that opens without a server")
    parser.add_argument("recording", metavar="RUN.npz", help="a recording of bnviz")
    parser.add_argument("--out", required=True, metavar="RUN.html", help="the file to write")
    parser.add_argument("--title", help="heading of the page")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the page and say how large it is."""
    from bnviz.standalone.export import export

    out = out_path(arguments.out)
    assert out is not None
    export(arguments.recording, out, arguments.title)
    print(f"page written to {out} ({out.stat().st_size / 1000:,.0f} kB)")
    return 0
