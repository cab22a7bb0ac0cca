"""Graphs of the CPU that stand in for those of CUDA: the operations of some work, done again on the same tensors.

What CUDA fixes is fixed here too: the tensors that an operation reads and writes, and every number that Python gave to
it. Asking for the value of a tensor while recording is an error, as it is on a GPU. What differs: recording does the
work, memory that is free is not used again, and random numbers would be new ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from tests.pretend_device import PretendTensor

READS_A_VALUE = {"aten::_local_scalar_dense", "aten::equal", "aten::nonzero", "aten::is_nonzero"}


class StandInGraphs:
    """Records as ``CudaGraphs`` does.

    Attributes:
        recordings: how many graphs were recorded.
        replays: how often one was replayed.
    """

    def __init__(self) -> None:
        self.recordings = self.replays = 0

    def warm_up(self, work: Callable[[], object]) -> None:
        work()

    def apart(self) -> StandInGraphs:
        return self

    def record(self, work: Callable[[], Any]) -> tuple[Any, Callable[[], None]]:
        self.recordings += 1
        operations = _Operations()
        with operations:
            result = work()

        def replay() -> None:
            self.replays += 1
            operations.repeat()

        return result, replay


class _Operations(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self._made: list[tuple[Any, tuple[Any, ...], dict[str, Any], list[tuple[int, Tensor]]]] = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func._schema.name in READS_A_VALUE:
            raise RuntimeError(f"operation not permitted when stream is capturing: {func._schema.name}")
        out = func(*args, **kwargs)
        given = {_place(each) for each in tree_leaves((args, kwargs)) if isinstance(each, Tensor)}
        new = [(i, each) for i, each in enumerate(tree_leaves(out)) if isinstance(each, Tensor)]
        self._made.append((func, args, kwargs, [(i, each) for i, each in new if _place(each) not in given]))
        return out

    @torch.no_grad()
    def repeat(self) -> None:
        for func, args, kwargs, new in self._made:
            again = tree_leaves(func(*args, **kwargs))
            for index, tensor in new:
                tensor.copy_(again[index])


def _place(tensor: Tensor) -> int:
    held = tensor.inner if isinstance(tensor, PretendTensor) else tensor
    return held.untyped_storage().data_ptr()
