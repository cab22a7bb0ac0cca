"""Which engine computes an arm's steps."""

from __future__ import annotations

import torch

from bnviz.training.engines.autograd_engine import AutogradEngine
from bnviz.training.engines.step_engine import StepEngine
from bnviz.training.twins import Twin


def engine_for(twin: Twin, device: torch.device) -> StepEngine:
    """Return the fastest engine that computes an arm's steps with the bits of modules, autograd and torch.optim.

    Args:
        twin: the arm; its optimizer and its weights may be loaded before, but not replaced after.
        device: where it trains.
    """
    return AutogradEngine(twin.net, twin.optimizer, twin.recorder)
