"""Every named study, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bnviz.config import InputError
from bnviz.experiments.studies.adabn import ADABN
from bnviz.experiments.studies.dropout import DROPOUT_BEFORE_BN
from bnviz.experiments.studies.figure1 import FIGURE1
from bnviz.experiments.studies.inception import ACCELERATE, ENSEMBLE, INCEPTION_VARIANTS
from bnviz.experiments.studies.overfitting import OVERFIT
from bnviz.experiments.studies.recurrent import RECURRENT
from bnviz.experiments.studies.relatives import BATCH_SIZE, LITE_BN, RELATIVES
from bnviz.experiments.studies.resnet20 import RESNET20_CIFAR10
from bnviz.experiments.studies.study import Study
from bnviz.experiments.studies.vgg11 import VGG11_CIFAR10

RECORDINGS = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "studies"

STUDIES: Mapping[str, Study] = {study.name: study for study in (
    FIGURE1, VGG11_CIFAR10, RESNET20_CIFAR10, INCEPTION_VARIANTS, ACCELERATE, ENSEMBLE, BATCH_SIZE, OVERFIT,
    ADABN, RECURRENT, LITE_BN, DROPOUT_BEFORE_BN, RELATIVES,
)}  # fmt: skip


def study_named(name: str) -> Study:
    """Return a study; unknown names raise InputError."""
    if name not in STUDIES:
        raise InputError(f"unknown experiment {name!r:.80}; known are {', '.join(STUDIES)}")
    return STUDIES[name]


def recording_of(name: str) -> Path:
    """Return where a study's recording lies, or would lie."""
    return RECORDINGS / f"{study_named(name).name}.json"
