"""Gradient descent on a quadratic, by torch's SGD with autograd and by the chapter on gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from golden_case import Case, tensor
from oracle_symmetric import eigen

from bnviz.chapters.gradients.scaling import FORMS, descend, transformed, two_features

MATRICES = ([[2.0, 0.6], [0.6, 0.5]], [[1.0, 0.0], [0.0, 9.0]])


def cases() -> list[Case]:
    """Return descents that converge, oscillate and diverge, and the valleys of the chapter's three forms."""
    found = []
    for matrix in MATRICES:
        values = np.linalg.eigvalsh(np.asarray(matrix))
        point = np.array([-1.6, 1.2])
        found += [
            Case("eigen", [matrix], eigen(matrix)),
            Case("loss", [matrix, point], 0.5 * point @ np.asarray(matrix) @ point),
            Case("gradient", [matrix, point], np.asarray(matrix) @ point),
            Case("conditionNumber", [matrix], values[1] / values[0]),
            *(_descent(matrix, rate / values[1], momentum) for rate in (0.4, 1.9, 2.2) for momentum in (0.0, 0.8)),
            *(Case("largestStableRate", [matrix, momentum], _edge(values, momentum)) for momentum in (0.0, 0.5, 0.9)),
        ]
    return [*found, *(case for form in FORMS for case in _chapter(form))]


def _descent(matrix: Any, rate: float, momentum: float) -> Case:
    start, steps, hessian = [-1.6, 1.2], 12, tensor(matrix)
    w = tensor(start).requires_grad_()
    optimizer = torch.optim.SGD([w], lr=rate, momentum=momentum)
    path = [w.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        (0.5 * w @ hessian @ w).backward()
        optimizer.step()
        path.append(w.detach().clone())
    return Case("descend", [matrix, start, rate, steps, momentum], path)


def _edge(values: Any, momentum: float) -> float:
    """Return by bisection the rate at which the larger root of the update's matrix leaves the unit circle."""
    low, high = 0.0, 8 / values[1]
    for _ in range(100):
        rate = (low + high) / 2
        if all(_radius(rate * value, momentum) < 1 for value in values):
            low = rate
        else:
            high = rate
    return low


def _radius(step: float, momentum: float) -> float:
    """Return the spectral radius of (v, w) -> (m v + lambda w, w - rate (m v + lambda w)), with rate v as unit."""
    update = np.array([[momentum, step], [-momentum, 1 - step]])
    return float(np.abs(np.linalg.eigvals(update)).max())


def _chapter(form: str) -> list[Case]:
    points = transformed(two_features(4.0, 0.6)[0], form)[:40]
    done = descend(4.0, 0.6, 0.8, form)
    steps = min(30, len(done.path) - 1)
    return [
        Case("hessianOfInputs", [points], points.T @ points / len(points)),
        Case("conditionNumber", [done.covariance], done.condition),
        Case("largestStableRate", [done.covariance], done.max_lr),
        Case("descend", [done.covariance, done.path[0], done.lr, steps], done.path[: steps + 1]),
    ]
