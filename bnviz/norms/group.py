"""Group normalization and its extremes: layer normalization (one group) and instance normalization."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.config import InputError
from bnviz.norms.base import Norm


class GroupNorm(Norm):
    """Group normalization of (B, C) or (B, C, H, W) over each sample's groups of C / G channels.

    y = gamma * (x - mean) / sqrt(var + eps) + beta. Mean and biased variance of a group of one sample are over its
    C / G channels and all locations; gamma and beta are per channel. Nothing depends on the batch, so training and
    evaluation are equal, and there are no running statistics. A group of a single value gives beta (up to rounding).

    Args:
        num_groups: G, a divisor of C.
        num_features: C.
        eps: added to the variance inside the root.
        affine: whether gamma and beta are learned.

    Source: Wu & He 2018, sec. 3.1.
    """

    def __init__(self, num_groups: int, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__(num_features, eps, affine)
        if num_features % num_groups:
            raise InputError(f"groups must divide the {num_features} channels, got {num_groups}")
        self.num_groups = num_groups

    def forward(self, x: Tensor) -> Tensor:
        """Normalize each group of each sample by its own statistics."""
        # Not F.group_norm, which refuses a group of a single value and checks sizes in Python at each call.
        return torch.group_norm(x, self.num_groups, self.weight, self.bias, self.eps, torch.backends.cudnn.enabled)

    def extra_repr(self) -> str:
        """Show the groups, the channels and eps in the module's repr."""
        return f"{self.num_groups}, {super().extra_repr()}"


class LayerNorm(GroupNorm):
    """Layer normalization: all values (C,) or (C, H, W) of one sample share one mean.

    It is group normalization with one group. For (C, H, W), gamma and beta are per channel, as in Wu & He 2018; in
    ``torch.nn.LayerNorm((C, H, W))`` they are per value.

    Source: Ba, Kiros & Hinton 2016, eq. 3.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__(1, num_features, eps, affine)


class InstanceNorm(GroupNorm):
    """Instance normalization of (B, C, H, W): each feature map of each sample has its own mean over (H, W).

    It is group normalization with C groups. There are no running statistics: evaluation normalizes as training does,
    which is the default of ``torch.nn.InstanceNorm2d``.

    Raises:
        InputError: maps have a single location, so that all outputs would be beta.

    Source: Ulyanov, Vedaldi & Lempitsky 2016, eq. 3.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__(num_features, num_features, eps, affine)

    def forward(self, x: Tensor) -> Tensor:
        """Normalize each map by its own statistics."""
        if x.dim() != 4 or x.shape[2] * x.shape[3] < 2:
            raise InputError(f"norm instance needs maps of at least 2 locations, got shape {tuple(x.shape)}")
        if x.is_contiguous():
            return super().forward(x)
        # The kernel of torch is slow for maps that are not contiguous; y has the memory format of x.
        y = super().forward(x.contiguous())
        return y.contiguous(memory_format=torch.channels_last)


def nearest_groups(groups: int, channels: int, locations: int = 1) -> int:
    """Return the divisor of ``channels`` that is nearest to ``groups``; of two equally near ones, the smaller.

    If channels have a single location, it is less than ``channels``: groups of a single value would turn every output
    into beta.
    """
    most = channels if locations > 1 or channels == 1 else channels // 2
    divisors = [d for d in range(1, most + 1) if channels % d == 0]
    return min(divisors, key=lambda d: (abs(d - groups), d))
