"""The batches that a diagnosis keeps: what goes into the model, what is the target, how many samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset, IterableDataset

from bnviz.config import InputError
from bnviz.diagnosis.batches import argument_names, call, first_batches, required_arguments
from bnviz.diagnosis.nested import tensors_in, with_tensors

TARGET_KEYS = ("labels", "label", "target", "targets", "y")
"""Names under which a batch that is a dict holds its target; the first that is there counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One batch of a loader.

    Attributes:
        raw: what the loader gave.
        target: what the outputs are compared with, or None.
        size: number of samples.
    """

    raw: Any
    target: Any
    size: int

    def call(self, net: nn.Module, dtype: torch.dtype | None = None) -> object:
        """Run the net on this batch; ``dtype`` is what floating-point inputs are cast to, if anything."""
        return call(net, self.raw if dtype is None else cast(self.raw, dtype))


def take_batches(loader: Iterable[Any], limit: int, net: nn.Module | None = None) -> tuple[Batch, ...]:
    """Return the first batches of a loader; a generator is advanced by no more than that.

    Raises:
        InputError: the loader yields nothing, or a batch holds no tensor.
    """
    inputs = 1 if net is None else max(1, required_arguments(net))
    batches = tuple(each for raw in first_batches(loader, limit) if (each := as_batch(raw, inputs)).size)
    if not batches:
        raise InputError("loader: found no batch, expected at least one")
    return batches


def as_batch(found: Any, inputs: int = 1) -> Batch:  # noqa: ANN401 - whatever a loader yields
    """Return what a loader yields as a Batch: a tensor, (input, target, ...), or a dict of tensors.

    Of a tuple the first ``inputs`` items go into the model, and the next one is the target.

    Raises:
        InputError: there is no tensor in it.
    """
    size = _size(found)
    if size is None:
        raise InputError(f"loader: found a batch without a tensor ({type(found).__name__}), expected tensors")
    if isinstance(found, Mapping):
        return Batch(found, next((found[name] for name in TARGET_KEYS if name in found), None), size)
    if isinstance(found, list | tuple):
        return Batch(found, found[inputs] if len(found) > inputs else None, size)
    return Batch(found, None, size)


def hint(loader: object, first: Batch, net: nn.Module) -> str:
    """Return what to change in a loader whose batches a model refuses, as an end of the sentence; or ""."""
    if isinstance(loader, Dataset) and not isinstance(loader, IterableDataset):
        return " (a dataset yields single samples: give DataLoader(dataset, batch_size=64))"
    if isinstance(first.raw, Mapping):
        taken = ", ".join(argument_names(net))
        keys = ", ".join(str(name) for name in first.raw)[:200]
        return f" (a batch that is a dict is given by name: forward takes {taken}; the batch holds {keys})"
    return ""


def with_companions(batch: Batch) -> tuple[Batch, Batch, int] | None:
    """Return two batches of the same size that share their first samples but not the others, and how many they share.

    None where a batch has fewer than 4 samples.
    """
    if batch.size < 4:
        return None
    shared, others = batch.size // 3 or 1, (batch.size - (batch.size // 3 or 1)) // 2
    first = [*range(shared), *range(shared, shared + others)]
    second = [*range(shared), *range(shared + others, shared + 2 * others)]
    return _chosen(batch, first), _chosen(batch, second), shared


def parts_of(batch: Batch, n: int) -> tuple[Batch, ...]:
    """Return a batch divided into n parts of consecutive samples, with their targets; empty for n below 2."""
    if n < 2:
        return ()
    edges = [batch.size * part // n for part in range(n + 1)]
    rows = [list(range(*edge)) for edge in pairwise(edges)]
    return tuple(
        Batch(_rows(batch.raw, each, batch.size), _rows(batch.target, each, batch.size), len(each)) for each in rows
    )


def first_tensor(value: object) -> Tensor | None:
    """Return the first tensor of a batch, or None."""
    return next(tensors_in(value), None)


def _chosen(batch: Batch, rows: list[int]) -> Batch:
    return Batch(_rows(batch.raw, rows, batch.size), None, len(rows))


def _rows(value: Any, rows: list[int], size: int) -> Any:  # noqa: ANN401 - whatever a loader yields
    def chosen(each: Tensor) -> Tensor:
        return each[torch.as_tensor(rows, device=each.device)] if each.dim() and each.shape[0] == size else each

    return with_tensors(value, chosen)


def all_finite(value: object) -> bool:
    """Return whether every floating-point number in a batch is finite."""
    return all(not each.is_floating_point() or bool(torch.isfinite(each).all()) for each in tensors_in(value))


def cast(value: Any, dtype: torch.dtype) -> Any:  # noqa: ANN401 - whatever a loader yields
    """Return the value with every floating-point tensor in it in a type."""
    return with_tensors(value, lambda each: each.to(dtype) if each.is_floating_point() else each)


def _size(value: object) -> int | None:
    first = first_tensor(value)
    return None if first is None else int(first.shape[0]) if first.dim() else 1
