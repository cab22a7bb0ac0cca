"""Mini-batches in an order that a seed fixes."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor


def batch_indices(n_samples: int, batch_size: int, seed: int) -> Iterator[Tensor]:
    """Yield index tensors for ever: a fresh permutation each epoch, the odd rest dropped.

    Dropping the rest keeps every batch equally large, so that batch statistics stay comparable.

    Args:
        n_samples: size of the training set.
        batch_size: samples a step; at most n_samples are taken.
        seed: fixes the order; equal seeds and sizes give equal batches.

    Yields:
        int64 (min(batch_size, n_samples),), on the CPU.
    """
    generator = torch.Generator().manual_seed(seed)
    size = min(batch_size, n_samples)
    while True:
        order = torch.randperm(n_samples, generator=generator)
        yield from order[: n_samples // size * size].view(-1, size)
