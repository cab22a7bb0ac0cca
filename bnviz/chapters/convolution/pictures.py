"""Feature maps and filters as pictures, each map with its mean and standard deviation."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.chapters.convolution.results import ArmPictures

N_MAPS = 8


def strongest_slices(weight: Tensor) -> Tensor:
    """Return of each filter (C_out, C_in, k, k) the slice (C_out, k, k) with the largest Euclidean norm."""
    strongest = weight.flatten(2).norm(dim=2).argmax(1)
    return weight[torch.arange(len(weight)), strongest]


def arm_pictures(weight: Tensor, outputs: dict[str, Tensor], n_maps: int = N_MAPS) -> ArmPictures:
    """Return the pictures of the first maps of a layer.

    Args:
        weight: (C_out, C_in, k, k), the layer's filters.
        outputs: per stage (N, C_out, p, q); the first sample is shown.
        n_maps: number of maps, K.
    """
    first = {stage: out[:, :n_maps].double() for stage, out in outputs.items()}
    return ArmPictures(
        strongest_slices(weight)[:n_maps].double().numpy(),
        {stage: out[0].numpy() for stage, out in first.items()},
        {stage: out.mean((0, 2, 3)).numpy() for stage, out in first.items()},
        {stage: out.std((0, 2, 3), correction=0).numpy() for stage, out in first.items()},
    )
