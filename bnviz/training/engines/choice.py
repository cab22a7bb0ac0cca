"""Which engine computes an arm's steps."""

from __future__ import annotations

import torch
from torch import nn

from bnviz.backprop.network import can_backpropagate
from bnviz.training.engines.autograd_engine import AutogradEngine
from bnviz.training.engines.by_hand_engine import ByHandEngine
from bnviz.training.engines.step_engine import StepEngine
from bnviz.training.twins import Twin


def engine_for(twin: Twin, device: torch.device) -> StepEngine:
    """Return the fastest engine that computes an arm's steps with the bits of modules, autograd and torch.optim.

    Plain multilayer perceptrons on a CPU go by hand. All others go by autograd: nets that are no chain, norms other
    than batch normalization, norms that are inserted later, and batches of one sample, which has no variance.

    Args:
        twin: the arm; its optimizer and its weights may be loaded before, but not replaced after.
        device: where it trains.
    """
    net = twin.net
    if (
        device.type == "cpu"
        and twin.config.batch_size > 1
        and isinstance(net, nn.Sequential)
        and can_backpropagate(net)
    ):
        return ByHandEngine(net, twin.optimizer, twin.recorder)
    return AutogradEngine(twin.net, twin.optimizer, twin.recorder)
