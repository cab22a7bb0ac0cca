"""The networks, which are built from a RunConfig and have stable layer names."""

from bnviz.nets.activations import ACTIVATION_LAYERS, make_activation
from bnviz.nets.build import build_net
from bnviz.nets.dropout import SeededDropout
from bnviz.nets.initialize import initial_weight, weight_spread
from bnviz.nets.layers import HiddenLayer, head, hidden_layers
from bnviz.nets.mlp import build_mlp

__all__ = [
    "ACTIVATION_LAYERS",
    "HiddenLayer",
    "SeededDropout",
    "build_mlp",
    "build_net",
    "head",
    "hidden_layers",
    "initial_weight",
    "make_activation",
    "weight_spread",
]
