"""Mean derivatives of nonlinearities, from their outputs: exact wherever the output tells the derivative.

What enters a nonlinearity is not always observed: in a residual net the shortcut is added after the normalization. Its
output is, and costs no exponential.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from bnviz.array_types import Floats32
from bnviz.config import LEAKY_SLOPE

FROM_OUTPUT: Mapping[str, Callable[[Floats32], Floats32]] = {
    "sigmoid": lambda s: s * (1 - s),
    "tanh": lambda t: 1 - t * t,
    "relu": lambda y: (y > 0).astype(np.float32),
    "leaky_relu": lambda y: np.where(y > 0, np.float32(1), np.float32(LEAKY_SLOPE)),
    "identity": np.ones_like,
}
"""The derivative f'(x) as a function of y = f(x), elementwise; at a kink the left one, as in torch."""


def slopes_from_outputs(names: list[str], outputs: Mapping[int, Floats32]) -> Floats32:
    """Return the mean derivative of each layer's nonlinearity, (L,); NaN where the output does not tell it.

    Args:
        names: of the nonlinearities, L.
        outputs: a sample (n,) of the output of each layer, by its index.
    """
    slopes = np.full(len(names), np.nan, np.float32)
    groups: dict[tuple[str, int], list[int]] = {}
    for index, name in enumerate(names):
        if name in FROM_OUTPUT:
            groups.setdefault((name, len(outputs[index])), []).append(index)
    for (name, _), members in groups.items():
        values = np.array([outputs[index] for index in members])
        slopes[members] = FROM_OUTPUT[name](values).mean(axis=1, dtype=np.float64)
    return slopes
