"""``python -m bnviz train``: train twins without a browser."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bnviz.cli.common import Commands, add_experiment_arguments, experiment_of, out_path, print_json, show_progress


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("train", help="train twins and print their final accuracy")
    add_experiment_arguments(parser)
    parser.add_argument("--out", metavar="RUN.npz", help="write a recording that the app opens")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, write the recording if asked, print the result; 1 when every arm diverged."""
    from bnviz.api.train import run_steps, summary
    from bnviz.telemetry.recording import save
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    out, experiment = out_path(arguments.out), experiment_of(arguments)
    result = run_steps(experiment, arguments.steps, on_progress=show_progress, allow_any_path=True)
    content = summary(result)
    if out is not None:
        save(result.history, out, **result.facts)
        content["out"] = str(out)
    if arguments.json:
        print_json(content)
    else:
        print(device_line(content["provenance"], experiment.base.device), file=sys.stderr)
        for row in content["arms"]:
            changes = ", ".join(f"{name}={value}" for name, value in row["arm"].items()) or "as given"
            ended = row["diverged"]
            fate = f"diverged at step {ended['step']} in {ended['layer']}" if ended else "finite throughout"
            print(f"{changes}: test accuracy {row['test_accuracy']:.3f} at step {content['steps']:,}, {fate}")
        if out is not None:
            print(f"recording written to {out}")
    return 1 if all(row["diverged"] for row in content["arms"]) else 0


def device_line(provenance: dict[str, Any], asked: str) -> str:
    """Say which device trained, and what it was chosen by."""
    device, rates = provenance["device"], provenance.get("device_rates")
    if rates:
        tried = ", ".join(f"{name} {rate:,.0f} steps/s" if rate else f"{name} failed" for name, rate in rates.items())
        return f"trained on {device}: the faster device in a trial ({tried})"
    return f"trained on {device}" + (": no GPU was found" if asked == "auto" else "")
