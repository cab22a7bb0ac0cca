"""Tests on batches of numbers: E2, E18, E22, E23 and the calculus L2; all but one without training."""

from __future__ import annotations

import math

import numpy as np
import torch

from bnviz.chapters.gradients.directional import directional_derivative, height
from bnviz.chapters.gradients.scaling import MAX_STEPS, descend, two_features
from bnviz.chapters.inference.running_stats import measure_noise_left, measure_settling
from bnviz.chapters.transform.backward import backward, draw_target
from bnviz.chapters.transform.batches import DISTRIBUTIONS, draw_batch
from bnviz.chapters.transform.forward import recover_identity, transform
from bnviz.chapters.transform.shape import moments, shape_of
from bnviz.chapters.whitening.whiten import compare_methods, correlated_batch, zca
from bnviz.ledger.claim_test import Effects, claim_test, exact
from bnviz.ledger.measurements.whitened_net import whitened_net_speedups
from bnviz.norms import batch_norm_forward

_SHAPES = ("bimodal", "skewed", "heavy")
_RATIO, _CORRELATION, _SHARE = 10.0, 0.9, 0.5


def shape(seed: int) -> Effects:
    """E2: normalize features of three shapes and look at four moments and the shares near the middle."""
    drawn = [shape_of(name, 20_000, seed) for name in _SHAPES]
    after = [each.moments_after for each in drawn]
    kept = [
        max(
            abs(each.moments_after.skew - each.moments_before.skew),
            abs(each.moments_after.kurtosis - each.moments_before.kurtosis),
        )
        for each in drawn
    ]
    return {
        "mean_and_variance_error": max(max(abs(each.mean), abs(each.var - 1)) for each in after),
        "shape_change": max(kept),
        "distance_from_normal": max(max(abs(each.skew), abs(each.kurtosis - 3)) for each in after),
        "share_within_one_sd": 100 * normal_share_within(1) - 64,
        "share_within_two_sd": 100 * normal_share_within(2) - 95,
        "finiteness": _constant_feature(seed),
    }


def normal_share_within(deviations: float) -> float:
    """Return P(|X| <= k) = erf(k / sqrt(2)) of a standard normal X."""
    return math.erf(deviations / math.sqrt(2))


