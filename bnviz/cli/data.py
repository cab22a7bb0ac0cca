"""``python -m bnviz data``: list data sets, fetch one."""

from __future__ import annotations

import argparse
import sys

from bnviz.cli.common import Commands, print_json


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("data", help="list data sets, fetch one")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|fetch")
    listing = actions.add_parser("list", help="what there is")
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    listing.set_defaults(run=show)
    fetching = actions.add_parser("fetch", help="download a data set into the data folder")
    fetching.add_argument("name", metavar="NAME")
    fetching.set_defaults(run=fetch)


def show(arguments: argparse.Namespace) -> int:
    """Print every data set and whether it is here."""
    from bnviz.data import data_status, dataset_names

    found = {name: data_status(name) for name in dataset_names()}
    if arguments.json:
        print_json({"datasets": {name: {"state": s.state, "megabytes": s.megabytes} for name, s in found.items()}})
        return 0
    for name, status in found.items():
        print(f"{name:16} {status.state:12} {status.megabytes:6.1f} MB")
    return 0


def fetch(arguments: argparse.Namespace) -> int:
    """Download a data set; a second call resumes."""
    from bnviz.data import fetch as fetch_dataset

    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 0
        if percent != shown:
            shown = percent
            print(f"\r{done / 1e6:,.1f} of {total / 1e6:,.1f} MB", end="", file=sys.stderr, flush=True)

    try:
        fetch_dataset(arguments.name, progress)
    finally:
        print(file=sys.stderr)
    print(f"{arguments.name} is here", file=sys.stderr)
    return 0
