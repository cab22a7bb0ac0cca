"""What the picture of the chapter shows: the recorded small net and its digits, as plain values."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import numpy as np

from bnviz.chapters.inference.stage_net import recorded_net
from bnviz.config import RunConfig
from bnviz.data import load_dataset


@lru_cache(maxsize=1)
def stage_data() -> dict[str, Any]:
    """Return the recorded net with the labels and pictures of its digits; a picture is 28 x 28 half bytes.

    Two pixels of 0 to 15 share a byte, the left one in its high half.
    """
    content = recorded_net()
    data = load_dataset(RunConfig().dataset)
    rows = content["rows"]
    pixels = np.rint(data.x_test[rows].numpy() * 15).astype(np.uint8).reshape(-1, 2)
    packed = pixels[:, 0] * 16 + pixels[:, 1]
    kept = ("steps", "accuracy", "tested", "yours", "unit", "middle", "first", "norms", "linear2", "head")
    return {
        **{name: content[name] for name in kept},
        "seed": content["config"]["seed"],
        "batch": content["config"]["batch_size"],
        "width": content["config"]["width"],
        "labels": [int(data.y_test[row]) for row in rows],
        "images": base64.b64encode(packed.tobytes()).decode("ascii"),
    }
