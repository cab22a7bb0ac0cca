"""Recipes of a small mlp that the tests of engines share."""

from typing import Any

SMALL: dict[str, Any] = {"depth": 3, "width": 20, "device": "cpu", "seed": 3}
UPDATES: dict[str, dict[str, Any]] = {
    "momentum": {"sgd_momentum": 0.9, "lr": 0.1},
    "nesterov": {"sgd_momentum": 0.9, "nesterov": True, "lr": 0.1},
    "decay": {"weight_decay": 0.01},
    "decay of weights alone": {"weight_decay": 0.01, "decay_norm": False, "sgd_momentum": 0.5, "lr": 0.1},
    "adam": {"optimizer": "adam", "lr": 0.01, "weight_decay": 0.01},
    "adamw": {"optimizer": "adamw", "lr": 0.01, "weight_decay": 0.01, "decay_norm": False},
    "rmsprop": {"optimizer": "rmsprop", "lr": 0.01, "weight_decay": 0.001},
    "rmsprop with momentum": {"optimizer": "rmsprop", "lr": 0.001, "sgd_momentum": 0.9},
    "half-life": {"lr_half_life": 5},
    "distortion": {"distortion": 0.5},
}
"""What changes the update, or the batch that it is made with."""
