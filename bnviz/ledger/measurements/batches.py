"""Tests on batches and on convolutions: E10, E11, E24, E25."""

from __future__ import annotations

import math
import time

import numpy as np
import torch
from torch.nn import functional as F

from bnviz.chapters.regularization.jitter import digit_jitter
from bnviz.chapters.regularization.overfit import BASE
from bnviz.chapters.regularization.recipes import live_study
from bnviz.chapters.transform.batches import draw_batch
from bnviz.chapters.transform.forward import move_one, transform
from bnviz.config import Changes, RunConfig
from bnviz.data import load_dataset
from bnviz.ledger.claim_test import Effects, claim_test, points, train_arms, update_ratio
from bnviz.nets import build_net

_SMALL, _LARGE, _UPDATES = 2, 32, 60
_CONV = RunConfig(net="vgg11", width=4, activation="relu", init="kaiming", lr=0.05, batch_size=32, device="cpu")
_CONV_STEPS, _CONV_EVERY = 200, 5
_REGULAR_STEPS, _DIGITS = 300, 500
_TIMES = 7
_DECAY = 0.005


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
    """E11: coupling within a batch; noise over batch size; 500 digits with and without BN, L2, dropout."""
    batch = transform(draw_batch("bimodal", 16, 4, seed), np.ones(4), np.zeros(4))
    study = live_study(("none", "bn"), seed)
    train, test = (study.metric(f"{part}_accuracy")[:, 0, -1] for part in ("train", "test"))
    gap = train - test
    arms: dict[str, Changes] = {
        "bare": (),
        "decay": (("weight_decay", _DECAY),),
        "fifth": (("weight_decay", _DECAY / 5),),
        "dropout": (("dropout", 0.5),),
    }
    base = BASE.with_fields(norm="batch")
    runs = train_arms(base, arms, _REGULAR_STEPS, seed, evaluations=1, n_train=_DIGITS)
    reached = {arm: run.final_test_accuracy for arm, run in runs.items()}
    return {
        "effect_on_others": move_one(batch, 0, 0, 2.0).largest_other,
        "noise_slope_error": digit_jitter(seed, 100, seed).slope + 0.5,
        "gap_reduction": points(float(gap[0]), float(gap[1])),
        "weaker_l2_gain": points(reached["fifth"], reached["decay"]),
        "no_dropout_gain": points(reached["bare"], reached["dropout"]),
    }


def share(seed: int) -> Effects:
    """E24: time of the norms in a forward and backward pass of a small VGG11, in % of the whole."""
    times = {norm: _seconds(norm, seed) for norm in ("none", "batch")}
    part = 100 * (1 - times["none"] / times["batch"])
    return {"time_share": part}


def convolutions(seed: int) -> Effects:
    """E25: a narrow VGG11 on the digits, one recipe with and without BN."""
    arms = {"none": (("norm", "none"),), "batch": (("norm", "batch"),)}
    evaluations = _CONV_STEPS // _CONV_EVERY
    runs = train_arms(_CONV, arms, _CONV_STEPS, seed, threshold=0.8, evaluations=evaluations, n_train=2000)
    times = update_ratio(runs["none"], runs["batch"], _CONV_STEPS)
    arrived = all(run.steps_to_threshold is not None for run in runs.values())
    gap = {arm: points(run.final_train_accuracy, run.final_test_accuracy) for arm, run in runs.items()}
    return {
        "speedup_to_80": times,
        "measured_speedup_to_80": times if arrived else math.nan,
        "best_accuracy_gain": points(runs["batch"].best_test_accuracy, runs["none"].best_test_accuracy),
        "gap_reduction": gap["none"] - gap["batch"],
    }


def _seconds(norm: str, seed: int) -> float:
    data = load_dataset("mnist")
    config = _CONV.with_fields(norm=norm, width=8)
    net = build_net(config, data.input_shape, data.n_classes, torch.Generator().manual_seed(seed))
    x, y = data.x_train[:32].flatten(1), data.y_train[:32]
    parameters, taken = list(net.parameters()), []
    for _ in range(_TIMES):
        start = time.thread_time()
        torch.autograd.grad(F.cross_entropy(net(x), y), parameters)
        taken.append(time.thread_time() - start)
    return float(np.median(taken[1:]))


TESTS = (
    claim_test("E10", sizes, small_batch_cost=("more", 0, "points"), cost_beyond_layer_norm=("more", 0, "points")),
    claim_test(
        "E11",
        noise,
        effect_on_others=("more", 0, "difference"),
        noise_slope_error=("within", 0.1, "slope"),
        gap_reduction=("more", 1, "points"),
        weaker_l2_gain=("more", -1, "points"),
        no_dropout_gain=("more", -1, "points"),
    ),
    claim_test("E24", share, time_share=("more", 50, "percent")),
    claim_test(
        "E25",
        convolutions,
        speedup_to_80=("ratio", 1, "times"),
        measured_speedup_to_80=("ratio", 14, "times"),
        best_accuracy_gain=("more", 0, "points"),
        gap_reduction=("more", 1, "points"),
    ),
)
