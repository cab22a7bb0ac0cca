"""Which engine computes an arm's steps."""

from __future__ import annotations

import torch
from torch import nn

from bnviz.backprop.network import can_backpropagate
from bnviz.training.engines.autograd_engine import AutogradEngine
from bnviz.training.engines.by_hand_engine import ByHandEngine
from bnviz.training.engines.graphs import CudaGraphs
from bnviz.training.engines.replay_engine import ReplayEngine
from bnviz.training.engines.replayable import why_not_replayable
from bnviz.training.engines.step_engine import StepEngine
from bnviz.training.twins import Twin


def engine_for(twin: Twin, device: torch.device) -> StepEngine:
    """Return the fastest engine for an arm's steps.

    Plain multilayer perceptrons on a CPU go by hand. All others go by autograd: nets that are no chain, norms other
    than batch normalization, norms that are inserted later, and batches of one sample, which has no variance. Both
    give the bits of modules, autograd and torch.optim. On a GPU of CUDA, the kernels of steps that are all alike are
    recorded and replayed; there the last bit of a weight can differ from torch.optim's (``tensor_update``).

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
    refusal = why_not_replayable(twin.config) if device.type == "cuda" else None
    if device.type != "cuda" or refusal is not None:
        return AutogradEngine(net, twin.optimizer, twin.recorder, refusal)
    return ReplayEngine(net, twin.optimizer, twin.recorder, CudaGraphs(device))
