"""The sizes of what the app trains and of what it ships, counted from its own code and recordings."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path
from statistics import median

import torch

from bnviz.chapters.limits.results import Limits
from bnviz.config import PRESETS, RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_net
from bnviz.studies import RECORDINGS
from bnviz.studies.files import load_study
from bnviz.studies.records import StudyResult

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "recordings"
PUBLISHED_WIDTH = {"vgg11": 64, "resnet20": 16}
"""Channels of the first stage in the papers."""

TYPICAL = 0.95
"""A test accuracy that many nets of the lab reach."""

_PIXELS = {"digits": (1, 28, 28), "photographs": (3, 32, 32)}
_CLASSES = 10


def parameters(config: RunConfig, shape: tuple[int, int, int]) -> int:
    """Return the number of weights, biases, gammas and betas of a recipe's net for images of a shape (C, H, W)."""
    net = build_net(config, shape, _CLASSES, torch.Generator().manual_seed(0))
    return sum(parameter.numel() for parameter in net.parameters())


def standard_error(share: float, images: int) -> float:
    """Return the standard error of an accuracy that was measured on some images: sqrt(p (1 - p) / n)."""
    return math.sqrt(share * (1 - share) / images)


def seeds_of(recording: object) -> int:
    """Return the largest number of seeds that a recording names anywhere in its plain values; 0 when it names none.

    A list under "seeds" counts its entries, a number counts as itself.
    """
    if isinstance(recording, list):
        return max(map(seeds_of, recording), default=0)
    if not isinstance(recording, dict):
        return 0
    here = recording.get("seeds")
    own = len(here) if isinstance(here, list) else here if isinstance(here, int) else 0
    return max([own, *(seeds_of(value) for name, value in recording.items() if name != "seeds")])


@lru_cache(maxsize=1)
def limits() -> Limits:
    """Count everything that the page says."""
    digits = load_dataset("mnist")
    studies = [load_study(path) for path in sorted(RECORDINGS.glob("*.json"))]
    photographs = [each for each in studies if "cifar" in str(each.provenance.get("dataset", "")).lower()]
    seeds = [found for path in _files() if (found := seeds_of(json.loads(path.read_text("utf-8"))))]
    vgg11, resnet20 = PRESETS["vgg11"], PRESETS["resnet20"]
    digit, photograph = _PIXELS["digits"], _PIXELS["photographs"]
    return Limits(
        lab=parameters(PRESETS["default"], digit),
        vgg11=parameters(vgg11, photograph),
        vgg11_published=parameters(vgg11.with_fields(width=PUBLISHED_WIDTH["vgg11"]), photograph),
        resnet20=parameters(resnet20, photograph),
        resnet20_published=parameters(resnet20.with_fields(width=PUBLISHED_WIDTH["resnet20"]), photograph),
        widest=max((each.base.width for each in studies if each.base.net == "vgg11"), default=0),
        widest_resnet20=max((each.base.width for each in studies if each.base.net == "resnet20"), default=0),
        longest=max(each.steps for each in studies),
        typical=round(median(each.steps for each in studies)),
        n_train=len(digits.y_train),
        n_test=len(digits.y_test),
        photographs_train=max(_fact(each, "n_train") for each in photographs),
        photographs_test=max(_fact(each, "n_test") for each in photographs),
        error=100 * standard_error(TYPICAL, len(digits.y_test)),
        fewest_seeds=min(seeds),
        most_seeds=max(seeds),
    )


def _files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*.json") if path.parent.name != "own_network")


def _fact(study: StudyResult, name: str) -> int:
    value = study.provenance.get(name)
    return value if isinstance(value, int) else 0
