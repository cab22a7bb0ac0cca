"""Statistics of a trained net: its accuracy under different ones, and recalibration."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.norms import BatchNorm


def with_recalibrated_stats(net: nn.Module, x: Tensor, batch_size: int = 500) -> nn.Module:
    """Return a copy of the net whose running statistics are measured again with the weights fixed.

    Every norm forgets its statistics and takes the plain average over the batches: mean = E_B[batch mean],
    var = E_B[m / (m - 1) * biased batch variance]. Labels are not needed; the weights do not change.

    Args:
        net: left as it is.
        x: (N, D) samples of the domain that the statistics shall describe.
        batch_size: samples per batch; an incomplete last batch is dropped.

    Raises:
        InputError: fewer samples than one batch, or batches of one.

    Source: Ioffe & Szegedy 2015, algorithm 2, steps 8-10; "PreciseBN" in Wu & Johnson 2021; with samples of
    another domain AdaBN (Li et al. 2016, arXiv 1603.04779).
    """
    _check_batches(x, batch_size)
    made = copy.deepcopy(net).train()
    norms = [module for module in made.modules() if isinstance(module, BatchNorm)]
    kept = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # torch's word for the plain average of all batches
    with torch.no_grad():
        for start in range(0, len(x) - batch_size + 1, batch_size):
            made(x[start : start + batch_size])
    for norm, momentum in zip(norms, kept, strict=True):
        norm.momentum = momentum
    return made.eval()


def after_train_mode_passes(net: nn.Module, x: Tensor, batch_size: int, n_batches: int, seed: int = 0) -> nn.Module:
    """Return a copy after some batches in training mode without an update of the weights.

    The weights do not change, but the running statistics do, as in a net that was left in training mode.

    Args:
        net: left as it is.
        x: (N, D), samples that the batches are drawn from.
        batch_size: samples per batch.
        n_batches: number of batches.
        seed: of the draw.
    """
    _check_batches(x, batch_size)
    made = copy.deepcopy(net).train()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _ in range(n_batches):
            made(x[torch.randperm(len(x), generator=generator)[:batch_size]])
    return made.eval()


def accuracy(net: nn.Module, x: Tensor, y: Tensor) -> float:
    """Return the share of samples (N, D) whose label (N,) is the net's answer in evaluation mode, 0..1."""
    with torch.no_grad():
        answers = copy.deepcopy(net).eval()(x).argmax(1)
    return float((answers == y).float().mean())


def accuracy_in_batches(net: nn.Module, x: Tensor, y: Tensor, batch_size: int, seed: int = 0) -> float:
    """Return the accuracy in training mode: each sample is normalized by its batch.

    The samples are shuffled once and cut into batches; what is left over forms one smaller batch.
    """
    made = copy.deepcopy(net).train()
    right = 0
    with torch.no_grad():
        for indices in _shuffled(len(x), batch_size, seed):
            right += int((made(x[indices]).argmax(1) == y[indices]).sum())
    return right / len(x)


def brightened(x: Tensor, shift: float) -> Tensor:
    """Return images with ``shift`` added to every pixel, cut to 0..1."""
    return (x + shift).clamp(0.0, 1.0)


def _shuffled(count: int, batch_size: int, seed: int) -> Iterator[Tensor]:
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    yield from (order[start : start + batch_size] for start in range(0, count, batch_size))


def _check_batches(x: Tensor, batch_size: int) -> None:
    if not 2 <= batch_size <= len(x):
        raise InputError(f"statistics need batches of 2 to {len(x)} samples, got {batch_size}")
