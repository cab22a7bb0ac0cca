"""The loss around real twins after a short training, for the chapter on gradients."""

from __future__ import annotations

import numpy as np

from bnviz.api.surface import surface_result
from bnviz.config import Experiment, InputError, RunConfig
from bnviz.telemetry.records import SurfaceRecord

NETS: dict[str, tuple[str, str, float]] = {
    "sigmoid": ("sigmoid", "xavier", 0.5),
    "tanh": ("tanh", "xavier", 0.1),
    "relu": ("relu", "kaiming", 0.1),
}
"""Name -> nonlinearity, start weights, learning rate."""

STEPS = (50, 100, 200)
GRID = 25
SAMPLES = 300


def surface_experiment(net: str) -> Experiment:
    """Return twins of 3 hidden layers of 100 units on MNIST, without and with BN.

    Raises:
        InputError: a net that is not in ``NETS``.
    """
    if net not in NETS:
        raise InputError(f"the net must be one of {', '.join(NETS)}, got {net!r:.40}")
    curve, init, lr = NETS[net]
    return Experiment(RunConfig(depth=3, width=100, activation=curve, init=init, lr=lr, device="cpu"))


def real_surface(net: str, n_steps: int = 100, plane: str = "pca", bn_stats: str = "batch") -> SurfaceRecord:
    """Train the twins and measure the loss around them on 25 x 25 points (about 0.7 s for 100 steps).

    Args:
        net: one of ``NETS``.
        n_steps: updates.
        plane: "pca" or "random".
        bn_stats: "batch" or "running".
    """
    return surface_result(surface_experiment(net), n_steps, GRID, bn_stats, plane, SAMPLES)


def losses_at_end(record: SurfaceRecord) -> tuple[float, ...]:
    """Return each arm's loss at the grid point nearest to its current weights."""
    losses = []
    for arm, path in enumerate(record.path.astype(float)):
        # The random plane's origin is the current weights; in the PCA plane they are the end of the path.
        x, y = path[np.isfinite(path).all(1)][-1] if record.plane.startswith("pca") else (0.0, 0.0)
        row = np.abs(record.ys.astype(float) - y).argmin()
        column = np.abs(record.xs.astype(float) - x).argmin()
        losses.append(float(record.loss[arm, row, column]))
    return tuple(losses)
