"""Every named study, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bnviz.config import InputError
from bnviz.experiments.studies.figure1 import FIGURE1
from bnviz.experiments.studies.study import Study
from bnviz.experiments.studies.vgg11 import VGG11_CIFAR10

RECORDINGS = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "studies"

STUDIES: Mapping[str, Study] = {study.name: study for study in (FIGURE1, VGG11_CIFAR10)}


def study_named(name: str) -> Study:
    """Return a study; unknown names raise InputError."""
    if name not in STUDIES:
        raise InputError(f"unknown experiment {name!r:.80}; known are {', '.join(STUDIES)}")
    return STUDIES[name]


def recording_of(name: str) -> Path:
    """Return where a study's recording lies, or would lie."""
    return RECORDINGS / f"{study_named(name).name}.json"
