"""Loss, accuracy and class probabilities of a net on data, and the test samples that a run is evaluated on."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.data import Dataset
from bnviz.telemetry.transfer import fetch
from bnviz.training.pace import pause_point

CHUNK = 500
"""Samples that are evaluated at once."""
MAX_TEST_IMAGES = 1000
"""Most test images that a net other than an mlp is evaluated on, so that training never waits for seconds."""


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
    losses, right = [], []
    with evaluation_mode(net):
        for part, labels in zip(torch.split(x, chunk), torch.split(y, chunk), strict=True):
            logits = net(part)
            losses.append(F.cross_entropy(logits, labels, reduction="sum"))
            right.append((logits.argmax(1) == labels).sum())
            pause_point()
    loss, n_right = 0.0, 0
    there = fetch([*losses, *right])
    for part_loss, part_right in zip(there[: len(losses)], there[len(losses) :], strict=True):
        loss += part_loss.item()  # not sum(): since Python 3.12, it rounds in another way
        n_right += int(part_right.item())
    return loss / len(y), n_right / len(y)


def accuracy(net: nn.Module, x: Tensor, y: Tensor) -> float:
    """Return the accuracy for x (N, D) and y (N,) in evaluation mode, 0..1."""
    return loss_and_accuracy(net, x, y)[1]


def accuracy_in_batches(net: nn.Module, x: Tensor, y: Tensor, batch_size: int, seed: int = 0) -> float:
    """Return the accuracy of a copy of the net in training mode, where each sample is normalized by its batch.

    The samples are shuffled once and cut into batches; the remainder is one smaller batch.
    """
    copied = copy.deepcopy(net).train()
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        right = sum(int((copied(x[part]).argmax(1) == y[part]).sum()) for part in torch.split(order, batch_size))
    return right / len(x)


def probabilities(net: nn.Module, x: Tensor, chunk: int = CHUNK) -> Tensor:
    """Return class probabilities (N, C) in evaluation mode, on the CPU."""
    with evaluation_mode(net):
        return torch.cat([net(part).softmax(1) for part in torch.split(x, chunk)]).cpu()


def n_evaluated(dataset: Dataset, net: str) -> int:
    """Return the number of test samples that a net of this family is evaluated on: all of them for an mlp."""
    return len(dataset.y_test) if net == "mlp" else min(MAX_TEST_IMAGES, len(dataset.y_test))


def evaluated_part(dataset: Dataset, net: str, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return these test samples, evenly spaced over the test set: x (n, D) and y (n,), on the device."""
    count, total = n_evaluated(dataset, net), len(dataset.y_test)
    if count == total:
        return dataset.x_test.flatten(1).to(device), dataset.y_test.to(device)
    chosen = torch.arange(count) * total // count
    return dataset.x_test[chosen].flatten(1).to(device), dataset.y_test[chosen].to(device)
