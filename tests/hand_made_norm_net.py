"""A small net with two norms whose statistics have settled, and inputs for it."""

from __future__ import annotations

import torch
from torch import nn

from bnviz.norms import BatchNorm


def norm_net() -> nn.Sequential:
    """Return a net (B, 6) to (B, 3) with gamma and beta away from 1 and 0, in evaluation mode."""
    torch.manual_seed(0)
    made = nn.Sequential(
        nn.Linear(6, 9, bias=False), BatchNorm(9), nn.Tanh(), nn.Linear(9, 5), BatchNorm(5), nn.Linear(5, 3)
    )
    for module in made.modules():
        if isinstance(module, BatchNorm):
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.normal_(module.bias)
    for _ in range(30):
        made(2 + 3 * torch.randn(64, 6))
    return made.eval()


def norm_net_inputs() -> torch.Tensor:
    """Return 200 inputs (200, 6) from the distribution that the statistics belong to."""
    return 2 + 3 * torch.randn(200, 6, generator=torch.Generator().manual_seed(1))
