"""What the picture of the chapter gets: trained filters, real digits, and the recorded curves of VGG11."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bnviz.chapters.convolution.gaps import Gap, gaps_of
from bnviz.chapters.convolution.net_pictures import TwinWeights
from bnviz.chapters.convolution.real_maps import NET
from bnviz.data import load_dataset
from bnviz.studies.records import StudyResult, UnitResult

FILTERS = (1, 2, 4, 6)
"""Numbers of the filters that the picture shows, from 1, of the eight of the first layer; chosen by eye to differ."""

DIGITS = (18, 3, 2, 17, 7, 11, 13, 10)
"""Numbers of the test digits that make the batch; the first one is moved by hand."""

FRAME = 2
"""Zeros that the net adds on each side of a digit: 28 x 28 becomes 32 x 32."""

_BATCH_ARM = 1


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded study, and the device in words: "NVIDIA H100"."""

    study: StudyResult
    device: str


def stage_data(twins: TwinWeights, recordings: Sequence[Recording]) -> dict[str, Any]:
    """Return filters of the first layer of the recorded net with BN, a batch of digits, and the curves of VGG11.

    Args:
        twins: the recorded weights of VGG11 without and with BN.
        recordings: of the study ``vgg11-cifar10``, the one that is shown first in front.
    """
    weights = twins.weights[_BATCH_ARM]["conv1.weight"][:, 0]
    data = load_dataset(NET.dataset)
    bytes_of = np.round(data.x_test[list(DIGITS), 0].numpy() * 255).astype(np.uint8)
    return {
        "filters": [weights[number - 1].ravel().astype(float).round(4).tolist() for number in FILTERS],
        "numbers": list(FILTERS),
        "channels": len(weights),
        "digits": [base64.b64encode(each.tobytes()).decode() for each in bytes_of],
        "labels": data.y_test[list(DIGITS)].tolist(),
        "side": int(bytes_of.shape[-1]),
        "frame": FRAME,
        "step": twins.steps,
        "seed": NET.seed,
        "accuracy": round(twins.accuracy[_BATCH_ARM], 4),
        "curves": [_curves(each) for each in recordings],
    }


def _curves(recording: Recording) -> dict[str, Any]:
    """Return the test accuracies by norm and learning rate, one curve per seed, and those of the trained nets.

    The curves are measured on some of the test images and hold None after a divergence; ``finals`` are measured on all.
    ``gaps`` say what the rule makes of them at each rate, ``best`` between the best rate of each network.
    """
    result = recording.study
    rates = sorted({result.config(arm.name).lr for arm in result.arms})
    found: dict[str, list[list[list[float | None]]]] = {"none": [[] for _ in rates], "batch": [[] for _ in rates]}
    finals: dict[str, list[list[float | None]]] = {"none": [[] for _ in rates], "batch": [[] for _ in rates]}
    steps: tuple[int, ...] = ()
    for unit in result.units:
        config = result.config(unit.arm)
        place = rates.index(config.lr)
        found[config.norm][place].append(_accuracies(unit))
        ended = unit.final_test_accuracy
        finals[config.norm][place].append(None if ended is None else round(ended, 4))
        steps = max(steps, unit.steps, key=len)
    *gaps, best = gaps_of(result)
    by_rate = {gap.rates[0]: _said(gap) for gap in gaps}
    return {
        "channels": result.base.width,
        "date": result.provenance.get("date", ""),
        "device": recording.device,
        "images": result.provenance.get("n_train"),
        "steps": list(steps),
        "rates": rates,
        "seeds": len(result.seeds),
        "accuracy": found,
        "finals": finals,
        "gaps": [by_rate.get(rate) for rate in rates],
        "best": _said(best) | {"none": _percent(best.pair.second), "batch": _percent(best.pair.first)},
    }


def _said(gap: Gap) -> dict[str, Any]:
    pair = gap.pair
    ends = {"mean": _percent(pair.mean), "low": _percent(pair.low), "high": _percent(pair.high)}
    return {**ends, "answer": pair.answer, "lost": pair.left_out}


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 4)


def _accuracies(unit: UnitResult) -> list[float | None]:
    return [None if value is None else round(value, 3) for value in unit.test_accuracy]
