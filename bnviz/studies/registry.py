"""Every named study, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bnviz.config import InputError
from bnviz.studies.adabn import ADABN
from bnviz.studies.dropout import DROPOUT_BEFORE_BN
from bnviz.studies.figure1 import FIGURE1
from bnviz.studies.inception import ACCELERATE, ENSEMBLE, INCEPTION_VARIANTS
from bnviz.studies.overfitting import OVERFIT
from bnviz.studies.recurrent import RECURRENT
from bnviz.studies.relatives import BATCH_SIZE, LITE_BN, RELATIVES
from bnviz.studies.resnet20 import RESNET20_CIFAR10
from bnviz.studies.study import Study
from bnviz.studies.vgg11 import VGG11_CIFAR10

RECORDINGS = Path(__file__).resolve().parents[2] / "assets" / "recordings" / "studies"

STUDIES: Mapping[str, Study] = {
    study.name: study
    for study in (
        FIGURE1,
        VGG11_CIFAR10,
        RESNET20_CIFAR10,
        INCEPTION_VARIANTS,
        ACCELERATE,
        ENSEMBLE,
        BATCH_SIZE,
        OVERFIT,
        ADABN,
        RECURRENT,
        LITE_BN,
        DROPOUT_BEFORE_BN,
        RELATIVES,
    )
}

FURTHER: Mapping[str, tuple[str, ...]] = {
    "vgg11-cifar10": ("vgg11-cifar10-width64",),
    "resnet20-cifar10": ("resnet20-cifar10-width16",),
}
"""Second recordings of a study with another recipe, by the names of their files."""

DEVICES: Mapping[str, str] = {"vgg11-cifar10-width64": "NVIDIA H100", "resnet20-cifar10-width16": "NVIDIA H100"}
"""The device of a recording whose own provenance says only "cuda", by the name of its file."""


def study_named(name: str) -> Study:
    """Return a study; unknown names raise InputError."""
    if name not in STUDIES:
        raise InputError(f"unknown experiment {name!r:.80}; known are {', '.join(STUDIES)}")
    return STUDIES[name]


def recording_of(name: str) -> Path:
    """Return where a study's recording lies, or would lie."""
    return RECORDINGS / f"{study_named(name).name}.json"


def recordings_of(name: str) -> tuple[Path, ...]:
    """Return where a study's recordings lie, or would lie: its own, then those of another recipe."""
    return (recording_of(name), *(RECORDINGS / f"{further}.json" for further in FURTHER.get(name, ())))
