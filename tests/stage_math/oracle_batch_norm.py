"""Batch normalization of one feature, by ``bnviz.norms`` and autograd."""

from __future__ import annotations

from typing import Any

import torch
from golden_case import Case, draws, tensor

from bnviz.norms import batch_norm_backward, batch_norm_eval, batch_norm_forward, fold_into_linear


def cases() -> list[Case]:
    """Return batches of usual spread, of nearly none (eps decides) and of two samples."""
    random = draws(2)
    batches = [
        (random.normal(2, 3, 8), 1.5, -0.5, 1e-5),
        (random.normal(1, 1e-3, 6), -0.7, 0.2, 1e-5),
        (random.normal(0, 1, 2), 1.0, 0.0, 1e-3),
        (random.normal(-4, 0.5, 5), 2.0, 1.0, 0.0),
    ]
    found = []
    for x, gamma, beta, eps in batches:
        gradient = random.normal(0, 1, len(x))
        found += [
            _forward(x, gamma, beta, eps),
            _evaluation(x, gamma, beta, eps),
            _backward(x, gamma, eps, gradient),
            _jacobian(x, gamma, eps),
        ]
    return [*found, _fold(True), _fold(False)]


def _forward(x: Any, gamma: float, beta: float, eps: float) -> Case:
    y, cache = batch_norm_forward(tensor(x)[:, None], tensor([gamma]), tensor([beta]), eps)
    expected = {
        "mean": cache.mean[0],
        "variance": cache.var[0],
        "deviation": torch.sqrt(cache.var + eps)[0],
        "normalized": cache.x_hat[:, 0],
        "output": y[:, 0],
    }
    return Case("forward", [x, gamma, beta, eps], expected)


def _evaluation(x: Any, gamma: float, beta: float, eps: float) -> Case:
    mean, variance = 0.3, 1.7
    done = batch_norm_eval(tensor(x)[:, None], tensor([gamma]), tensor([beta]), tensor([mean]), tensor([variance]), eps)
    return Case("forwardWith", [x, mean, variance, gamma, beta, eps], {"output": done[:, 0]})


def _backward(x: Any, gamma: float, eps: float, gradient: Any) -> Case:
    _, cache = batch_norm_forward(tensor(x)[:, None], tensor([gamma]), tensor([0]), eps)
    found = batch_norm_backward(tensor(gradient)[:, None], cache)
    expected = {"input": found.x[:, 0], "gamma": found.gamma[0], "beta": found.beta[0]}
    return Case("backward", [x, gamma, eps, gradient], expected)


def _jacobian(x: Any, gamma: float, eps: float) -> Case:
    def output(values: torch.Tensor) -> torch.Tensor:
        return batch_norm_forward(values[:, None], tensor([gamma]), tensor([0]), eps)[0][:, 0]

    found = torch.autograd.functional.jacobian(output, tensor(x))
    return Case("jacobian", [x, gamma, eps], found)


def _fold(with_bias: bool) -> Case:
    random = draws(3)
    weight, bias = random.normal(0, 1, (3, 4)), random.normal(0, 1, 3)
    gamma, beta, mean = random.normal(1, 0.3, 3), random.normal(0, 1, 3), random.normal(0, 2, 3)
    variance = random.uniform(0.1, 4, 3)
    arrays = map(tensor, (gamma, beta, mean, variance))
    found = fold_into_linear(tensor(weight), tensor(bias) if with_bias else None, *arrays, 1e-5)
    given = [weight, bias if with_bias else None, gamma, beta, mean, variance, 1e-5]
    return Case("fold", given, {"weights": found[0], "bias": found[1]})
