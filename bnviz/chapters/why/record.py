"""``python -m bnviz record why`` and ``why-walk``: covariate shift, noise and smoothness from several seeds.

``--dataset`` names the images of the VGG scenes: any CIFAR-10 in the form that ``file:`` takes, or ``cifar10`` once
it is fetched. The parts are the scenes; the other scenes of the file are kept, and it is written after every scene.
"""

from __future__ import annotations

import time
from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.why import walk_recipe
from bnviz.chapters.why.recipes import FILE, SCENES, SEEDS, full_study, read_parts, recording, steps_of
from bnviz.chapters.why.study import ShiftStudy
from bnviz.files.provenance import provenance
from bnviz.files.write import atomic


def record(options: RecordOptions) -> list[Path]:
    """Run the scenes; ``steps`` cuts the steps at which a scene is measured."""
    target, cifar = options.target(FILE), options.dataset or "cifar10"
    seeds = options.seeds_or(SEEDS)
    for scene in options.parts_of(SCENES):
        started = time.process_time()

        def on_progress(done: int, total: int, scene: str = scene) -> None:
            options.on_progress(f"{scene} {done} of {total}")

        steps = tuple(step for step in steps_of(scene) if options.steps is None or step < options.steps)
        study = full_study(scene, cifar, on_progress, seeds, steps)
        _save_scene(target, scene, study, time.process_time() - started, cifar, seeds)
    return [target]


def record_walks(options: RecordOptions) -> list[Path]:
    """Walk along the gradients of the two small nets of the chapter's picture."""
    target, started = options.target(walk_recipe.FILE), time.process_time()
    seeds = options.seeds_or(walk_recipe.SEEDS)
    steps = tuple(step for step in walk_recipe.STEPS if options.steps is None or step < options.steps)
    studies = {}
    for net in walk_recipe.NETS:

        def on_progress(done: int, total: int, net: str = net) -> None:
            options.on_progress(f"{net} {done} of {total}")

        studies[net] = walk_recipe.walk_study(net, seeds, steps, on_progress)
    facts = provenance(
        script=command("why-walk"),
        seeds=list(seeds),
        images="5,000 bundled digits",
        cpu_seconds=round(time.process_time() - started, 1),
        threads=1,
    )
    with atomic(target) as file:
        file.write_text(walk_recipe.recording(studies, facts), encoding="utf-8")
    return [target]


def _save_scene(
    target: Path, scene: str, study: ShiftStudy, seconds: float, cifar: str, seeds: tuple[int, ...]
) -> None:
    """Put one scene into the file."""
    former = read_parts(target) if target.exists() else None
    studies = dict(former.studies) if former is not None else {}
    times = dict(former.provenance["cpu_seconds"]) if former is not None else {}
    images = former.provenance["images"] if former is not None else ""
    if "vgg" in scene:
        images = "CIFAR-10, 12,000-image sample" if cifar.startswith("file:") else "CIFAR-10"
    facts = provenance(
        script=command("why"),
        seeds=list(seeds),
        images=images,
        cpu_seconds={**times, scene: round(seconds, 1)},
        threads=1,
    )
    with atomic(target) as file:
        file.write_text(recording({**studies, scene: study}, facts), encoding="utf-8")
