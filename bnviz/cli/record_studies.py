"""``python -m bnviz record studies``: assets/recordings/studies/<name>.json, the named experiments, measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.studies import STUDIES, recording_of

LABEL = "CIFAR-10, 12,000-image sample"
WORKERS = 2


def record_studies(options: RecordOptions) -> list[Path]:
    """Run the studies one after the other; a study that was stopped resumes.

    ``--dataset`` names the data set of the CIFAR-10 studies. A recording that exists is kept: delete it first. Times
    aside, a repetition on the same versions gives the same numbers.
    """
    made = []
    for name in options.parts_of(STUDIES):
        target = options.target(recording_of(name))
        if target.exists():
            options.on_progress(f"{name} is recorded; delete {target.name} to record it again")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(command_of(name, target, options), check=True)  # noqa: S603 - our own words
        made.append(target)
    return made


def command_of(name: str, target: Path, options: RecordOptions) -> list[str]:
    """Return the command that runs a study: a process of its own, since every study starts workers."""
    parts = [sys.executable, "-m", "bnviz", "experiment", "run", name, "--out", str(target)]
    parts += ["--seeds", str(len(options.seeds_or(range(3)))), "--workers", str(WORKERS)]
    parts += ["--steps", str(options.steps)] if options.steps is not None else []
    if STUDIES[name].base.dataset == "cifar10" and options.dataset:
        parts += ["--dataset", options.dataset, "--label", LABEL]
    return parts
