"""``python -m bnviz soak``: many visitors for a while, and whether the server holds up."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bnviz.cli.common import Commands, out_path, print_json
from bnviz.config import InputError

if TYPE_CHECKING:
    from bnviz.bench.soak_verdict import Soak

MOST_SESSIONS, LONGEST_MIN = 200, 24 * 60
SHOWN_TROUBLES = 5


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser(
        "soak",
        help="let many visitors train for a while, and say whether the server holds up",
        description="Start the app, let visitors train in it over real sockets, and tell every minute their progress "
        "and pictures, how soon requests were answered, and the server's memory and threads. 1 when the verdict fails.",
    )
    parser.add_argument("--sessions", type=int, default=20, metavar="N", help="visitors (default 20)")
    parser.add_argument("--minutes", type=float, default=5, metavar="M", help="how long they stay (default 5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--log", metavar="FILE", help="keep the server's own words")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Soak; 0 when the verdict holds."""
    sessions, minutes = arguments.sessions, arguments.minutes
    if not 1 <= sessions <= MOST_SESSIONS:
        raise InputError(f"--sessions must be from 1 to {MOST_SESSIONS}, got {sessions}")
    if not 0.2 <= minutes <= LONGEST_MIN:
        raise InputError(f"--minutes must be from 0.2 to {LONGEST_MIN}, got {minutes:g}")
    from bnviz.bench.soak import soak
    from bnviz.bench.soak_verdict import HEAD

    log = out_path(arguments.log, "--log")
    print(HEAD, file=sys.stderr, flush=True)
    found = soak(sessions, minutes, lambda line: print(line, file=sys.stderr, flush=True), log)
    if arguments.json:
        print_json(found.to_dict())
    else:
        tell(found)
    return 0 if found.holds else 1


def tell(found: Soak) -> None:
    """Print the verdict, and the first of what went wrong."""
    before, after = found.resident_before_mb, found.resident_after_mb
    last = found.minutes[-1] if found.minutes else None
    full = f"; histories {last.history_mb:.0f} MB, the emptiest {last.history_full:.0%} full" if last else ""
    print(f"memory before {before:.0f} MB, after all left {after:.0f} MB ({after - before:+.0f}){full}")
    for what, holds in found.verdict:
        print(f"{'holds ' if holds else 'FAILS '} {what}")
    for trouble in found.trouble[:SHOWN_TROUBLES]:
        print(f"trouble: {trouble}")
    if len(found.trouble) > SHOWN_TROUBLES:
        print(f"and {len(found.trouble) - SHOWN_TROUBLES} more")
    print("the server holds up" if found.holds else "the server does not hold up")
