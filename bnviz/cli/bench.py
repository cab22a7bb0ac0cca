"""``python -m bnviz bench``: the project's own speed figures, as ratios measured in one run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from bnviz.cli.common import Commands, print_json
from bnviz.config import InputError
from bnviz.files.provenance import versions

if TYPE_CHECKING:
    from bnviz.bench.result import BenchRow


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("bench", help="measure speed and memory against the budgets")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--only", metavar="WORD", help="only the measurements whose name contains this")
    parser.add_argument(
        "--device",
        choices=("cpu", "cuda", "mps"),
        help="instead check that this device computes what it should, and how fast: in under four minutes, "
        "with no package but torch, numpy and msgspec; 1 when a check fails",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure row after row; 0 whether or not budgets are met, since a figure is not a failure."""
    if arguments.device is not None:
        return run_on_device(arguments)
    from bnviz.bench.result import BenchRow
    from bnviz.training.optimizers import warm_up
    from bnviz.training.permits import usable_cores
    from bnviz.training.threads import use_one_thread

    chosen = {name: measure for name, measure in measurements().items() if (arguments.only or "") in name}
    if not chosen:
        raise InputError(f"--only must be part of one of {', '.join(measurements())}; got {arguments.only!r:.80}")
    use_one_thread()
    warm_up()
    rows: list[BenchRow] = []
    for name, measure in chosen.items():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        found = measure()
        rows += [found] if isinstance(found, BenchRow) else found
    if arguments.json:
        machine = {"cores": usable_cores(), **versions()}
        print_json({"machine": machine, "rows": [row.to_dict() for row in rows]})
    else:
        _print_table(rows)
    return 0


def run_on_device(arguments: argparse.Namespace) -> int:
    """Print the table of one device, row by row as they are found; 1 when a check failed."""
    try:
        from bnviz.bench.device.table import checks, table
    except ModuleNotFoundError as error:  # a machine with a GPU often has torch and numpy and no more
        raise InputError(f"bench --device needs {error.name} too: pip install {error.name}") from None
    from bnviz.training.device import resolve_device
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    device, only, rows = resolve_device(arguments.device), arguments.only or "", []
    names = [name for name, _ in checks(device)]
    if not any(only in name for name in names):
        raise InputError(f"--only must be part of one of {', '.join(names)}; got {only!r:.80}")
    for row in table(device, only):
        rows.append(row)
        if not arguments.json:
            print(row.line(), flush=True)
    failed = [row.what for row in rows if row.holds is False]
    if arguments.json:
        print_json({"rows": [row.to_dict() for row in rows], "failed": failed})
    else:
        print("all fine" if not failed else f"{len(failed)} failed: {'; '.join(failed)}")
    return 1 if failed else 0


def measurements() -> dict[str, Callable[[], BenchRow | list[BenchRow]]]:
    """Return the function that measures each row; imported only here, since they need torch."""
    from bnviz.bench import (
        beside,
        browser,
        convolution,
        crowd,
        diagnosis,
        pages,
        press,
        scaling,
        sessions,
        start,
        surface,
        sweep,
        throughput,
        watched_cost,
        watching,
        zoo,
    )
    from bnviz.chapters.why.recipes import run_live

    return {
        "training": throughput.training_with_viewer,
        "cost": watched_cost.watched_cost,
        "conv": convolution.observed_steps,
        "watch": watching.watched_loops,
        "zoo": zoo.zoo,
        "control": throughput.first_frame,
        "browser": browser.in_browser,
        "pages": pages.every_page,
        "start": start.first_byte,
        "beside": beside.playground_and_lab,
        "sweep": sweep.stacked_sweeps,
        "surface": surface.surfaces,
        "diagnosis": diagnosis.faults_found,
        "scaling": lambda: [*scaling.along_sizes(), *sessions.along_sessions()],
        "memory": crowd.memory,
        "crowd": crowd.twenty_sessions,
        "press": lambda: press.twelve_press(lambda report: run_live("linear", (), 0, report)),
    }


def _print_table(rows: list) -> None:  # type: ignore[type-arg]
    for row in (row.to_dict() for row in rows):
        value = "not measured" if row["value"] is None else f"{row['value']:g} {row['unit']}"
        mark = {True: "met", False: "MISSED", None: ""}[row["met"]]
        budget = f"   budget {row['budget']:>8}   {mark}" if row["budget"] else ""
        share = row["detail"].get("share_of_limit")
        limit = "" if share is None else f"   {share:.0%} of the limit of the matrix products"
        print(f"{row['what']:76} {value:>14}{budget}{limit}".rstrip())
