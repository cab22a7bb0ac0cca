"""Loss, accuracy and class probabilities of a net, a chunk of samples at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

CHUNK = 500


@contextmanager
def evaluating(net: nn.Module) -> Iterator[None]:
    """Have the net in evaluation mode for a while, without gradients."""
    was_training = net.training
    net.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        net.train(was_training)


def loss_and_accuracy(net: nn.Module, x: Tensor, y: Tensor, chunk: int = CHUNK) -> tuple[float, float]:
    """Return mean loss and accuracy in evaluation mode (running statistics, no dropout).

    Args:
        net: (B, D) to logits.
        x: (N, D).
        y: (N,).
        chunk: samples at a time, which bounds the memory.
    """
    loss, right = 0.0, 0
    with evaluating(net):
        for part, labels in zip(torch.split(x, chunk), torch.split(y, chunk), strict=True):
            logits = net(part)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            right += int((logits.argmax(1) == labels).sum().item())
    return loss / len(y), right / len(y)


def probabilities(net: nn.Module, x: Tensor, chunk: int = CHUNK) -> Tensor:
    """Return class probabilities (N, C) in evaluation mode, on the CPU."""
    with evaluating(net):
        return torch.cat([net(part).softmax(1).cpu() for part in torch.split(x, chunk)])
