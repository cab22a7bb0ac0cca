"""The entry of the command line: commands, exit codes, one line for bad input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from bnviz.cli import app, bench, data, diagnose, experiment, export, inspect, record, soak, surface, sweep, train
from bnviz.config import InputError
from bnviz.config.numbers import number, whole_number
from bnviz.data import FetchError

GOOD, FAILED, BAD_INPUT = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line, and reads numbers as the rest of bnviz does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(*args, **kwargs)
        self.register("type", int, whole_number)
        self.register("type", float, number)

    def error(self, message: str) -> None:  # type: ignore[override]
        raise InputError(f"{message} (see {self.prog} --help)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 when it went well, 1 when it failed, 2 when the input was wrong."""
    parser = _Parser(prog="python -m bnviz", description="Batch normalization, measured.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for module in (app, train, surface, sweep, experiment, data, record, bench, soak, diagnose, inspect, export):
        module.add_to(commands)
    try:
        arguments = parser.parse_args(argv)
        return int(arguments.run(arguments))
    except InputError as error:
        print(f"bnviz: {error}", file=sys.stderr)
        return BAD_INPUT
    except (FetchError, OSError) as error:  # the network, or the disk
        print(f"bnviz: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("bnviz: stopped", file=sys.stderr)
        return FAILED
