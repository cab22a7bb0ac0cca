"""The studies of the chapter "Why it works": the full form that is recorded, and a small one to run live."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bnviz.chapters.why.probed_run import ACCURACIES, DRIFT, SHIFT, WALK
from bnviz.chapters.why.study import ARMS, Progress, ShiftStudy, linear_study, shift_study, study_from_dict
from bnviz.config import PRESETS, InputError, RunConfig
from bnviz.training.threads import one_thread

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "why.json"
SEEDS = (0, 1, 2)
SCENES = ("figure1", "vgg", "vgg_slow", "linear", "linear_slow")
"""The net of figure 1 of Ioffe & Szegedy; a narrow VGG11 at two rates; the deep linear net at two rates."""

FIGURE1 = PRESETS["figure1"]
VGG = RunConfig(net="vgg11", width=8, activation="relu", init="kaiming", lr=0.1, batch_size=32)
"""An eighth of VGG11's channels, on a data set that the caller names; rates as in Santurkar et al. 2018."""

RATES = {"figure1": FIGURE1.lr, "vgg": 0.1, "vgg_slow": 0.01, "linear": 1e-6, "linear_slow": 1e-7}
STEPS = {
    "figure1": (0, 1, 3, 7, 15, 30, 60, 110, 180, 300, 480, 800, 1300, 1999),
    "vgg": (0, 3, 12, 40, 100, 200, 400, 700, 1200, 2000, 2999),
    "linear": (0, 3, 10, 30, 100, 200, 350, 499),
}
LIVE_STEPS = {"figure1": (0, 2, 8, 30, 80, 150, 250, 399), "linear": (0, 10, 40, 99)}
LIVE_ARMS = {"figure1": ARMS, "linear": ("none", "batch")}
MOST_LIVE = 3

_KEPT = {
    "figure1": (*SHIFT, *DRIFT, "quantiles", *WALK, *ACCURACIES),
    "vgg": (*SHIFT, *DRIFT, *WALK, *ACCURACIES),
    "linear": (*SHIFT, *WALK),
}
"""What the file keeps of each kind of scene, so that it stays small."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordedStudies:
    """RecordedStudies studies by scene, and where they come from: date, script, versions, seconds."""

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
    progress: Progress = lambda done, total: None,
    seeds: tuple[int, ...] = SEEDS,
    steps: tuple[int, ...] = (),
) -> ShiftStudy:
    """Run one scene as it is recorded.

    Args:
        scene: of ``SCENES``.
        cifar: data set of the VGG scenes: "cifar10" or "file:...".
        progress: told (measurements done, measurements in all).
        seeds: one run an arm each.
        steps: updates after which it is measured; those of the shipped recording by default.
    """
    if scene not in SCENES:
        raise InputError(f"the scene must be one of {', '.join(SCENES)}, got {scene!r:.40}")
    steps, lr = steps or steps_of(scene), RATES[scene]
    if kind(scene) == "linear":
        return linear_study(lr, seeds, steps, progress)
    if scene == "figure1":
        return shift_study(FIGURE1, ARMS, seeds, steps, progress=progress)
    base = VGG.with_fields(dataset=cifar, lr=lr)
    arms = ARMS if scene == "vgg" else ("none", "batch")
    return shift_study(base, arms, seeds, steps, allow_any_path=True, progress=progress)


@one_thread()
def live_study(
    scene: str, arms: tuple[str, ...], seed: int, progress: Progress = lambda done, total: None
) -> ShiftStudy:
    """Run one scene in small, from one seed: fewer steps, fewer measurements.

    Args:
        scene: "figure1", "linear" or "linear_slow".
        arms: one to three, of ``LIVE_ARMS``; the linear scenes run both of theirs.
        seed: of weights, batches and noise.
        progress: told (measurements done, measurements in all).

    Raises:
        InputError: no arm, too many, or an unknown one; another scene.
    """
    if kind(scene) == "linear":
        return linear_study(RATES[scene], (seed,), LIVE_STEPS["linear"], progress)
    if scene != "figure1":
        raise InputError(f"live are figure1, linear and linear_slow, not {scene!r:.40}")
    if not 1 <= len(arms) <= MOST_LIVE:
        raise InputError(f"choose 1 to {MOST_LIVE} arms, got {len(arms)}")
    return shift_study(FIGURE1, arms, (seed,), LIVE_STEPS["figure1"], progress=progress)


def recording(studies: Mapping[str, ShiftStudy], provenance: Mapping[str, Any]) -> str:
    """Write studies as the JSON text of a file."""
    plain = {scene: study.to_dict(_KEPT[kind(scene)]) for scene, study in studies.items()}
    return json.dumps({"provenance": dict(provenance), "studies": plain}, separators=(",", ":")) + "\n"


@lru_cache(maxsize=1)
def recorded() -> RecordedStudies:
    """Read the recorded studies; raises InputError when the file is not one of ours."""
    return read_recording(FILE)


def read_recording(path: Path) -> RecordedStudies:
    """Read a file of ours with all scenes; raises InputError when it is none."""
    found = read_parts(path)
    if set(found.studies) != set(SCENES):
        raise InputError(f"{path.name} does not have a bnviz study for every scene")
    return found


def read_parts(path: Path) -> RecordedStudies:
    """Read a file of ours, whichever scenes it has so far; raises InputError when it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        studies = {scene: study_from_dict(part) for scene, part in data["studies"].items()}
        return RecordedStudies(studies, dict(data["provenance"]))
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name} is not a file of bnviz studies") from error
