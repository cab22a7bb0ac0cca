"""How saturated a layer is; the formulas live with the recorder, which needs them too."""

from bnviz.telemetry.saturation import (
    SATURATED,
    SaturatedRegion,
    activation,
    dead_fraction,
    derivative,
    mean_derivative,
    saturated_fraction,
)

__all__ = [
    "SATURATED", "SaturatedRegion", "activation", "dead_fraction", "derivative", "mean_derivative",
    "saturated_fraction",
]  # fmt: skip
