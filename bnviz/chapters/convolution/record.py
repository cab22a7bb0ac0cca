"""``python -m bnviz record convolution``: the recordings of the chapter, small and at fixed steps.

The parts "vgg11" and "resnet20" train on a sample of CIFAR-10, cifar10-12k.npz, in the ``user`` folder of the data
folder (BNVIZ_DATA_DIR): (12000, 32, 32, 3) training and (2000, 32, 32, 3) test images, or on ``--dataset``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.convolution import late_bn_study, net_pictures, recorded_weights
from bnviz.chapters.convolution.live_scene import FOLDER, RECORDED_ON, STEPS, live_experiment
from bnviz.data import load_dataset
from bnviz.files.provenance import provenance
from bnviz.files.write import atomic
from bnviz.telemetry.recording import save
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

DENSE, LATER, EVALUATE_EVERY = 10, 40, 5


def record(options: RecordOptions) -> list[Path]:
    """Make the recordings; the parts are "weights", "insert", "vgg11" and "resnet20"."""
    found = []
    for part in options.parts_of(_PARTS):
        options.on_progress(part)
        found.append(_PARTS[part](options))
    return found


def _record_weights(options: RecordOptions) -> Path:
    """Train the twins of the pictures."""
    target = options.target(recorded_weights.FILE)
    twins = net_pictures.train_twins(steps=options.steps_or(net_pictures.STEPS))
    recorded_weights.save(twins, provenance(script=command("convolution")), target)
    return target


def _record_late_bn(options: RecordOptions) -> Path:
    """Train every arm of the study on inserting BN late and on choosing its layers."""
    curves = late_bn_study.full_study(
        lambda done, total: options.on_progress(f"seed {done} of {total}"),
        seeds=options.seeds_or(late_bn_study.SEEDS),
        steps=options.steps_or(late_bn_study.STEPS),
    )
    target = options.target(late_bn_study.FILE)
    study = late_bn_study.LateBnStudy(curves, provenance(script=command("convolution")))
    with atomic(target) as file:
        file.write_text(json.dumps(late_bn_study.study_to_dict(study)) + "\n", encoding="utf-8")
    return target


def _record_twins(net: str, options: RecordOptions) -> Path:
    """Record the live view of a net's twins, with few frames, so that it loads at once."""
    dataset, steps = options.dataset or RECORDED_ON, options.steps_or(STEPS[net])
    captures = StepSchedule(max(1, steps // LATER), DENSE)
    experiment = live_experiment(net, "bn", dataset=dataset)
    trainer = Trainer(
        experiment, load_dataset(dataset, allow_any_path=True), steps, captures, StepSchedule(EVALUATE_EVERY)
    )
    while trainer.step < steps and not trainer.all_diverged:
        trainer.advance()
    trainer.evaluate()
    target = options.target(FOLDER / f"{net}.npz")
    save(trainer.history, target, batches_hashes=[twin.batches_hash for twin in trainer.twins], steps=trainer.step)
    return target


_PARTS: Mapping[str, Callable[[RecordOptions], Path]] = {
    "weights": _record_weights,
    "insert": _record_late_bn,
    "vgg11": partial(_record_twins, "vgg11"),
    "resnet20": partial(_record_twins, "resnet20"),
}
