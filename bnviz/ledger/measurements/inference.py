"""Tests on a trained net in evaluation mode: E9, E17, E20, and what gamma and beta have become."""

from __future__ import annotations

import copy
import time
from itertools import islice

import numpy as np
import torch
from torch import nn

from bnviz.chapters.inference.statistics_study import KINDS, measure
from bnviz.chapters.inference.trained_net import (
    TrainedNet,
    distinct_outputs_batch_of_one,
    fold,
    shifted_data,
    trained_net,
    vary_batch,
)
from bnviz.chapters.regularization.jitter import pre_activations
from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.ledger.claim_test import Effects, claim_test, exact, points
from bnviz.ledger.shared import shared
from bnviz.nets import hidden_layers
from bnviz.norms import BatchNorm
from bnviz.norms.calibration import with_recalibrated_stats
from bnviz.training.augment import brightened
from bnviz.training.evaluate import accuracy
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

_BATCH, _EARLY, _LATE = 32, 100, 300
_TIMES = 30
_BRIGHTER = 0.5
_BOTH = ((("norm", "none"),), (("norm", "batch"),))


@shared
def _net(seed: int) -> TrainedNet:
    return trained_net(_LATE, seed=seed)


def learned_affine(seed: int) -> float:
    """Return how far gamma and beta have gone from 1 and 0 in 300 updates, mean over all units."""
    found = [
        ((norm.weight - 1).detach().abs().mean() + norm.bias.detach().abs().mean()).item()
        for norm in _norms(_net(seed).net)
        if norm.weight is not None and norm.bias is not None
    ]
    return sum(found) / len(found)


def statistics(seed: int) -> Effects:
    """E9: a moving average, statistics measured again, the batch's own; what each costs."""
    early, late = measure((_BATCH,), (_EARLY, _LATE), (seed,))[0, :, :, 0]
    slow, usual, precise = (KINDS.index(kind) for kind in ("ema 0.01", "ema 0.1", "precise"))
    trained = _net(seed)
    spread = vary_batch(trained, 0).dependence
    return {
        "recomputed_gain_early": points(early[precise], early[slow]),
        "recomputed_gain_late": points(late[precise], late[usual]),
        "batch_dependence": float(spread.spread("training").max() - spread.spread("evaluation").max()),
        "answers_at_batch_of_one": float(distinct_outputs_batch_of_one(trained) - 1),
        "running_mean_gap": _gap(trained),
        "statistics_cost_ratio": _cost(pre_activations(seed)),
        "recomputation_epochs": _recomputation(trained),
    }


def folding(seed: int) -> Effects:
    """E17: every norm folded into the linear layer before it; every norm left out instead."""
    trained = _net(seed)
    found = fold(trained)
    bare = nn.Sequential(*(part for part in trained.net if not isinstance(part, BatchNorm)))
    y = trained.dataset.y_test
    return {
        "folding_error": found.largest_difference / found.largest_logit,
        "answers_changed": 1 - found.same_predictions,
        "removal_cost": points(accuracy(trained.net, trained.test, y), accuracy(bare, trained.test, y)),
    }


def shifted(seed: int) -> Effects:
    """E20: images brighter by half of their range, with BN and without; a shift through one layer with BN."""
    trained = _net(seed)
    found = shifted_data(trained, _BRIGHTER)
    net, x = trained.net, trained.test[:100].double()
    front = nn.Sequential(*copy.deepcopy(list(net.children())[:2])).double()
    weight, norm = hidden_layers(net)[0].linear.weight.double(), _norms(front)[0]
    assert norm.weight is not None  # these norms have gamma and keep statistics
    assert norm.running_var is not None
    delta = torch.full_like(x, _BRIGHTER)
    with torch.no_grad():
        moved = front(x + delta) - front(x)
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        wanted = (delta @ weight.T) * scale
    plain, normed = _drops(seed)
    return {
        "brightness_cost": normed - plain,
        "recomputed_gain": points(found.recalibrated, found.degraded),
        "shift_error": float((moved - wanted).norm() / wanted.norm()),
    }


@shared
def _drops(seed: int) -> tuple[float, float]:
    """Return points of accuracy that brighter images cost a ReLU net that learns either way: plain, BN."""
    config = RunConfig(depth=3, activation="relu", init="kaiming", lr=0.1, seed=seed, device="cpu")
    data, device = load_dataset(config.dataset), torch.device("cpu")
    twins = build_twins(Experiment(config, _BOTH), data, device)
    for _ in islice(train_steps(twins, TrainingData.of(data, device)), _LATE):
        pass
    x, y = data.x_test.flatten(1), data.y_test
    plain, normed = (
        points(accuracy(twin.net, x, y), accuracy(twin.net, brightened(x, _BRIGHTER), y)) for twin in twins
    )
    return plain, normed


def _norms(net: nn.Module) -> list[BatchNorm]:
    return [part for part in net.modules() if isinstance(part, BatchNorm)]


def _gap(trained: TrainedNet) -> float:
    """Return the running means' distance from the training set's, in standard deviations, mean over units."""
    gaps = []
    for ours, whole in zip(
        _norms(trained.net), _norms(with_recalibrated_stats(trained.net, trained.train)), strict=True
    ):
        assert ours.running_mean is not None  # these nets keep statistics
        assert whole.running_mean is not None
        assert whole.running_var is not None
        gaps.append((ours.running_mean - whole.running_mean).abs() / whole.running_var.sqrt())
    return float(torch.cat(gaps).mean())


def _cost(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Return the time of all samples' mean and variance over that of a mini-batch, medians."""
    seconds = []
    for part in (values, values[:60]):
        taken = []
        for _ in range(_TIMES):
            start = time.perf_counter()
            part.mean(0)
            part.var(0)
            taken.append(time.perf_counter() - start)
        seconds.append(float(np.median(taken)))
    return seconds[0] / seconds[1]


def _recomputation(trained: TrainedNet) -> float:
    """Return the time of measuring the statistics again on the whole training set, in epochs of training."""
    data, device = trained.dataset, torch.device("cpu")
    size, taken = trained.config.batch_size, []
    updates = train_steps(
        build_twins(Experiment(trained.config, _BOTH[1:]), data, device), TrainingData.of(data, device)
    )
    start = time.thread_time()
    for _ in range(len(data.y_train) // size):
        next(updates)
    epoch = time.thread_time() - start
    for _ in range(3):
        start = time.thread_time()
        with_recalibrated_stats(trained.net, trained.train, size)
        taken.append(time.thread_time() - start)
    return float(np.median(taken)) / epoch


TESTS = (
    claim_test(
        "E9",
        statistics,
        recomputed_gain_early=("more", 0, "points"),
        recomputed_gain_late=("within", 2, "points"),
        batch_dependence=("more", 0, "probability"),
        answers_at_batch_of_one=exact("within", 0, "answers"),
        running_mean_gap=("within", 0.05, "deviations"),
        statistics_cost_ratio=("ratio", 10, "times"),
        recomputation_epochs=("more", 1, "epochs"),
    ),
    claim_test(
        "E17",
        folding,
        folding_error=exact("within", 1e-5, "share"),
        answers_changed=exact("within", 0, "share"),
        removal_cost=("more", 0, "points"),
    ),
    claim_test(
        "E20",
        shifted,
        brightness_cost=("more", 0, "points"),
        recomputed_gain=("more", 0, "points"),
        shift_error=exact("within", 1e-6, "share"),
    ),
)
