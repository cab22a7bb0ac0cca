"""Feature maps and filters of twins as pictures, each map with its mean and spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Floats = npt.NDArray[np.float64]
STAGES = ("conv", "norm", "activation")
MAPS = 8


@dataclass(frozen=True, slots=True, eq=False)
class ArmPictures:
    """What one net makes of one picture in one layer; K maps.

    Attributes:
        filters: (K, k, k), of each filter the slice of that input channel which weighs most.
        maps: per stage that the net has, (K, p, q): after the convolution, after BN, after the nonlinearity.
        means: per stage (K,), mean of the map over a batch and all places.
        sds: per stage (K,), standard deviation likewise.
    """

    filters: Floats
    maps: dict[str, Floats]
    means: dict[str, Floats]
    sds: dict[str, Floats]


def strongest_slices(weight: Tensor) -> Tensor:
    """Return of each filter (C_out, C_in, k, k) the slice (C_out, k, k) with the largest Euclidean norm."""
    strongest = weight.flatten(2).norm(dim=2).argmax(1)
    return weight[torch.arange(len(weight)), strongest]


def arm_pictures(weight: Tensor, outputs: dict[str, Tensor], maps: int = MAPS) -> ArmPictures:
    """Collect the first maps of a layer.

    Args:
        weight: (C_out, C_in, k, k), the layer's filters.
        outputs: per stage (N, C_out, p, q); the first sample is the one that is shown.
        maps: K.
    """
    some = {stage: out[:, :maps].double() for stage, out in outputs.items()}
    return ArmPictures(
        strongest_slices(weight)[:maps].double().numpy(),
        {stage: out[0].numpy() for stage, out in some.items()},
        {stage: out.mean((0, 2, 3)).numpy() for stage, out in some.items()},
        {stage: out.std((0, 2, 3), correction=0).numpy() for stage, out in some.items()},
    )
