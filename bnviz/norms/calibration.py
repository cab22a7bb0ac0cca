"""Calibration: the running statistics of a trained net are measured again, with the weights fixed."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.norms import BatchNorm


def with_recalibrated_stats(net: nn.Module, x: Tensor, batch_size: int = 500) -> nn.Module:
    """Return a copy of the net whose running statistics are measured again with the weights fixed.

    The statistics of each norm become the plain averages over the batches: mean = E_B[batch mean],
    var = E_B[m / (m - 1) * biased batch variance]. This needs no labels, and the weights do not change.

    Args:
        net: the trained net, which does not change.
        x: (N, D), samples of the domain that the statistics should describe.
        batch_size: samples per batch; an incomplete last batch is dropped.

    Raises:
        InputError: there are fewer samples than one batch, or the batch size is 1.

    Source: Ioffe & Szegedy 2015, algorithm 2, steps 8-10; "PreciseBN" in Wu & Johnson 2021; with samples of
    another domain AdaBN (Li et al. 2016, arXiv 1603.04779).
    """
    _check_batches(x, batch_size)
    copied = copy.deepcopy(net).train()
    norms = [module for module in copied.modules() if isinstance(module, BatchNorm)]
    kept = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # None is the plain average of all batches
    with torch.no_grad():
        for start in range(0, len(x) - batch_size + 1, batch_size):
            copied(x[start : start + batch_size])
    for norm, momentum in zip(norms, kept, strict=True):
        norm.momentum = momentum
    return copied.eval()


def after_train_mode_passes(net: nn.Module, x: Tensor, batch_size: int, n_batches: int, seed: int = 0) -> nn.Module:
    """Return a copy after some batches in training mode without an update of the weights.

    The weights do not change, but the running statistics do, as in a net that was left in training mode.

    Args:
        net: the trained net, which does not change.
        x: (N, D), samples that the batches are drawn from.
        batch_size: samples per batch.
        n_batches: number of batches.
        seed: seed of the draw.
    """
    _check_batches(x, batch_size)
    copied = copy.deepcopy(net).train()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for _ in range(n_batches):
            copied(x[torch.randperm(len(x), generator=generator)[:batch_size]])
    return copied.eval()


def _check_batches(x: Tensor, batch_size: int) -> None:
    if not 2 <= batch_size <= len(x):
        raise InputError(f"statistics need batches of 2 to {len(x)} samples, got {batch_size}")
