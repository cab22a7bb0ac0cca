"""Every layer of recorded twins at a few steps: a vanishing gradient, saturated units, a start that suits the units.

They are the presets ``default`` (six sigmoid layers, Xavier: hardly a unit is saturated, and the gradient vanishes
with depth), ``bad-init`` (five tanh layers, start weights ten times too large: most outputs are saturated) and
``sigmoid-start`` (the first one with start weights four times larger: it learns without BN, too).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.config import Experiment, InputError
from bnviz.config.presets import preset
from bnviz.data import load_dataset
from bnviz.files.write import atomic
from bnviz.telemetry.records import QUANTILES, STAGES, ArmRecord, Array
from bnviz.training.schedule import MilestoneSchedule, StepSchedule
from bnviz.training.trainer import Trainer

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "saturation.json"
SCENES = ("default", "bad-init", "sigmoid-start")
STEPS = (0, 20, 100, 300, 1000)
BINS = 30
"""Bins within the edges of a histogram: pairs of the recorder's."""
WHOLE = 10_000
"""Shares are written as whole numbers of this many parts."""

Counts = npt.NDArray[np.int64]
_INPUT, _OUTPUT = STAGES.index("norm"), STAGES.index("activation")
_NEVER = 10**9


def measure(
    scenes: Sequence[str] = SCENES, steps: Sequence[int] = STEPS, on_scene: Callable[[str], None] = lambda name: None
) -> dict[str, Any]:
    """Train the twins of each scene and return what their layers were like at these steps, as plain JSON values."""
    measured = {}
    for name in scenes:
        on_scene(name)
        measured[name] = _measure_scene(name, steps)
    return measured


def save(scenes: dict[str, Any], provenance: dict[str, Any], target: Path) -> None:
    """Write what ``measure`` returned, and where it comes from."""
    with atomic(target) as path:
        path.write_text(json.dumps({"provenance": provenance, "scenes": scenes}) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def recorded_scenes() -> dict[str, Any]:
    """Read the recording: "provenance", and "scenes" by preset; callers must not change it.

    Each scene has its experiment ("config"), its "seed", the "activation", the "edges" of both histograms, the "steps"
    (T), and two "arms" (without and with BN). An arm has, in the order of the steps, test "accuracy" (T), and per layer
    (T, L): "inputs" of the nonlinearity (shares of the bins, beyond the edges in the first and the last), its
    "outputs", their "saturated" share, the mean "derivative", the inputs' "range" (5 % and 95 % quantile), and
    "gradient", the norms of the weight gradients (T, L + 1), head last.
    """
    try:
        found = json.loads(FILE.read_text(encoding="utf-8"))
        if set(found) == {"provenance", "scenes"} and set(found["scenes"]) == set(SCENES):
            return dict(found)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{FILE.name} cannot be read") from error
    raise InputError(f"{FILE.name} does not hold the scenes {', '.join(SCENES)}")


def _measure_scene(name: str, steps: Sequence[int]) -> dict[str, Any]:
    experiment = preset(name)
    experiment = Experiment(replace(experiment.base, device="cpu"), experiment.arms, name=name)
    observed, evaluated = (MilestoneSchedule(steps, StepSchedule(_NEVER)) for _ in range(2))
    trainer = Trainer(experiment, load_dataset(experiment.base.dataset), steps[-1] + 1, observed, evaluated)
    # A step is observed before its update, so the state after N updates is seen by one more step.
    while trainer.step <= steps[-1] and not trainer.all_diverged:
        trainer.advance()
    frames = [frame for frame in trainer.history.frames if frame.step in steps]
    edges = trainer.history.description.edges
    return {
        "config": experiment.base.to_dict(),
        "seed": experiment.base.seed,
        "activation": experiment.base.activation,
        "edges": {"inputs": edges.norm, "outputs": edges.activation},
        "steps": [frame.step for frame in frames],
        "arms": [_arm([frame.arms[arm] for frame in frames]) for arm in range(len(experiment.arms))],
    }


def _arm(records: Sequence[ArmRecord]) -> dict[str, Any]:
    ends = [QUANTILES.index(0.05), QUANTILES.index(0.95)]
    return {
        "accuracy": [_rounded(record.scalar("test_accuracy")) for record in records],
        "inputs": [_shares(record.histogram[:, _INPUT]).tolist() for record in records],
        "outputs": [_inner(_shares(record.histogram[:, _OUTPUT])).tolist() for record in records],
        "range": [_rounded(record.quantiles[:, _INPUT][:, ends]) for record in records],
        "saturated": [_rounded(record.saturated_fraction) for record in records],
        "derivative": [_rounded(record.derivative) for record in records],
        "gradient": [_rounded(record.grad_norm) for record in records],
    }


def _shares(histogram: Array) -> Counts:
    """Return shares of (L, bins + 2) counts in ``WHOLE`` parts, bins in pairs: (L, BINS + 2)."""
    counts = histogram.astype(np.float64)
    inner = counts[:, 1:-1].reshape(len(counts), BINS, -1).sum(2)
    merged = np.concatenate([counts[:, :1], inner, counts[:, -1:]], 1)
    return np.asarray((WHOLE * merged / merged.sum(1, keepdims=True)).round(), np.int64)


def _inner(shares: Counts) -> Counts:
    """Return shares without the bins beyond the edges: an output of exactly 1 counts as beyond, and belongs inside."""
    inner = shares[:, 1:-1].copy()
    inner[:, 0] += shares[:, 0]
    inner[:, -1] += shares[:, -1]
    return inner


def _rounded(values: float | Array | Floats) -> Any:  # noqa: ANN401 - a number, or lists of numbers
    """Return numbers with four significant digits."""
    if isinstance(values, np.ndarray):
        return [_rounded(each if each.ndim else float(each)) for each in values]
    return float(f"{values:.4g}")
