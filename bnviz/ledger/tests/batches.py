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
from bnviz.ledger.claim_test import Effects, fewer, points, train_arms, trial
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
    return {"small": lost["batch"], "layer": lost["batch"] - lost["layer"]}


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
        "coupled": move_one(batch, 0, 0, 2.0).largest_other,
        "slope": digit_jitter(seed, 100, seed).slope + 0.5,
        "gap": points(float(gap[0]), float(gap[1])),
        "lighter": points(reached["fifth"], reached["decay"]),
        "undropped": points(reached["bare"], reached["dropout"]),
    }


def share(seed: int) -> Effects:
    """E24: time of the norms in a forward and backward pass of a small VGG11, in % of the whole."""
    times = {norm: _seconds(norm, seed) for norm in ("none", "batch")}
    part = 100 * (1 - times["none"] / times["batch"])
    return {"slower": part}


def convolutions(seed: int) -> Effects:
    """E25: a narrow VGG11 on the digits, one recipe with and without BN."""
    arms = {"none": (("norm", "none"),), "batch": (("norm", "batch"),)}
    evaluations = _CONV_STEPS // _CONV_EVERY
    runs = train_arms(_CONV, arms, _CONV_STEPS, seed, threshold=0.8, evaluations=evaluations, n_train=2000)
    times = fewer(runs["none"], runs["batch"], _CONV_STEPS)
    arrived = all(run.steps_to_threshold is not None for run in runs.values())
    gap = {arm: points(run.final_train_accuracy, run.final_test_accuracy) for arm, run in runs.items()}
    return {
        "sooner": times,
        "law": times if arrived else math.nan,
        "best": points(runs["batch"].best_test_accuracy, runs["none"].best_test_accuracy),
        "gap": gap["none"] - gap["batch"],
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


TRIALS = (
    trial("E10", sizes, small=("more", 0, "points"), layer=("more", 0, "points")),
    trial(
        "E11",
        noise,
        coupled=("more", 0, "difference"),
        slope=("within", 0.1, "slope"),
        gap=("beyond", 1, "points"),
        lighter=("more", -1, "points"),
        undropped=("more", -1, "points"),
    ),
    trial("E24", share, slower=("more", 50, "percent")),
    trial(
        "E25",
        convolutions,
        sooner=("ratio", 1, "times"),
        law=("ratio", 14, "times"),
        best=("more", 0, "points"),
        gap=("beyond", 1, "points"),
    ),
)
