"""--engine and --address: where a command trains."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING

from bnviz.config import InputError

if TYPE_CHECKING:
    from bnviz.cluster import Cluster

ADDRESS = "127.0.0.1:6379"


def add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --engine and --address."""
    parser.add_argument("--engine", choices=("local", "ray"), default="local", help="this machine, or a Ray cluster")
    parser.add_argument("--address", metavar="HOST:PORT", help=f"of the Ray head (default {ADDRESS})")


@contextmanager
def engine_of(arguments: argparse.Namespace) -> Iterator[Cluster | None]:
    """Connect to the cluster that the arguments name; None stands for this machine.

    As long as it is connected, what goes to stdout comes out of stderr.
    """
    if arguments.engine == "local":
        if arguments.address is not None:
            raise InputError("--address belongs to --engine ray")
        yield None
        return
    from bnviz.cluster import connected

    address = ADDRESS if arguments.address is None else arguments.address
    # A thread of Ray prints what befell its nodes to stdout, where --json promises one object and no more.
    with redirect_stdout(sys.stderr), connected(address) as cluster:
        yield cluster


def tell_lost(reason: str) -> None:
    """Say on stderr that work is computed again."""
    print(f"bnviz: a worker was lost ({reason}); what it was computing is computed again", file=sys.stderr)
