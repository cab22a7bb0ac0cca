"""Copies between the CPU and a GPU, packed, so that a program waits once for many tensors.

A GPU works through a queue that the program fills. To read a tensor, the program waits until the queue is empty and the
tensor is copied, and meanwhile the queue gets nothing new. So what is read together is packed on the device into one
piece of memory and copied once, to memory that the GPU writes into by itself ("pinned").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import torch
from torch import Tensor

PINNING = frozenset({"cuda"})
"""Types of devices that copy to and from pinned memory while the program continues."""


class Fetch:
    """Tensors on their way to the CPU: one copy for each device that holds some of them.

    The copy is queued behind what the device computes now, so ``wait`` may be called later and from another thread, and
    the tensors may be dropped before.

    Args:
        tensors: of any shapes and types; those on the CPU are not copied.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._tensors = list(tensors)
        self._copies: list[tuple[list[int], _Copy]] = []
        away: dict[torch.device, list[int]] = {}
        for index, tensor in enumerate(tensors):
            if tensor.device.type != "cpu":
                away.setdefault(tensor.device, []).append(index)
        for indices in away.values():
            self._copies.append((indices, _Copy([tensors[index] for index in indices])))
            for index in indices:
                self._tensors[index] = _NOTHING

    @property
    def is_here(self) -> bool:
        """Whether nothing is on its way: tensors on the CPU are not copied, and are as they are when they are used."""
        return not self._copies

    def wait(self) -> list[Tensor]:
        """Return the tensors on the CPU, in the order in which they were given."""
        for indices, copy in self._copies:
            for index, tensor in zip(indices, copy.wait(), strict=True):
                self._tensors[index] = tensor
        self._copies = []
        return self._tensors


def fetch(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return tensors on the CPU after one wait for each device that holds some; those on the CPU as they are."""
    return Fetch(tensors).wait()


def to_device(tensor: Tensor, device: torch.device) -> Tensor:
    """Return a tensor of the CPU on a device, without waiting for the copy where the device can do so."""
    if device.type not in PINNING:
        return tensor.to(device)
    return pinned(tensor).to(device, non_blocking=True)


class Packing:
    """Tensors of one device, and their bytes in one piece of memory, where those of equal type are together.

    Args:
        tensors: at least one.

    Attributes:
        bytes: (N,) uint8, on the device; N is a multiple of 8, so that several packings may follow one another.
    """

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        # Large entries first: then every tensor begins at a multiple of the size of its entries.
        order = sorted(range(len(tensors)), key=lambda i: (-tensors[i].element_size(), str(tensors[i].dtype)))
        ordered = [tensors[index] for index in order]
        self._order = order
        self._kinds = [(tensor.shape, tensor.dtype, tensor.numel() * tensor.element_size()) for tensor in ordered]
        self._rest = -sum(size for _, _, size in self._kinds) % _LARGEST
        self.bytes = _packed(ordered, self._rest)

    def unpack(self, packed: Tensor) -> list[Tensor]:
        """Return the tensors that a copy of the bytes is, in the order given; they share its memory."""
        parts = torch.split(packed, [*(size for _, _, size in self._kinds), self._rest])
        found = [_NOTHING] * len(self._kinds)
        for index, part, (shape, dtype, _) in zip(self._order, parts[:-1], self._kinds, strict=True):
            found[index] = part.view(dtype).view(shape)
        return found


class _Copy:
    """Tensors of one device, on their way."""

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._packing = Packing(tensors)
        packed = self._packing.bytes
        self._arrives: Callable[[], object] | None = None
        if packed.device.type in PINNING:
            self._bytes = empty_pinned(len(packed))
            self._bytes.copy_(packed, non_blocking=True)
            self._arrives = arrival(packed.device)
        else:
            self._bytes = packed.cpu()

    def wait(self) -> list[Tensor]:
        """Wait for the bytes, and return the tensors that they are; they share one piece of memory."""
        if self._arrives is not None:
            self._arrives()
        return self._packing.unpack(self._bytes)


_NOTHING = torch.empty(0)
_LARGEST = 8
"""Bytes of the largest entries: a tensor begins at a multiple of the size of its entries."""


def _packed(tensors: Sequence[Tensor], rest: int) -> Tensor:
    """Return the bytes of tensors, one after another, and so many more, uint8 on their device."""
    by_type = groupby(tensors, key=lambda tensor: tensor.dtype)
    parts = [torch.cat([tensor.detach().reshape(-1) for tensor in same]).view(torch.uint8) for _, same in by_type]
    if rest:
        parts.append(parts[0].new_zeros(rest))
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def pinned(tensor: Tensor) -> Tensor:
    """Return a copy of a tensor of the CPU in pinned memory."""
    return tensor.pin_memory()


def empty_pinned(size: int) -> Tensor:
    """Return pinned memory of this many bytes, uint8, with any content."""
    return torch.empty(size, dtype=torch.uint8, pin_memory=True)


def arrival(device: torch.device) -> Callable[[], object]:
    """Return what waits until a device has done all that is in its queue now."""
    # The thread sleeps until then; by default, it would keep a core busy.
    event = torch.cuda.Event(blocking=True)  # type: ignore[no-untyped-call]
    event.record(torch.cuda.current_stream(device))
    return event.synchronize
