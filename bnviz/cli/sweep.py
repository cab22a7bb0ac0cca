"""``python -m bnviz sweep``: two fields over a grid, every arm, several seeds."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any

from bnviz.cli.common import Commands, add_experiment_arguments, experiment_of, out_path, print_json
from bnviz.cli.engine import add_engine_arguments, engine_of, tell_lost
from bnviz.cli.stopping import stopping

if TYPE_CHECKING:
    from pathlib import Path

    from bnviz.cluster import Cluster
    from bnviz.data import Dataset
    from bnviz.sweeps import Sweep, SweepResult


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("sweep", help="which nets live: two fields over a grid, with and without BN")
    add_experiment_arguments(parser)
    parser.set_defaults(steps=300)
    parser.add_argument("--x", required=True, metavar="AXIS", help="FIELD=LOW:HIGH:COUNT or FIELD=VALUE,VALUE")
    parser.add_argument("--y", required=True, metavar="AXIS", help="as --x, for the other axis")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="seeds 0 to N-1 (default 3)")
    parser.add_argument("--work", metavar="FILE.jsonl", help="keep finished nets here, and go on from them")
    parser.add_argument("--out", metavar="FILE.json", help="write the map")
    parser.add_argument(
        "--compare-alone", action="store_true", help="also train one after the other: speed and difference"
    )
    add_engine_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train the unfinished nets of the map, write it if asked, print its result; return 1 when stopped."""
    from bnviz.data import load_dataset
    from bnviz.sweeps import Sweep, parse_axis, save_sweep
    from bnviz.sweeps.baseline import compare_unstacked

    # Torch keeps its own number of threads: unlike a single small net, a stack has products for all cores.
    out, experiment = out_path(arguments.out), experiment_of(arguments)
    sweep = Sweep(
        experiment.base,
        parse_axis(arguments.x),
        parse_axis(arguments.y),
        experiment.arms,
        arguments.seeds,
        arguments.steps,
    )
    dataset = load_dataset(sweep.base.dataset, allow_any_path=True)
    work = out_path(arguments.work, "--work")
    with engine_of(arguments) as cluster:
        result, complete = _trained(sweep, dataset, work, cluster)
    if not complete:
        print("\nbnviz: stopped; with --work the same command goes on from here", file=sys.stderr)
        return 1
    row = result.row()
    if arguments.compare_alone:
        row["alone"] = compare_unstacked(sweep, dataset, result)
    if out is not None:
        save_sweep(result, out)
        row["out"] = str(out)
    if arguments.json:
        print_json(row)
    else:
        _print_words(row)
    return 0


def _trained(sweep: Sweep, dataset: Dataset, work: Path | None, cluster: Cluster | None) -> tuple[SweepResult, bool]:
    """Train the nets that are not in the work file; return the map and whether it is complete."""
    from bnviz.sweeps import SweepResult, read_progress, run_sweep
    from bnviz.sweeps.engine import SweepStopped
    from bnviz.sweeps.progress_file import append_cells
    from bnviz.sweeps.provenance import provenance_of

    found = read_progress(sweep, dataset, work) if work is not None else []
    begun, complete = time.perf_counter(), True
    with stopping() as stop:
        try:
            keys = [cell.key for cell in found]
            show = _SweepProgress().show
            if cluster is None:
                chunks = run_sweep(sweep, dataset, keys, stop, show)
            else:
                from bnviz.cluster import run_sweep_on

                chunks = run_sweep_on(cluster, sweep, dataset, keys, stop, show, tell_lost)
            for cells in chunks:
                found.extend(cells)
                if work is not None:
                    append_cells(work, cells)
        except SweepStopped:
            complete = False
    facts = provenance_of(sweep, dataset, time.perf_counter() - begun)
    if cluster is not None:
        facts |= {"engine": "ray", "workers": cluster.cpus()}
    return SweepResult(sweep, tuple(found), 1 / dataset.n_classes, facts), complete


class _SweepProgress:
    """Writes progress and the time left to stderr: in place on a terminal, else after every tenth."""

    def __init__(self) -> None:
        self._started, self._tenths = time.perf_counter(), 0

    def show(self, done: int, total: int) -> None:
        """Show the steps done and an estimate of the time left."""
        left = (time.perf_counter() - self._started) / max(1, done) * (total - done)
        text = f"{done:,} of {total:,} steps of all nets, about {left:.0f} s left"
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end="\n" if done >= total else "", file=sys.stderr, flush=True)
        elif done * 10 // total > self._tenths:
            self._tenths = done * 10 // total
            print(text, file=sys.stderr, flush=True)


def _print_words(row: dict[str, Any]) -> None:
    for arm, outcomes in zip(row["sweep"]["arms"], row["outcomes"], strict=True):
        name = ", ".join(f"{field} {value}" for field, value in arm.items())
        print(f"{name}: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    if "alone" in row:
        print(f"one after the other takes {row['alone']['ratio']} times as long")
    if "out" in row:
        print(f"map written to {row['out']}")
