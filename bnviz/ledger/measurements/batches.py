"""Tests on batches and on convolutions: E10, E11, E24, E25."""

from __future__ import annotations

import math
import time

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.chapters.regularization.jitter import digit_jitter
from bnviz.chapters.regularization.overfit import BASE
from bnviz.chapters.regularization.recipes import live_study
from bnviz.chapters.transform.batches import draw_batch
from bnviz.chapters.transform.forward import move_one, transform
from bnviz.config import Changes, RunConfig
from bnviz.data import load_dataset
from bnviz.ledger.claim_test import Effects, claim_test, points, train_arms, update_ratio
from bnviz.nets import build_net, hidden_layers

_SMALL, _LARGE, _UPDATES = 2, 32, 60
_CONV = RunConfig(net="vgg11", width=4, activation="relu", init="kaiming", lr=0.05, batch_size=32, device="cpu")
_CONV_STEPS, _CONV_EVERY = 200, 5
_REGULAR_STEPS, _DIGITS = 300, 500
_TIMES = 9
_DECAY = 0.005
_FITTED = 0.998
"""At most one of the 500 training images is still wrong."""


def sizes(seed: int) -> Effects:
    """E10: error with batches of 2 against 32, the same number of samples, rate in proportion."""
    base = RunConfig(depth=2, width=64, activation="relu", init="kaiming", lr=0.1, batch_size=_LARGE)
    small = (("batch_size", _SMALL), ("lr", 0.1 * _SMALL / _LARGE))
    arms = {
        f"{norm}_{name}": (("norm", norm), *changes)
        for norm in ("batch", "layer")
        for name, changes in (("small", small), ("large", ()))
    }
    longer = {name: _UPDATES * _LARGE // _SMALL for name in arms if name.endswith("small")}
    runs = train_arms(base, arms, _UPDATES, seed, evaluations=1, longer=longer)
    lost = {
        norm: points(runs[f"{norm}_large"].final_test_accuracy, runs[f"{norm}_small"].final_test_accuracy)
        for norm in ("batch", "layer")
    }
    return {"small_batch_cost": lost["batch"], "cost_beyond_layer_norm": lost["batch"] - lost["layer"]}


def noise(seed: int) -> Effects:
    """E11: coupling within a batch; noise over batch size; 500 digits with and without BN, L2, dropout.

    The gap counts only where both nets answer all their training images right, so that it compares equal progress.
    """
    batch = transform(draw_batch("bimodal", 16, 4, seed), np.ones(4), np.zeros(4))
    study = live_study(("none", "bn"), seed)
    train, test = (study.metric(f"{part}_accuracy")[:, 0, -1] for part in ("train", "test"))
    fitted = float(train.min()) >= _FITTED
    bare, helped = (_regularized(norm, seed) for norm in ("none", "batch"))
    return {
        "effect_on_others": move_one(batch, 0, 0, 2.0).largest_other,
        "noise_slope_error": digit_jitter(seed, 100, seed).slope + 0.5,
        "gap_reduction": points(*(float(each) for each in train - test)) if fitted else math.nan,
        "weaker_l2_gain": helped["weaker_l2"],
        "plain_needs_l2": -bare["weaker_l2"],
        "no_dropout_gain": helped["no_dropout"],
        "plain_needs_dropout": -bare["no_dropout"],
    }


def _regularized(norm: str, seed: int) -> dict[str, float]:
    """Return the points of test accuracy that an L2 five times weaker, and no dropout, add to a net on 500 digits."""
    arms: dict[str, Changes] = {
        "bare": (),
        "decay": (("weight_decay", _DECAY),),
        "fifth": (("weight_decay", _DECAY / 5),),
        "dropout": (("dropout", 0.5),),
    }
    runs = train_arms(BASE.with_fields(norm=norm), arms, _REGULAR_STEPS, seed, evaluations=1, n_train=_DIGITS)
    reached = {arm: run.final_test_accuracy for arm, run in runs.items()}
    return {
        "weaker_l2": points(reached["fifth"], reached["decay"]),
        "no_dropout": points(reached["bare"], reached["dropout"]),
    }


def layer_times(seed: int) -> Effects:
    """E24: time of a BN layer over that of the convolution before it, forward and backward, mean over a VGG11."""
    data = load_dataset("mnist")
    net = build_net(_CONV.with_fields(width=8), data.input_shape, 10, torch.Generator().manual_seed(seed))
    inputs = inputs_of(net, data.x_train[:32].flatten(1))
    pairs = [(layer.linear, layer.norm) for layer in hidden_layers(net) if isinstance(layer.linear, nn.Conv2d)]
    ratios = [_seconds(norm, inputs[norm]) / _seconds(conv, inputs[conv]) for conv, norm in pairs if norm is not None]
    return {"layer_time_ratio": float(np.exp(np.mean(np.log(ratios))))}


def convolutions(seed: int) -> Effects:
    """E25: a narrow VGG11 on the digits, one recipe with and without BN."""
    arms = {"none": (("norm", "none"),), "batch": (("norm", "batch"),)}
    evaluations = _CONV_STEPS // _CONV_EVERY
    runs = train_arms(_CONV, arms, _CONV_STEPS, seed, threshold=0.8, evaluations=evaluations, n_train=2000)
    times = update_ratio(runs["none"], runs["batch"], _CONV_STEPS)
    arrived = all(run.steps_to_threshold is not None for run in runs.values())
    return {
        "speedup_to_80": times,
        "measured_speedup_to_80": times if arrived else math.nan,
        "best_accuracy_gain": points(runs["batch"].best_test_accuracy, runs["none"].best_test_accuracy),
    }


def inputs_of(net: nn.Module, x: Tensor) -> dict[nn.Module, Tensor]:
    """Return what goes into each convolution and norm in a forward pass."""
    found: dict[nn.Module, Tensor] = {}
    parts = [part for layer in hidden_layers(net) for part in (layer.linear, layer.norm) if part is not None]
    hooks = [part.register_forward_pre_hook(lambda part, given: found.update({part: given[0]})) for part in parts]
    net(x)
    for hook in hooks:
        hook.remove()
    return {part: given.detach() for part, given in found.items()}


def _seconds(part: nn.Module, x: Tensor) -> float:
    """Return the processor time of one forward and backward pass, the fastest of some: the others were disturbed."""
    taken = []
    for _ in range(_TIMES):
        given = x.clone().requires_grad_()
        start = time.thread_time()
        y = part(given)
        torch.autograd.grad(y, [given, *part.parameters()], torch.ones_like(y))
        taken.append(time.thread_time() - start)
    return min(taken)


TESTS = (
    claim_test("E10", sizes, small_batch_cost=("more", 0, "points"), cost_beyond_layer_norm=("more", 0, "points")),
    claim_test(
        "E11",
        noise,
        effect_on_others=("more", 0, "difference"),
        noise_slope_error=("within", 0.1, "slope"),
        gap_reduction=("more", 1, "points"),
        weaker_l2_gain=("more", -1, "points"),
        plain_needs_l2=("more", 1, "points"),
        no_dropout_gain=("more", -1, "points"),
        plain_needs_dropout=("more", 1, "points"),
    ),
    claim_test("E24", layer_times, layer_time_ratio=("ratio", 1, "times")),
    claim_test(
        "E25",
        convolutions,
        speedup_to_80=("ratio", 1, "times"),
        measured_speedup_to_80=("ratio", 14, "times"),
        best_accuracy_gain=("more", 0, "points"),
    ),
)
