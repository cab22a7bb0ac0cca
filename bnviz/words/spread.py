"""The sentence of the tour on how far pre-activations differ from image to image, and what BN divides by."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from bnviz.config import Experiment
from bnviz.data import load_dataset
from bnviz.nets import hidden_layers
from bnviz.training.loop import TrainingData
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer
from bnviz.words.sentence import Check, Measured, each, said
from bnviz.words.watched import TWINS, scene

IMAGES = 1000
STEPS = (0, 100, 600)
"""Where the tour may stand when it says this: the start, and what its reader sees before the next card."""


def spreads(net: nn.Module, x: Tensor) -> list[float]:
    """Return how far each hidden layer's pre-activations differ between samples.

    The standard deviation of W u + b over samples, averaged over units, by hidden layer. BN takes its statistics from
    these samples, as in training.

    Args:
        net: the network; it stays as it is.
        x: samples (N, D).
    """
    observed, found = copy.deepcopy(net).train(), []
    for layer in hidden_layers(observed):
        layer.linear.register_forward_hook(lambda _, __, out: found.append(out.std(0, correction=0).mean().item()))
    with torch.no_grad():
        observed(x)
    return found


def spread(seed: int, share: float) -> Measured:
    """The default net at three steps: the spread of its sixth layer without BN, and of layers 2 to 6 with it."""
    config, steps = scene("default"), [round(step * share) for step in STEPS]
    dataset, last = load_dataset(config.dataset), steps[-1] + 1
    experiment = Experiment(config.with_fields(seed=seed, device="cpu"), TWINS)
    trainer = Trainer(experiment, dataset, last, StepSchedule(last + 1), StepSchedule(last + 1))
    x = TrainingData.of(dataset, torch.device("cpu")).x[:IMAGES]
    sixth, normed = [], []
    for step in steps:
        while trainer.step < step:
            trainer.advance()
        plain, bn = (spreads(twin.net, x) for twin in trainer.twins)
        sixth.append(plain[-1])
        normed += bn[1:]
    return {
        "sixth_low": min(sixth),
        "sixth_high": max(sixth),
        "normed_low": min(normed),
        "normed_high": max(normed),
        "factor_low": 1 / max(normed),
        "factor_high": 1 / min(normed),
    }


CHECKS: tuple[Check, ...] = (
    Check(
        "spread",
        spread,
        (
            said(
                "tour.5.text",
                "in the sixth layer, the standard deviation of a pre-activation over images is about 0.0003",
                each("sixth_low", 0.0002),
                each("sixth_high", high=0.00035),
            ),
            said(
                "tour.5.text",
                "each layer divides by this spread (0.2 to 0.4 in layers 2 to 6)",
                each("normed_low", 0.18),
                each("normed_high", high=0.42),
            ),
            said(
                "tour.5.text",
                "this makes it three to five times larger per layer",
                each("factor_low", 2.5),
                each("factor_high", high=5.5),
            ),
        ),
    ),
)
