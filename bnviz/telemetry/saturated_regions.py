"""Where the nonlinearities count as saturated."""

from __future__ import annotations

import math

from bnviz.telemetry.run_description import SaturationRegion

_LOGIT_95 = math.log(0.95 / 0.05)  # 2.944
_ATANH_97 = math.atanh(0.97)  # 2.092

SATURATED: dict[str, SaturationRegion] = {
    "sigmoid": SaturationRegion("sigmoid", 0.05, 0.95, (-_LOGIT_95, _LOGIT_95)),
    "tanh": SaturationRegion("tanh", -0.97, 0.97, (-_ATANH_97, _ATANH_97)),
}
"""Bounded nonlinearities only. relu, leaky_relu, gelu and identity have no saturated region here."""
