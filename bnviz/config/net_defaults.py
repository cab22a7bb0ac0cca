"""Recipes that suit each family of nets: the sidebar applies them when a net is chosen."""

from __future__ import annotations

from collections.abc import Mapping

from bnviz.config.bounds import Value

_CONVOLUTIONAL: dict[str, Value] = {"width": 8, "activation": "relu", "init": "kaiming", "lr": 0.05, "batch_size": 64}

NET_DEFAULTS: Mapping[str, Mapping[str, Value]] = {
    "mlp": {"depth": 6, "width": 100, "activation": "sigmoid", "init": "xavier", "lr": 0.5, "batch_size": 60},
    "vgg11": _CONVOLUTIONAL,
    "resnet20": _CONVOLUTIONAL,
    "inception": {**_CONVOLUTIONAL, "width": 16},
    # Cooijmans et al. 2016, sec. 4: gamma starts at 0.1, so that tanh is not saturated.
    "rnn": {"width": 64, "activation": "tanh", "init": "xavier", "lr": 0.1, "batch_size": 64, "gamma_init": 0.1},
}
"""Fields that differ from the defaults, by net; the widths are small enough to train live on a laptop."""
