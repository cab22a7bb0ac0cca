"""``python -m bnviz record why`` and ``why-walk``: covariate shift, noise and smoothness from several seeds.

``--dataset`` names the images of the VGG scenes: any CIFAR-10 in the form that ``file:`` takes, or ``cifar10`` once
it is fetched. The parts are the scenes. The file is written after every seed; other scenes, and the seeds that a scene
has from the same steps and measurements, are kept, so a command that was stopped goes on where it was.
"""

from __future__ import annotations

import time
from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.why import walk_recipe
from bnviz.chapters.why.recipes import (
    FILE,
    SAVED,
    SCENES,
    SEEDS,
    full_study,
    kind,
    read_parts,
    recording,
    saved,
    steps_of,
)
from bnviz.chapters.why.study import ShiftStudy, with_more_seeds
from bnviz.files.provenance import provenance
from bnviz.files.write import atomic


def record(options: RecordOptions) -> list[Path]:
    """Run the seeds that are missing; ``steps`` cuts the steps at which a scene is measured."""
    target, cifar = options.target(FILE), options.dataset or "cifar10"
    for scene in options.parts_of(SCENES):
        steps = tuple(step for step in steps_of(scene) if options.steps is None or step < options.steps)
        kept = _kept(target, scene, steps)
        for seed in options.seeds_or(SEEDS):
            if kept is not None and seed in kept.seeds:
                continue
            started = time.process_time()

            def on_progress(done: int, total: int, scene: str = scene, seed: int = seed) -> None:
                options.on_progress(f"{scene}, seed {seed}: {done} of {total}")

            study = saved(scene, full_study(scene, cifar, on_progress, (seed,), steps))
            fresh = kept is None
            kept = study if kept is None else with_more_seeds(kept, study)
            _save_scene(target, scene, kept, time.process_time() - started, cifar, fresh)
    return [target]


def _kept(target: Path, scene: str, steps: tuple[int, ...]) -> ShiftStudy | None:
    """Return the scene of the file if it was measured as it is now, at these steps."""
    study = read_parts(target).studies.get(scene) if target.exists() else None
    same = study is not None and study.steps == steps and set(study.values) == set(SAVED[kind(scene)])
    return study if same else None


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


def _save_scene(target: Path, scene: str, study: ShiftStudy, seconds: float, cifar: str, fresh: bool) -> None:
    """Put one scene into the file; the seconds of its seeds add up, unless it is a fresh one."""
    former = read_parts(target) if target.exists() else None
    studies = {} if former is None else dict(former.studies)
    times = {} if former is None else dict(former.provenance["cpu_seconds"])
    dates = (
        {}
        if former is None
        else dict(former.provenance.get("dates", dict.fromkeys(studies, former.provenance["date"])))
    )
    images = former.provenance["images"] if former is not None else ""
    if "vgg" in scene:
        images = "CIFAR-10, 12,000-image sample" if cifar.startswith("file:") else "CIFAR-10"
    studies[scene] = study
    times[scene] = round(seconds + (0 if fresh else times.get(scene, 0)), 1)
    facts = provenance(
        script=command("why"),
        seeds=sorted({seed for each in studies.values() for seed in each.seeds}),
        images=images,
        cpu_seconds=times,
        threads=1,
    )
    facts["dates"] = {**dates, scene: facts["date"]}
    with atomic(target) as file:
        file.write_text(recording(studies, facts), encoding="utf-8")
