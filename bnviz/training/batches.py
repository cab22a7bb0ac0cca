"""Mini-batches in an order that a seed fixes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import torch
from torch import Tensor

from bnviz.telemetry.transfer import to_device


def batch_indices(
    n_samples: int, batch_size: int, seed: int, shuffle: str = "samples", start: int = 0
) -> Iterator[Tensor]:
    """Yield shuffled batch indices indefinitely; the incomplete last batch is dropped (as drop_last in PyTorch).

    All batches then have the same size, so that batch statistics can be compared.

    Args:
        n_samples: size of the training set.
        batch_size: samples per step, at most n_samples.
        seed: seed of the order; equal seeds and sizes give equal batches.
        shuffle: "samples" makes new batches every epoch; "batches" keeps those of the first one and only
            changes their order, so that the same samples always share a batch (Ioffe & Szegedy 2015, sec. 4.2.1).
        start: number of batches to skip.

    Yields:
        int64 (min(batch_size, n_samples),), on the CPU.
    """
    for batches in _epochs(n_samples, batch_size, seed, shuffle, start):
        yield from batches


def batch_indices_on(
    device: torch.device, n_samples: int, batch_size: int, seed: int, shuffle: str = "samples", start: int = 0
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the same batches on the CPU and on a device; all those of an epoch are copied at once.

    Yields:
        int64 (min(batch_size, n_samples),) twice: on the CPU, and on the device.
    """
    for batches in _epochs(n_samples, batch_size, seed, shuffle, start):
        yield from zip(batches, to_device(batches, device), strict=True)


def _epochs(n_samples: int, batch_size: int, seed: int, shuffle: str, start: int) -> Iterator[Tensor]:
    """Yield the batches of an epoch, (batches, size), one epoch after another; the first may begin in its middle."""
    generator = torch.Generator().manual_seed(seed)
    size = min(batch_size, n_samples)
    kept = torch.randperm(n_samples, generator=generator)[: n_samples // size * size].view(-1, size)
    passed, left = divmod(start, len(kept))
    for epoch in count():
        if epoch == 0:
            batches = kept
        elif shuffle == "batches":
            batches = kept[torch.randperm(len(kept), generator=generator)]
        else:
            batches = torch.randperm(n_samples, generator=generator)[: kept.numel()].view(-1, size)
        if epoch >= passed:
            yield batches[left if epoch == passed else 0 :]
