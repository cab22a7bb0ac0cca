"""Make the recordings of the page on convolution: numbers only, small, at fixed steps.

Run from the top of the repository: ``python -m scripts.make_conv_recordings [weights] [insert] [vgg11]
[resnet20]``; without a name all are made. The last two train on a sample of CIFAR-10, cifar10-12k.npz, in the
``user`` folder of the data folder (BNVIZ_DATA_DIR): (12000, 32, 32, 3) training and (2000, 32, 32, 3) test
images. A repetition on the same versions and machine gives the same numbers.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import torch

from bnviz.chapters.convolution import late_bn_study as insert_study
from bnviz.chapters.convolution import recorded_weights as convolution_weights
from bnviz.chapters.convolution.live_scene import FOLDER, RECORDED_ON, STEPS, live_experiment
from bnviz.chapters.convolution.net_pictures import trained
from bnviz.data import load_dataset
from bnviz.telemetry.recording import save
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

DENSE, LATER, TESTED = 10, 40, 5


def provenance() -> dict[str, Any]:
    """Say when and with what."""
    return {
        "date": date.today().isoformat(),
        "script": "scripts/make_conv_recordings.py",
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }


def weights() -> Path:
    """Train the twins of the pictures for 100 steps."""
    convolution_weights.save(trained(), provenance())
    return convolution_weights.FILE


def insert() -> Path:
    """Train every arm of inserting BN and of choosing its layers."""
    curves = insert_study.full_study(lambda done, total: print("seed", done, "of", total, flush=True))
    study = insert_study.InsertStudy(curves, provenance())
    text = json.dumps(insert_study.study_to_dict(study))
    insert_study.FILE.write_text(text + "\n", encoding="utf-8")
    return insert_study.FILE


def twins(net: str) -> Path:
    """Record the live view of a net's twins; few frames, so that it is read at once."""
    experiment = live_experiment(net, "bn", dataset=RECORDED_ON)
    steps = STEPS[net]
    work = Trainer(
        experiment, load_dataset(RECORDED_ON), steps, StepSchedule(steps // LATER, DENSE), StepSchedule(TESTED)
    )
    while work.step < steps and not work.all_diverged:
        work.advance()
    work.evaluate()
    target = FOLDER / f"{net}.npz"
    save(work.history, target, batches_hashes=[twin.batches_hash for twin in work.twins], steps=work.step)
    return target


MAKERS = {
    "weights": weights,
    "insert": insert,
    "vgg11": partial(twins, "vgg11"),
    "resnet20": partial(twins, "resnet20"),
}


def main(names: list[str]) -> None:
    """Make the named recordings."""
    torch.set_num_threads(1)
    for name in names or MAKERS:
        started = time.perf_counter()
        target = MAKERS[name]()
        print(f"{target.name}: {target.stat().st_size / 1e3:.0f} kB, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
