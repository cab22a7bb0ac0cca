"""Part of a data set, always the same part, and what a data set is, as a hash."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import torch
from torch import Tensor

from bnviz.data import Dataset


def balanced(y: Tensor, count: int) -> Tensor:
    """Return indices of about ``count`` samples, rising: as many of every class, evenly spaced in each.

    Args:
        y: (N,), labels.
        count: how many; 0 or at least N gives all.

    Returns:
        int64 (n,), n = sum over the classes of min(available, share).
    """
    if count == 0 or count >= len(y):
        return torch.arange(len(y))
    labels = torch.unique(y)
    shares = [count // len(labels) + (place < count % len(labels)) for place in range(len(labels))]
    parts = []
    for label, share in zip(labels.tolist(), shares, strict=True):
        there = torch.nonzero(y == label).flatten()
        wanted = min(share, len(there))
        parts.append(there[torch.arange(wanted) * len(there) // max(1, wanted)])
    return torch.cat(parts).sort().values


def limited(dataset: Dataset, n_train: int, n_test: int) -> Dataset:
    """Return a data set of at most so many samples; 0 = all."""
    train, test = balanced(dataset.y_train, n_train), balanced(dataset.y_test, n_test)
    if len(train) == len(dataset.y_train) and len(test) == len(dataset.y_test):
        return dataset
    return replace(
        dataset,
        x_train=dataset.x_train[train],
        y_train=dataset.y_train[train],
        x_test=dataset.x_test[test],
        y_test=dataset.y_test[test],
        original=None,  # these are copies
    )


def fingerprint(dataset: Dataset) -> str:
    """Return a hash of all samples and labels, hex, 16 digits."""
    digest = hashlib.blake2b(digest_size=8)
    for part in (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test):
        digest.update(str(tuple(part.shape)).encode())
        digest.update(part.contiguous().numpy().tobytes())
    return digest.hexdigest()
