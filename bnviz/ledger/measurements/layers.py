"""Tests on one layer or an untrained net: E6, E7, E16, E19 (its exact half)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.chapters.initialization.one_layer import digits_at_scale
from bnviz.chapters.saturation.depth import gradient_norms
from bnviz.chapters.saturation.depth_sweep import depth_sweep
from bnviz.chapters.transform.shape import moments
from bnviz.chapters.whitening.bias_drift import bias_drift, drift_target
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.ledger.claim_test import Effects, claim_test, exact
from bnviz.ledger.measurements.figure1 import deep_sigmoid
from bnviz.ledger.measurements.kept import kept_in_training
from bnviz.nets.initialize import initial_weight
from bnviz.norms import batch_norm_forward

_SCALE, _DEPTH, _WIDTH, _GAIN = 10.0, 30, 64, 1.5


def scale(seed: int) -> Effects:
    """E6: the weights before BN times 10, on 60 digits in float64."""
    found = digits_at_scale(_SCALE, 1e-5, seed)
    return {
        "output_change": found.output_change,
        "weight_gradient_error": found.grad_ratio * _SCALE - 1,
        "input_gradient_change": found.input_grad_change,
        "rotation_ratio": found.step_ratio,
        "radial_gradient": found.radial,
    }


def outside(seed: int) -> Effects:
    """E7: 100 updates of a bias whose normalization the gradient does not see, against one that it sees."""
    blind, seen = (bias_drift(drift_target(1.0, seed=seed), way, 0.1, 100, seed=seed) for way in ("outside", "through"))
    return {"bias_drift": abs(blind.last) - abs(seen.last), "loss_change": blind.loss_change}


def depth(seed: int) -> Effects:
    """E16: gradients at the first and the last layer of untrained nets, 20 layers (30 with a gain), and in training."""
    kept = kept_in_training("sigmoid", 1.0, seed).gradient
    sigmoid, relu = (depth_sweep(curve, (2, 20), seed).ratio[:, -1] for curve in ("sigmoid", "relu"))
    x, y = _digits()
    kaiming, head = _weights("kaiming", seed)
    xavier, _ = _weights("xavier", seed)
    norms = {
        name: gradient_norms(x, y, weights, head, "relu", normalized=False, skip=False)
        for name, weights in (("kaiming", kaiming), ("xavier", xavier), ("gain", [_GAIN * w for w in kaiming]))
    }
    through = {name: float(each[0] / each[-1]) for name, each in norms.items()}
    return {
        "sigmoid_gradient_ratio": 1 / float(sigmoid[0]),
        "sigmoid_gradient_gain": float(sigmoid[2] / sigmoid[0]),
        "sigmoid_gradient_gain_in_training": float((kept[1] / kept[0]).min()),
        "relu_gradient_ratio": float(relu[2]),
        "skip_gradient_ratio": float(relu[2] / relu[3]),
        "large_weight_gradient_ratio": through["gain"],
        "kaiming_gradient_ratio": through["kaiming"] / through["xavier"],
        "first_layer_amplification_ratio": first_layer_amplification(x, kaiming, seed),
    }


def place(seed: int) -> Effects:
    """E19: a bias before BN; shapes before and after ReLU; six sigmoid layers with BN before or after."""
    x, _ = _digits()
    (first, second, *_), _head = _weights("kaiming", seed)
    values, bias = F.relu(x @ first.T), torch.randn(_WIDTH, dtype=torch.float64).requires_grad_()
    weight = second.clone().requires_grad_()
    ones, zeros = torch.ones(_WIDTH, dtype=torch.float64), torch.zeros(_WIDTH, dtype=torch.float64)
    with_bias, _ = batch_norm_forward(values @ weight.T + bias, ones, zeros, 1e-5)
    without, _ = batch_norm_forward(values @ weight.T, ones, zeros, 1e-5)
    grad_b, grad_w = torch.autograd.grad(with_bias.tanh().pow(2).sum() + with_bias.sum(), (bias, weight))
    live = values[:, (values.std(0) > 0)]
    skews = [
        torch.tensor([abs(moments(column).skew) for column in each.detach().T.numpy()]).mean().item()
        for each in (live, values @ second.T)
    ]
    return {
        "bias_effect": (with_bias - without).detach().abs().max().item(),
        "bias_gradient": float(grad_b.norm() / grad_w.norm()),
        "skewness_reduction": skews[0] - skews[1],
        "gain_at_either_position": min(deep_sigmoid(seed)),
    }


def _digits() -> tuple[Tensor, Tensor]:
    data = load_dataset("mnist")
    return data.x_train[:128].flatten(1).double(), data.y_train[:128]


def _weights(init: str, seed: int) -> tuple[list[Tensor], Tensor]:
    config = RunConfig(activation="relu", init=init)
    sizes = [load_dataset("mnist").input_size, *[_WIDTH] * (_DEPTH - 1)]
    made = [initial_weight(config, n, _WIDTH, 500 * (seed + 1) + k, 1.0).double() for k, n in enumerate(sizes)]
    return made, initial_weight(config, _WIDTH, 10, 500 * (seed + 1) + 499, 1.0).double()


def first_layer_amplification(x: Tensor, weights: Sequence[Tensor], seed: int) -> float:
    """Change the first layer's weights by 1 % at random; return the change at the last layer over that at the first.

    Changes are relative to the outputs, |h' - h| / |h|, in ReLU layers without BN. All weights behind the first layer
    stay as they are, so that nothing but amplification can make the change larger.
    """
    random = torch.Generator().manual_seed(seed)
    first, *others = weights
    other = first * (1 + 0.01 * torch.randn(first.shape, dtype=first.dtype, generator=random))
    h, moved = F.relu(x @ first.T), F.relu(x @ other.T)
    start = float((moved - h).norm() / h.norm())
    for weight in others:
        h, moved = F.relu(h @ weight.T), F.relu(moved @ weight.T)
    return float((moved - h).norm() / h.norm()) / start


TESTS = (
    claim_test(
        "E6",
        scale,
        output_change=exact("within", 1e-2, "difference"),
        weight_gradient_error=exact("within", 0.01, "share"),
        input_gradient_change=exact("within", 0.01, "share"),
        rotation_ratio=exact("ratio", 1, "times"),
        radial_gradient=exact("within", 0.01, "share"),
    ),
    claim_test("E7", outside, bias_drift=exact("more", 0, "difference"), loss_change=exact("within", 1e-9, "nats")),
    claim_test(
        "E16",
        depth,
        sigmoid_gradient_ratio=("ratio", 1, "times"),
        sigmoid_gradient_gain=("ratio", 1, "times"),
        sigmoid_gradient_gain_in_training=("ratio", 1, "times"),
        relu_gradient_ratio=("ratio", 1, "times"),
        skip_gradient_ratio=("ratio", 1, "times"),
        large_weight_gradient_ratio=("ratio", 1000, "times"),
        kaiming_gradient_ratio=("ratio", 1, "times"),
        first_layer_amplification_ratio=("ratio", 1, "times"),
    ),
    claim_test(
        "E19",
        place,
        bias_effect=exact("within", 1e-9, "difference"),
        bias_gradient=exact("within", 1e-9, "share"),
        skewness_reduction=("more", 0, "skewness"),
        gain_at_either_position=("more", 0, "points"),
    ),
)
