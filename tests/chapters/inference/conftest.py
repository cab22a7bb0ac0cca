"""A small net with norms, and inputs for it."""

from __future__ import annotations

import pytest
import torch
from hand_made_norm_net import norm_net, norm_net_inputs
from torch import nn


@pytest.fixture
def net() -> nn.Sequential:
    return norm_net()


@pytest.fixture
def x() -> torch.Tensor:
    return norm_net_inputs()
