"""The loss around a network's weights, on a plane through them."""

from bnviz.landscape.directions import Weights, current_weights, filter_normalized, random_plane
from bnviz.landscape.public import loss_surface
from bnviz.landscape.surface import evaluate_plane
from bnviz.landscape.twins import surface_of_twins

__all__ = [
    "Weights",
    "current_weights",
    "evaluate_plane",
    "filter_normalized",
    "loss_surface",
    "random_plane",
    "surface_of_twins",
]
