"""``python -m bnviz surface``: the loss around the weights of twins after training."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from bnviz.cli.common import Commands, add_experiment_arguments, experiment_of, out_path, print_json, show_progress

if TYPE_CHECKING:
    from bnviz.config import Experiment
    from bnviz.telemetry.records import SurfaceRecord


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("surface", help="train twins and measure the loss around their weights")
    add_experiment_arguments(parser)
    parser.add_argument(
        "--grid", type=int, metavar="N", help="points per axis (default 25; fewer for nets of convolutions)"
    )
    parser.add_argument("--plane", choices=("pca", "random"), default="pca", help="which plane (default pca)")
    parser.add_argument("--bn-stats", choices=("batch", "running"), default="batch", help="statistics of BN")
    parser.add_argument("--out", metavar="SURFACE.npz", help="write the surface")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, measure, write the surface if asked, print what it is; 1 when no loss is finite."""
    from bnviz.api.surface import save_surface, surface_result
    from bnviz.training.permits import CorePermits
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    out, experiment = out_path(arguments.out), experiment_of(arguments)
    record = surface_result(
        experiment,
        arguments.steps,
        arguments.grid,
        arguments.bn_stats,
        arguments.plane,
        on_progress=show_progress,
        allow_any_path=True,
        permits=CorePermits(),
    )
    if out is not None:
        save_surface(record, experiment, out)
    rows = _rows(experiment, record)
    content = {
        "experiment": experiment.to_dict(),
        "step": record.step,
        "plane": record.plane,
        "bn_stats": record.bn_stats,
        "grid": record.loss.shape[-1],
        "arms": rows,
        **({"out": str(out)} if out is not None else {}),
    }
    if arguments.json:
        print_json(content)
    else:
        print(f"plane {record.plane}, {record.bn_stats} statistics, step {record.step:,}")
        for row in rows:
            changes = ", ".join(f"{name}={value}" for name, value in row["arm"].items()) or "as given"
            print(f"{changes}: loss from {row['lowest_loss']} to {row['highest_loss']}")
        if out is not None:
            print(f"surface written to {out}")
    return 0 if any(row["lowest_loss"] is not None for row in rows) else 1


def _rows(experiment: Experiment, record: SurfaceRecord) -> list[dict[str, Any]]:
    """Return what is said of each arm; what is not finite is None."""
    return [
        {
            "arm": dict(changes),
            "lowest_loss": _finite(np.min(loss, where=np.isfinite(loss), initial=np.inf)),
            "highest_loss": _finite(np.max(loss, where=np.isfinite(loss), initial=-np.inf)),
            "captured": _finite(captured),
        }
        for changes, loss, captured in zip(experiment.arms, record.loss, record.captured, strict=True)
    ]


def _finite(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