def _constant_feature(seed: int) -> float:
    """Return how many of two things are wrong: finite with epsilon, not finite with a denominator of 0."""
    x = torch.full((16, 1), float(np.random.default_rng(seed).normal()), dtype=torch.float64)
    one, zero = torch.ones(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    kept, bare = (batch_norm_forward(x, one, zero, eps)[0].isfinite().all() for eps in (1e-5, 0.0))
    return float(not kept) + float(bool(bare))


def undo(seed: int) -> Effects:
    """E18: beta = mean with gamma = sqrt(var + eps), then with gamma = var: largest |y - x|."""
    found = {each.choice: each.error for each in recover_identity(draw_batch("skewed", 16, 4, seed))}
    return {"identity_error_std": found["std"], "identity_error_var": found["var"]}


def scaling(seed: int) -> Effects:
    """E22: descent on two features, standard deviations 1 and 10, correlation 0.9; a net on whitened digits."""
    runs = {form: descend(_RATIO, _CORRELATION, _SHARE, form, seed) for form in ("raw", "standardized")}
    runs["whitened"] = descend(_RATIO, _CORRELATION, _SHARE, "whitened", seed)
    steps = {form: run.steps or MAX_STEPS for form, run in runs.items()}
    x, y = two_features(_RATIO, 0.0, seed)
    slopes = np.abs(x.T @ y)
    skewed = DISTRIBUTIONS["skewed"](np.random.default_rng(seed), (5_000, 2))
    from_raw, from_centered = whitened_net_speedups(seed)
    white = zca(torch.from_numpy(skewed)).numpy()
    return {
        "standardized_speedup": steps["raw"] / steps["standardized"],
        "whitened_speedup": steps["standardized"] / steps["whitened"],
        "condition_number_error": runs["standardized"].condition - 1,
        "correlation_change": compare_methods(correlated_batch(500, 4, 0.8, seed)).correlation_change,
        "whitened_net_speedup": from_raw,
        "centered_net_speedup": from_centered,
        "gradient_ratio": float(slopes[1] / slopes[0]),
        "distance_from_normal": max(abs(moments(column).skew) for column in white.T),
    }


def momentum(seed: int) -> Effects:
    """E23: noise of a running mean at momentum 0.5 over that at 0.99, both conventions; steps to settle."""
    quick = measure_noise_left(0.5, 4_000, seed)
    batch = torch.randn(32, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) + 1
    return {
        "keras_steadiness_ratio": quick / measure_noise_left(1 - 0.99, 4_000, seed),
        "torch_steadiness_ratio": quick / measure_noise_left(0.99, 4_000, seed),
        "settling_time_ratio": measure_settling(batch, 0.01) / measure_settling(batch, 0.1),
    }


def calculus(seed: int) -> Effects:
    """L2: slopes of a wavy surface at a random point and direction; BN's gradient by hand and by autograd."""
    random = np.random.default_rng(seed)
    x, y = (float(v) for v in random.uniform(-1.5, 1.5, 2))
    theta = float(random.uniform(0, 360))
    found, h = directional_derivative("waves", x, y, theta), 1e-4
    cos, sin = np.cos(np.radians(theta)), np.sin(np.radians(theta))
    ahead, behind = (float(height("waves", x + s * h * cos, y + s * h * sin)) for s in (1, -1))
    turned = abs(float(found.thetas[found.slopes.argmax()]) - found.steepest)
    batch = draw_batch("bimodal", 16, 4, seed)
    gone = backward(transform(batch, np.ones(4), np.zeros(4)), draw_target(16, 4, seed))
    return {
        "difference_quotient_error": float(found.remainders[-1]),
        "cosine_formula_error": (ahead - behind) / (2 * h) - found.slope,
        "steepest_angle_error": min(turned, 360 - turned),
        "remainder_ratio": float(found.remainders[0] / found.remainders[-1]),
        "backward_error": gone.analytic_error,
        "constant_statistics_error": gone.detached_error,
    }


TESTS = (
    claim_test(
        "E2",
        shape,
        mean_and_variance_error=exact("within", 1e-3, "difference"),
        shape_change=exact("within", 1e-6, "difference"),
        distance_from_normal=exact("within", 0.1, "difference"),
        share_within_one_sd=exact("within", 0.5, "points"),
        share_within_two_sd=exact("within", 0.5, "points"),
        finiteness=exact("within", 0, "count"),
    ),
    claim_test(
        "E18",
        undo,
        identity_error_std=exact("within", 1e-9, "difference"),
        identity_error_var=exact("within", 1e-9, "difference"),
    ),
    claim_test(
        "E22",
        scaling,
        standardized_speedup=exact("ratio", 1, "times"),
        whitened_speedup=exact("ratio", 1, "times"),
        condition_number_error=exact("within", 0.1, "condition"),
        correlation_change=exact("within", 1e-9, "difference"),
        whitened_net_speedup=("ratio", 1, "times"),
        centered_net_speedup=("ratio", 1, "times"),
        gradient_ratio=("ratio", 1, "times"),
        distance_from_normal=exact("within", 0.1, "difference"),
    ),
    claim_test(
        "E23",
        momentum,
        keras_steadiness_ratio=("ratio", 1, "times"),
        torch_steadiness_ratio=("ratio", 1, "times"),
        settling_time_ratio=exact("ratio", 1, "times"),
    ),
    claim_test(
        "L2",
        calculus,
        difference_quotient_error=exact("within", 1e-3, "difference"),
        cosine_formula_error=exact("within", 1e-6, "difference"),
        steepest_angle_error=exact("within", 1, "degrees"),
        remainder_ratio=exact("ratio", 10, "times"),
        backward_error=exact("within", 1e-4, "difference"),
        constant_statistics_error=exact("within", 1e-4, "difference"),
    ),
)
