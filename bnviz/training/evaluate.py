"""Loss, accuracy and class probabilities of a net, a chunk of samples at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CHUNK = 500


@contextmanager
def evaluation_mode(net: nn.Module) -> Iterator[None]:
    """Put a net into evaluation mode for a block, without gradients; every module's mode is restored."""
    flags = [(module, module.training) for module in net.modules()]  # a part may be in another mode than the net
    net.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, flag in flags:
            module.training = flag


def loss_and_accuracy(net: nn.Module, x: Tensor, y: Tensor, chunk: int = CHUNK) -> tuple[float, float]:
    """Return mean loss and accuracy in evaluation mode (running statistics, no dropout).

    Args:
        net: (B, D) to logits.
        x: (N, D).
        y: (N,).
        chunk: samples at a time, which bounds the memory.
    """
    loss, right = 0.0, 0
    with evaluation_mode(net):
        for part, labels in zip(torch.split(x, chunk), torch.split(y, chunk), strict=True):
            logits = net(part)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            right += int((logits.argmax(1) == labels).sum().item())
    return loss / len(y), right / len(y)


def probabilities(net: nn.Module, x: Tensor, chunk: int = CHUNK) -> Tensor:
    """Return class probabilities (N, C) in evaluation mode, on the CPU."""
    with evaluation_mode(net):
        return torch.cat([net(part).softmax(1).cpu() for part in torch.split(x, chunk)])
