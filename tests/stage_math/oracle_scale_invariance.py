"""Scale invariance, measured by the chapter on initialization and by autograd."""

from __future__ import annotations

from typing import Any

import torch
from golden_case import Case, draws, tensor

from bnviz.chapters.initialization.invariance import check_scale, normalized
from bnviz.chapters.initialization.results import effective_lr
from bnviz.chapters.initialization.weight_norms import squared_norm_after

SCALES = (0.1, 1.0, 3.0, 50.0)


def cases() -> list[Case]:
    """Return measured factors, and one unit at several lengths of its weight vector."""
    random = draws(9)
    points, weight, gradient = random.normal(0.5, 1, (8, 3)), random.normal(0, 1, 3), random.normal(0, 1, 8)
    found = []
    for scale in SCALES:
        loss = lambda output: (output[:, 0] * tensor(gradient)).sum()  # noqa: E731 - a loss is a function
        check = check_scale(tensor(points), tensor(weight)[None], loss, scale, 0.0)
        found += [Case("gradientScale", [scale], check.grad_ratio), Case("stepScale", [scale], check.step_ratio)]
        found += [_unit(points, scale * weight, eps, gradient) for eps in (0.0, 1e-5, 0.1)]
    found += [Case("effectiveRate", [0.1, norm], effective_lr(0.1, norm**2)) for norm in (0.5, 7.0)]
    found += [Case("squaredNormAfter", [4.0, g, 0.5], squared_norm_after(4.0, 0.0, g, 0.5)) for g in (0.0, 9.0)]
    targets = [1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0]
    for scale in (0.3, 2.0):
        found += [_loss(points, scale * weight, targets, eps) for eps in (0.0, 0.1)]
        found.append(_step(points, scale * weight, targets, 0.7))
    return found


def _loss(points: Any, weight: Any, targets: list[float], eps: float) -> Case:
    w = tensor(weight).requires_grad_()
    output = normalized(tensor(points), w[None], eps)[:, 0]
    loss = ((output - tensor(targets)) ** 2).mean() / 2
    loss.backward()  # type: ignore[no-untyped-call]
    expected = {"preActivations": points @ weight, "output": output, "loss": loss, "gradient": w.grad}
    return Case("unitLoss", [points, weight, targets, eps], expected)


def _step(points: Any, weight: Any, targets: list[float], rate: float) -> Case:
    w = tensor(weight).clone().requires_grad_()  # the step changes it in place
    optimizer = torch.optim.SGD([w], rate)
    (((normalized(tensor(points), w[None], 0.0)[:, 0] - tensor(targets)) ** 2).mean() / 2).backward()
    optimizer.step()
    return Case("stepOfUnit", [points, weight, targets, rate], w)


def _unit(points: Any, weight: Any, eps: float, gradient: Any) -> Case:
    w = tensor(weight).requires_grad_()
    output = normalized(tensor(points), w[None], eps)[:, 0]
    output.backward(tensor(gradient))
    expected = {"preActivations": points @ weight, "output": output, "gradient": w.grad}
    return Case("bnLinear", [points, weight, eps, gradient], expected)
