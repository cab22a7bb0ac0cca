"""``python -m bnviz bench``: the project's own speed figures, as ratios measured in one run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from bnviz.cli.common import Commands, print_json
from bnviz.files.provenance import versions

if TYPE_CHECKING:
    from bnviz.bench.result import BenchRow


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("bench", help="measure speed and memory against the budgets")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", metavar="WORD", help="only the measurements whose name contains this")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure row after row; 0 whether or not budgets are met, since a figure is not a failure."""
    from bnviz.bench.result import BenchRow
    from bnviz.training.optimizers import warm_up
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    warm_up()
    rows: list[BenchRow] = []
    for name, measure in _measurements().items():
        if arguments.only and arguments.only not in name:
            continue
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        found = measure()
        rows += [found] if isinstance(found, BenchRow) else found
    if arguments.json:
        machine = {"cores": os.cpu_count(), **versions()}
        print_json({"machine": machine, "rows": [row.to_dict() for row in rows]})
    else:
        _print_table(rows)
    return 0


def _measurements() -> dict[str, Callable[[], BenchRow | list[BenchRow]]]:
    """Return the function that measures each row; imported only here, since they need torch."""
    from bnviz.bench import (
        beside,
        browser,
        convolution,
        crowd,
        diagnosis,
        pages,
        surface,
        sweep,
        throughput,
        watching,
        zoo,
    )

    return {
        "training": throughput.training_with_viewer,
        "conv": convolution.observed_steps,
        "watch": watching.watched_loops,
        "zoo": zoo.zoo,
        "control": throughput.first_frame,
        "browser": browser.in_browser,
        "pages": pages.every_page,
        "beside": beside.playground_and_lab,
        "sweep": sweep.stacked_sweeps,
        "surface": surface.surfaces,
        "diagnosis": diagnosis.faults_found,
        "memory": crowd.memory,
        "crowd": crowd.twenty_sessions,
    }


def _print_table(rows: list) -> None:  # type: ignore[type-arg]
    for row in (row.to_dict() for row in rows):
        mark = {True: "met", False: "MISSED", None: "not measured"}[row["met"]]
        value = "-" if row["value"] is None else f"{row['value']:g} {row['unit']}"
        print(f"{row['what']:76} {value:>14}   budget {row['budget']:>8}   {mark}")
