"""The loss around a network's weights, on a plane through them."""

from bnviz.analysis.landscape.directions import Weights, current_weights, filter_normalized, random_plane
from bnviz.analysis.landscape.public import loss_surface
from bnviz.analysis.landscape.surface import evaluate_plane
from bnviz.analysis.landscape.twins import surface_of_twins

__all__ = [
    "Weights", "current_weights", "evaluate_plane", "filter_normalized", "loss_surface", "random_plane",
    "surface_of_twins",
]  # fmt: skip
