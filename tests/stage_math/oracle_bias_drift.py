"""A bias before a normalization, trained by the chapter on whitening with autograd."""

from __future__ import annotations

import numpy as np
from golden_case import Case

from bnviz.chapters.whitening.bias_drift import bias_drift, drift_target


def cases() -> list[Case]:
    """Return biases and losses after training, and the loss around a fixed mean."""
    found = []
    for mean in (0.5, -1.0, 0.0):
        target = drift_target(mean, 16)
        u = np.random.default_rng([0, 2]).standard_normal(16)
        for gradient in ("outside", "through"):
            run = bias_drift(target, gradient, 0.1, 30, start=0.7)
            found.append(Case("biasAfter", [0.7, mean, 0.1, 30, gradient == "through"], run.bias[-1]))
            found.append(Case("lossAt", [u, target, run.bias[-1]], run.loss[-1]))
        for other in (0.7, -2.0):
            fixed = u + other - (u + 0.7).mean()
            found.append(Case("believedLoss", [u, target, 0.7, other], ((fixed - target) ** 2).mean() / 2))
    return found
