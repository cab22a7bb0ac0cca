"""Normalization per map commutes with shifting the image; normalization per activation does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from bnviz.chapters.convolution.results import KINDS, ShiftComparison

Layer = Callable[[Tensor], Tensor]
SHIFTS = (0, 1, 2, 3, 4)
_AXES = {"map": (0, 2, 3), "activation": (0,)}


def statistics(x: Tensor, kind: str) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance of feature maps (N, C, p, q), shaped to be broadcast against them.

    Per map they are (1, C, 1, 1), over N, p and q; per activation (1, C, p, q), over N alone.

    Source: Ioffe & Szegedy 2015, sec. 3.2.
    """
    var, mean = torch.var_mean(x, _AXES[kind], correction=0, keepdim=True)
    return mean, var


def normalize(x: Tensor, mean: Tensor, var: Tensor, eps: float = 1e-5) -> Tensor:
    """Return (x - mean) / sqrt(var + eps), gamma 1 and beta 0."""
    return (x - mean) / torch.sqrt(var + eps)


def shift_right(x: Tensor, pixels: int) -> Tensor:
    """Return images or maps (..., p, q) shifted to the right; zeros enter from the left."""
    if pixels == 0:
        return x
    shifted = torch.zeros_like(x)
    shifted[..., pixels:] = x[..., :-pixels]
    return shifted


def compare_shifts(
    layer: Layer, reference: Tensor, pictures: Tensor, shifts: Sequence[int] = SHIFTS, eps: float = 1e-5
) -> ShiftComparison:
    """Shift images before or after a layer and its normalization, and compare the outputs.

    Only positions with the image's content in both outputs are compared: at the left the shifted maps are
    empty, at the right a convolution includes the padding.

    Args:
        layer: (N, 1, p, q) to (N, C, p, q), a convolution that keeps the size.
        reference: (N, 1, p, q), the images of mean and variance, which are fixed, as in evaluation.
        pictures: (n, 1, p, q), the images that are shifted; their last columns should be empty.
        shifts: pixels to the right, smallest first.
        eps: epsilon of BN.
    """
    reference_maps = layer(reference)
    fixed = [statistics(reference_maps, kind) for kind in KINDS]
    maps = layer(pictures)
    difference, switched, bare = np.zeros((2, len(shifts))), np.zeros((2, len(shifts))), []
    drawn: list[Tensor] = []
    for index, pixels in enumerate(shifts):
        before = layer(shift_right(pictures, pixels))
        bare.append(_difference(shift_right(maps, pixels), before, pixels))
        drawn = []
        for row, (mean, var) in enumerate(fixed):
            late = shift_right(normalize(maps, mean, var, eps), pixels)
            early = normalize(before, mean, var, eps)
            difference[row, index] = _difference(late, early, pixels)
            inside = (late > 0)[..., pixels + 1 : -1] != (early > 0)[..., pixels + 1 : -1]
            switched[row, index] = inside.double().mean().item()
            drawn.append(torch.stack([late[0], early[0]]))
    liveliest = int(maps[0].flatten(1).std(1).argmax())
    shown = torch.stack([pair[:, liveliest] for pair in drawn]).double().numpy()
    return ShiftComparison(tuple(shifts), difference, switched, np.asarray(bare), shown)


def _difference(late: Tensor, early: Tensor, pixels: int) -> float:
    late, early = late[..., pixels + 1 : -1].double(), early[..., pixels + 1 : -1].double()
    size = late.square().mean().sqrt()
    return float(((late - early).square().mean().sqrt() / size).item()) if size > 0 else 0.0
