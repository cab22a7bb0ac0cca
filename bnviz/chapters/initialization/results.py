"""What the chapter on initialization measured of the size of the weights."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class EpsilonCurve:
    """How far BN(a W u) is from exact invariance, over a.

    Attributes:
        scales: (K,), a.
        measured: (K,), largest abs(BN_eps(a W u) - BN_0(W u)).
        formula: (K,), the same by ``distance_formula``.
        grad_ratio: (K,), norm(dL/d(aW)) over its value at a = 1.
        step_ratio: (K,), (norm(dL/d(aW)) / norm(aW)) over its value at a = 1.
        edge: the a at which a^2 s^2 = eps for the median unit: left of it epsilon rules; 0 without epsilon.
        eps: epsilon.
    """

    scales: Floats
    measured: Floats
    formula: Floats
    grad_ratio: Floats
    step_ratio: Floats
    edge: float
    eps: float
