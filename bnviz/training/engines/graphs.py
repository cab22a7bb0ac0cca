"""Graphs of kernels: work of a GPU that is recorded once and then started again with one call."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol, TypeVar

import torch

Result = TypeVar("Result")

_recording = Lock()
"""Only one recording may be under way in a process."""


class Graphs(Protocol):
    """What records graphs.

    A recorded graph reads and writes the tensors that its work read and wrote, at their addresses, and takes every
    number that Python gave to a kernel as it was. Work that asks for the value of a tensor cannot be recorded.
    """

    def warm_up(self, work: Callable[[], object]) -> None:
        """Do work as it will be recorded, so that libraries have prepared themselves."""

    def record(self, work: Callable[[], Result]) -> tuple[Result, Callable[[], object]]:
        """Return what work returns, and a function that does it again; whether it is done now is not defined."""

    def apart(self) -> Graphs:
        """Return what records graphs whose memory those of this one do not use, replayed in any order with them."""


class CudaGraphs:
    """Graphs of CUDA. All that one of these records shares its memory: graphs are replayed in the order of recording.

    Args:
        device: the GPU.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._pool: Any = None

    def warm_up(self, work: Callable[[], object]) -> None:
        """Do work on a stream beside the present one, as CUDA's documentation asks for."""
        here, side = torch.cuda.current_stream(self._device), self._new_stream()
        side.wait_stream(here)
        with torch.cuda.stream(side):
            work()
        here.wait_stream(side)

    def record(self, work: Callable[[], Result]) -> tuple[Result, Callable[[], object]]:
        """Record work; the GPU does nothing meanwhile."""
        if self._pool is None:
            self._pool = torch.cuda.graph_pool_handle()
        graph = torch.cuda.CUDAGraph()
        # Other threads go on using the GPU, which "global" would forbid. The outer block gives back the stream also
        # where the recording fails: torch.cuda.graph then does not.
        here = torch.cuda.current_stream(self._device)
        with (
            _recording,
            torch.cuda.stream(here),
            torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"),
        ):
            result = work()
        return result, graph.replay

    def apart(self) -> CudaGraphs:
        """Return what records graphs of the same device in memory of their own."""
        return CudaGraphs(self._device)

    def _new_stream(self) -> Any:  # noqa: ANN401 - the class has no types
        return torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
