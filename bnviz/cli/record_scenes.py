"""Recordings of the lab's scenes: what a visitor sees of each before pressing Train."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.api.train import run_steps
from bnviz.config import preset
from bnviz.telemetry.recording import save

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "recordings" / "scenes"


@dataclass(frozen=True, slots=True)
class SceneRecording:
    """How one scene is recorded: few frames, so that they reach a browser within the page's first second.

    Attributes:
        last: the last step, which is shown at rest; surfaces are kept of it in any case.
        dense: first steps that all get a frame.
        later: about how many frames there are after those.
        evaluations: about how many evaluations on the test data there are.
        surfaces_at: further steps at which loss surfaces are kept.
        boundaries_at: steps at which decision boundaries are kept.
        boundary_grid: points per axis of a boundary.
    """

    last: int
    dense: int = 12
    later: int = 24
    evaluations: int = 60
    surfaces_at: tuple[int, ...] = (50, 200)
    boundaries_at: tuple[int, ...] = ()
    boundary_grid: int = 32


SCENES: Mapping[str, SceneRecording] = {
    # The loop of the lab's first view plays about 20 steps per second: a boundary for every second step at first.
    "moons": SceneRecording(200, 40, 80, 20, (0, 10, 20, 40, 60, 100, 150), (*range(0, 80, 2), *range(80, 201, 4))),
    "sigmoid-start": SceneRecording(1000),
    "best-rates": SceneRecording(2000),
    "figure1": SceneRecording(1000, later=40),
    "too-fast": SceneRecording(1000),
    "bad-init": SceneRecording(1000),
    "tiny-batch": SceneRecording(2000),
    "shallow-relu": SceneRecording(1500),
    "sigmoid-lr2": SceneRecording(2000),
    "vgg11": SceneRecording(600, dense=6, later=20, surfaces_at=()),
    "resnet20": SceneRecording(300, dense=6, later=14, evaluations=30, surfaces_at=()),
    "insert-bn": SceneRecording(600, later=30),
}
"""The scenes that have a small recording; ``default`` has a larger one of its own (``record default``)."""


def record_scenes(options: RecordOptions) -> list[Path]:
    """Train scenes at fixed steps from seed 0, so that a repetition gives the same numbers; a part is a scene."""
    made = []
    for name in options.parts_of(SCENES):
        options.on_progress(name)
        target = options.target(FOLDER / f"{name}.npz")
        scene = SCENES[name]
        # The last update is observed as the frame of the last step, so there is one update more than its number.
        last = options.steps_or(scene.last)
        result = run_steps(
            preset(name),
            last + 1,
            (*scene.surfaces_at, last),
            dense=scene.dense,
            later=scene.later,
            evaluations=scene.evaluations,
            boundaries_at=scene.boundaries_at,
            boundary_grid=scene.boundary_grid,
        )
        save(result.history, target, **result.facts)
        made.append(target)
    return made
