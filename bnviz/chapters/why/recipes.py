"""The studies of the chapter "Why it works": the recorded ones, and small ones to run live."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from bnviz.chapters.why.probed_run import ACCURACIES, DRIFT, PROGRESS, SHIFT, WALK
from bnviz.chapters.why.study import ARMS, ShiftStudy, linear_study, shift_study, study_from_dict
from bnviz.config import PRESETS, InputError, RunConfig
from bnviz.progress import ProgressCallback, no_progress
from bnviz.studies.rule import RECORDED_SEEDS
from bnviz.training.threads import one_thread

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "why.json"
SEEDS = tuple(range(RECORDED_SEEDS))
SCENES = ("figure1", "vgg", "vgg_slow", "linear", "linear_slow")
"""The network of figure 1 of Ioffe & Szegedy; a narrow VGG11 at two rates; the deep linear network at two rates."""

FIGURE1 = PRESETS["figure1"]
VGG = RunConfig(net="vgg11", width=8, activation="relu", init="kaiming", lr=0.1, batch_size=32)
"""A VGG11 with an eighth of the channels, on a data set that the caller names; rates of Santurkar et al. 2018."""

RATES = {"figure1": FIGURE1.lr, "vgg": 0.1, "vgg_slow": 0.01, "linear": 1e-6, "linear_slow": 1e-7}
STEPS = {
    "figure1": (
        *(0, 1, 2, 4, 8, 15, 30, 50, 80, 120, 160, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900),
        *(1000, 1150, 1300, 1450, 1600, 1800, 1999),
    ),
    "vgg": (0, 3, 12, 40, 100, 200, 400, 700, 1200, 2000, 2999),
    "linear": (0, 3, 10, 30, 100, 200, 350, 499),
}
LIVE_STEPS = {"figure1": (0, 8, 50, 150, 250, 350, 500, 700, 900, 1199), "linear": (0, 10, 40, 99)}
LIVE_ARMS = {"figure1": ARMS, "linear": ("none", "batch")}
MAX_LIVE_ARMS = 3

SAVED = {
    "figure1": (*SHIFT, *DRIFT, "quantiles", *WALK, *ACCURACIES, PROGRESS),
    "vgg": (*SHIFT, *DRIFT, *WALK, *ACCURACIES, PROGRESS),
    "linear": (*SHIFT, *WALK),
}
"""The measurements that the file has of each kind of scene; not all, to keep it small."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordedStudies:
    """The recorded studies by scene, and their provenance: date, script, versions, seconds."""

    studies: Mapping[str, ShiftStudy]
    provenance: dict[str, Any]


def kind(scene: str) -> str:
    """Return the kind of a scene: "figure1", "vgg" or "linear"."""
    return scene.removesuffix("_slow")


def steps_of(scene: str) -> tuple[int, ...]:
    """Return the steps at which a recorded scene is measured."""
    return STEPS[kind(scene)]


def full_study(
    scene: str,
    cifar: str,
    on_progress: ProgressCallback = no_progress,
    seeds: tuple[int, ...] = SEEDS,
    steps: tuple[int, ...] = (),
) -> ShiftStudy:
    """Run one scene in its recorded form.

    Args:
        scene: one of ``SCENES``.
        cifar: the data set of the VGG scenes: "cifar10" or "file:...".
        on_progress: called with (measurements done, measurements in all).
        seeds: one run per seed and arm.
        steps: steps that are measured; by default those of the shipped recording.
    """
    if scene not in SCENES:
        raise InputError(f"the scene must be one of {', '.join(SCENES)}, got {scene!r:.40}")
    steps, lr = steps or steps_of(scene), RATES[scene]
    if kind(scene) == "linear":
        return linear_study(lr, seeds, steps, on_progress)
    if scene == "figure1":
        return shift_study(FIGURE1, ARMS, seeds, steps, on_progress=on_progress)
    base = VGG.with_fields(dataset=cifar, lr=lr)
    arms = ARMS if scene == "vgg" else ("none", "batch")
    return shift_study(base, arms, seeds, steps, allow_any_path=True, on_progress=on_progress)


@one_thread()
def run_live(scene: str, arms: tuple[str, ...], seed: int, on_progress: ProgressCallback = no_progress) -> ShiftStudy:
    """Run one scene from one seed, with fewer steps and fewer measurements.

    Args:
        scene: "figure1", "linear" or "linear_slow".
        arms: one to three of ``LIVE_ARMS``; the linear scenes always run both of theirs.
        seed: seed of weights, batches and noise.
        on_progress: called with (measurements done, measurements in all).

    Raises:
        InputError: no arm, too many or an unknown one; or another scene.
    """
    if kind(scene) == "linear":
        return linear_study(RATES[scene], (seed,), LIVE_STEPS["linear"], on_progress)
    if scene != "figure1":
        raise InputError(f"live are figure1, linear and linear_slow, not {scene!r:.40}")
    if not 1 <= len(arms) <= MAX_LIVE_ARMS:
        raise InputError(f"choose 1 to {MAX_LIVE_ARMS} arms, got {len(arms)}")
    return shift_study(FIGURE1, arms, (seed,), LIVE_STEPS["figure1"], on_progress=on_progress)


def saved(scene: str, study: ShiftStudy) -> ShiftStudy:
    """Return a study with the measurements that the file has of its scene."""
    return replace(study, values={name: study.values[name] for name in SAVED[kind(scene)]})


def recording(studies: Mapping[str, ShiftStudy], provenance: Mapping[str, Any]) -> str:
    """Return studies as the JSON text of a file; see ``saved``."""
    plain = {scene: study.to_dict() for scene, study in studies.items()}
    return json.dumps({"provenance": dict(provenance), "studies": plain}, separators=(",", ":")) + "\n"


@lru_cache(maxsize=1)
def recorded() -> RecordedStudies:
    """Read the recorded studies; raises InputError when the file is not a recording of bnviz."""
    return read_recording(FILE)


def read_recording(path: Path) -> RecordedStudies:
    """Read a recording with all scenes; raises InputError for another file."""
    found = read_parts(path)
    if set(found.studies) != set(SCENES):
        raise InputError(f"{path.name} does not have a bnviz study for every scene")
    return found


def _without_own_probe(study: ShiftStudy) -> ShiftStudy:
    """Leave out how the probe moved where it was normalized by itself, as it was before "batch_mean" was measured."""
    if "batch_mean" in study.values:
        return study
    return replace(
        study, values={name: each for name, each in study.values.items() if name not in (*DRIFT, "far_mean")}
    )


def read_parts(path: Path) -> RecordedStudies:
    """Read a recording with some or all scenes; raises InputError for another file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        studies = {scene: _without_own_probe(study_from_dict(part)) for scene, part in data["studies"].items()}
        return RecordedStudies(studies, dict(data["provenance"]))
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name} is not a file of bnviz studies") from error
