"""Tests on start weights and learning rates: E3, E4, E5, E8, E21."""

from __future__ import annotations

import math

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.initialization.effective_lr import norm_runs
from bnviz.chapters.initialization.recipes import NETS, NORMS, live_sweep
from bnviz.chapters.initialization.scale_sweep import run_sweep
from bnviz.chapters.initialization.usable import learned, usable_factor
from bnviz.chapters.saturation.init_sweep import layer_stats_at_start
from bnviz.chapters.saturation.normal_input import activation_curve, batch_norm_effect
from bnviz.chapters.whitening.detached import train_with_and_without_detaching
from bnviz.ledger.claim_test import Effects, claim_test, exact
from bnviz.ledger.measurements.figure1 import deep_sigmoid
from bnviz.ledger.measurements.kept import kept_in_training

_FLAT = (-8.0, -4.0)
_TINY = (0.02, 0.05, 0.1, 0.2)
_LARGEST = 0.25
"""Largest slope of the sigmoid."""


def saturation(seed: int) -> Effects:
    """E3: share of saturated tanh outputs at start scales 1 and 10, and in training from 10; the sigmoid at -6."""
    share = 100 * np.nanmean(layer_stats_at_start("tanh", (1.0, 10.0), seed).saturated_fraction, 2)
    plain, normed = kept_in_training("tanh", 10.0, seed).saturated
    curve = activation_curve("sigmoid", 2001)
    there = (curve.x >= _FLAT[0]) & (curve.x <= _FLAT[1])
    return {
        "saturation_rise_without_bn": float(share[0, 1] - share[0, 0]),
        "saturation_change_with_bn": float(share[1, 1] - share[1, 0]),
        "saturation_reduction": float(share[0, 1] - share[1, 1]),
        "saturation_in_training": float(normed.max()),
        "saturation_reduction_in_training": float((plain - normed).min()),
        "sigmoid_tail_slope": float(curve.slope[there].max()) / _LARGEST,
        "slope_gain": batch_norm_effect("sigmoid", -6, 1, 1, 0, seed=seed).sampled_gain,
    }


def rates(seed: int) -> Effects:
    """E4: rates at which a ReLU net learns, with usual batches and with batches of 2; six sigmoid layers."""
    sweep = live_sweep("rate", "relu", seed)
    pairs = NETS["relu"].with_fields(batch_size=2)
    tiny = run_sweep(pairs, "lr", _TINY, [{"norm": norm} for norm in NORMS], (seed,), 200)
    counts = learned(tiny)[:, :, 0].sum(1)
    return {
        "largest_rate_ratio": usable_factor(sweep, 1, 0).per_seed[0],
        "rates_at_batch_of_two": float(counts[1] - counts[0]),
        "deep_sigmoid_gain": deep_sigmoid(seed)[0],
    }


def scales(seed: int) -> Effects:
    """E5: start weights times 0.01 to 100, 100 updates of SGD; a run that diverged counts as guessing."""
    sweep = live_sweep("scale", "tanh", seed)
    loss = np.nan_to_num(sweep.loss[:, :, 0], nan=sweep.chance)
    spread = loss.max(1) - loss.min(1)
    counts = learned(sweep)[:, :, 0].sum(1)
    return {
        "learnable_scales_gained": float(counts[1] - counts[0]),
        "loss_range_with_bn": float(spread[1]),
        "loss_range_without_bn": float(spread[0]),
    }


def constants(seed: int) -> Effects:
    """E8: 150 updates with BN's statistics outside the gradient, against through it."""
    blind, seen = train_with_and_without_detaching(0.5, 150, seed).arms
    end = float(blind.loss[-1])
    return {
        "final_loss_difference": (end if math.isfinite(end) else math.log(10)) - float(seen.loss[-1]),
        "bias_norm_with_constants": float(np.nanmax(blind.bias_norm)),
        "bias_norm_with_bn": float(np.nanmax(seen.bias_norm)),
    }


def norms(seed: int) -> Effects:
    """E21: squared norm of weights over 200 updates: without BN, before BN, and before BN with weight decay."""
    runs = norm_runs(0.5, 0.005, 200, seed)
    bare, plain, decayed = (runs[arm].squared_norm for arm in ("none", "plain", "decay"))
    return {
        "norm_growth_ratio": float(plain[-1] / plain[0]),
        "norm_decreases": float(runs["plain"].shrank),
        "norm_growth_reduction": 100 * float(bare[-1] / bare[0] - plain[-1] / plain[0]),
        "slowdown_over_plain_ratio": slowdown(plain) / slowdown(bare),
        "weight_decay_ratio": float(plain[-1] / decayed[-1]),
    }


def slowdown(squared_norm: Floats) -> float:
    """Return the growth in the first quarter of the updates over that in the last."""
    rises = np.diff(squared_norm)
    quarter = len(rises) // 4
    return float(rises[:quarter].sum() / rises[-quarter:].sum())


TESTS = (
    claim_test(
        "E3",
        saturation,
        saturation_rise_without_bn=("more", 0, "points"),
        saturation_change_with_bn=("within", 1, "points"),
        saturation_reduction=("more", 0, "points"),
        saturation_in_training=("within", 10, "percent"),
        saturation_reduction_in_training=("more", 0, "points"),
        sigmoid_tail_slope=exact("within", 0.1, "share"),
        slope_gain=("ratio", 1, "times"),
    ),
    claim_test(
        "E4",
        rates,
        largest_rate_ratio=("ratio", 1, "times"),
        rates_at_batch_of_two=("more", 0, "rates"),
        deep_sigmoid_gain=("more", 0, "points"),
    ),
    claim_test(
        "E5",
        scales,
        learnable_scales_gained=("more", 0, "scales"),
        loss_range_with_bn=("within", 0.1, "nats"),
        loss_range_without_bn=("more", 0.1, "nats"),
    ),
    claim_test(
        "E8",
        constants,
        final_loss_difference=("more", 0, "nats"),
        bias_norm_with_constants=("more", 0.1, "norm"),
        bias_norm_with_bn=exact("within", 1e-3, "norm"),
    ),
    claim_test(
        "E21",
        norms,
        norm_growth_ratio=("ratio", 1, "times"),
        norm_decreases=exact("within", 0, "updates"),
        norm_growth_reduction=("more", 0, "points"),
        slowdown_over_plain_ratio=("ratio", 1, "times"),
        weight_decay_ratio=("ratio", 1, "times"),
    ),
)
