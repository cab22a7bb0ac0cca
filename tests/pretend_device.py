"""A pretend accelerator: a device beside the CPU whose tensors hold real numbers, and which counts what a real one
would make the host wait for.

Its tensors say ``device(type="meta")`` and compute on the CPU, so nets train on it with the bits of the CPU, and code
that mixes devices fails as it would on a GPU. What the host waits for:

- a number that is read: ``item``, ``float``, ``bool``, ``tolist``, and what needs the number of results first
  (``nonzero``, a mask as an index, ``unique``);
- a copy to the CPU, unless it is asked not to wait and goes to pinned memory;
- a copy from the CPU, unless it is asked not to wait and comes from pinned memory; an index on the CPU is one.

What it cannot show: speed, memory, and kernels of its own, with their rounding.

Usage::

    with pretend_device() as pretend:
        twins = build_twins(experiment, dataset, pretend.device)
        with pretend.counting() as waits:
            next(steps)
        assert len(waits) == 1
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from bnviz.telemetry import transfer

DEVICE = torch.device("meta")
CPU = torch.device("cpu")
READS = {"aten::_local_scalar_dense", "aten::nonzero", "aten::masked_select", "aten::equal", "aten::is_nonzero"}
INDEXING = {"aten::index", "aten::index_put_", "aten::_unsafe_index"}
NO_DOUBLES = (torch.float64, torch.complex128)
"""Types that Apple's GPUs do not have."""
LACKING = {"aten::batch_norm_update_stats"}
"""Operations of ours that torch has for the CPU and for CUDA only."""


class Wait(NamedTuple):
    """What the host waited for, and the line of bnviz that asked for it."""

    what: str
    where: str


class PretendTensor(Tensor):
    """A tensor of the pretend device; ``inner`` holds its numbers on the CPU."""

    inner: Tensor

    @staticmethod
    def __new__(cls, inner: Tensor) -> PretendTensor:
        made = torch.Tensor._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=DEVICE,
            requires_grad=False,
        )
        made.inner = inner
        return made

    def __repr__(self, *, tensor_contents: object = None) -> str:
        return f"PretendTensor({self.inner!r})"

    def __bool__(self) -> bool:
        return bool(self.item())

    def tolist(self) -> Any:
        """Read all numbers, with one wait."""
        return self.cpu().tolist()

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise RuntimeError("a tensor of the pretend device is used outside of its `with` block")


class PretendDevice(TorchDispatchMode):
    """The device while its ``with`` block lasts; see ``pretend_device``.

    Args:
        lacks_much: whether it lacks what Apple's GPUs lack.
    """

    device = DEVICE

    def __init__(self, lacks_much: bool) -> None:
        super().__init__()
        self._lacks_much = lacks_much
        self._waits: list[Wait] | None = None
        self._pinned: list[Tensor] = []
        self._queued: list[tuple[Tensor, Tensor]] = []

    @contextmanager
    def counting(self) -> Iterator[list[Wait]]:
        """Collect the waits of a block."""
        self._waits, waits = (collected := []), collected
        try:
            yield waits
        finally:
            self._waits = None

    def pinned(self, tensor: Tensor) -> Tensor:
        """Return a copy of a tensor of the CPU that counts as pinned."""
        self._pinned.append(tensor.clone())
        return self._pinned[-1]

    def empty_pinned(self, size: int) -> Tensor:
        """Return pinned memory of this many bytes."""
        return self.pinned(torch.full((size,), 255, dtype=torch.uint8))

    def arrival(self, device: torch.device) -> Callable[[], None]:
        """Return what waits for the copies that are queued."""

        def arrive() -> None:
            self._wait("waits for a queued copy")
            for target, source in self._queued:
                target.copy_(source)
            self._queued = []

        return arrive

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        given = tree_flatten((args, kwargs))[0]
        there = [each for each in given if isinstance(each, PretendTensor)]
        name = func._schema.name
        is_there = self._result_is_there(name, args, kwargs, there)
        if name == "aten::copy_" and there and not is_there and self._is_queued(args):
            self._queued.append((args[0], args[1].inner.clone()))  # it holds nothing before it is waited for
            return args[0]
        if is_there and self._lacks_much and name in LACKING:
            raise NotImplementedError(f"the operator {name!r} is not implemented for this device")
        self._note(name, args, kwargs, there, is_there)
        result = func(*tree_map(_inner, args), **tree_map(_inner, kwargs))
        known = {id(each.inner): each for each in there}
        return tree_map(lambda each: self._outer(each, known, is_there), result)

    def _result_is_there(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], there: list[Any]) -> bool:
        if name == "aten::copy_":
            return isinstance(args[0], PretendTensor)
        asked = kwargs.get("device")
        return bool(there) if asked is None else torch.device(asked) == DEVICE

    def _outer(self, value: Any, known: Mapping[int, PretendTensor], is_there: bool) -> Any:
        if not isinstance(value, Tensor):
            return value
        if id(value) in known:  # what an operation wrote in place
            return known[id(value)]
        if is_there and self._lacks_much and value.dtype in NO_DOUBLES:
            raise TypeError("this device has no float64")
        return PretendTensor(value) if is_there else value

    def _note(
        self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], there: list[Any], is_there: bool
    ) -> None:
        if name in ("aten::_to_copy", "aten::copy_"):
            self._note_copy(name, args, kwargs, is_there)
        elif there:
            if name in READS or name.startswith("aten::_unique"):
                self._wait(f"reads a number ({name})")
            elif name in INDEXING:
                self._note_index(args[1])
            else:
                _refuse_mixing(name, (args, kwargs))

    def _note_copy(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any], is_there: bool) -> None:
        source = args[1] if name == "aten::copy_" else args[0]
        if isinstance(source, PretendTensor) and not is_there:
            self._wait("copies from the device")
        elif not isinstance(source, PretendTensor) and is_there:
            goes_on = self._is_queued(args) if name == "aten::copy_" else kwargs.get("non_blocking", False)
            if not (goes_on and self._is_pinned(source)):
                self._wait("copies to the device")

    def _note_index(self, indices: Sequence[Tensor | None]) -> None:
        for index in indices:
            if index is not None and not isinstance(index, PretendTensor):
                self._wait("copies an index to the device")
            elif index is not None and index.dtype in (torch.bool, torch.uint8):
                self._wait("reads a number (how many entries a mask chooses)")

    def _is_queued(self, args: Sequence[Any]) -> bool:
        """Whether a ``copy_`` is asked not to wait, and its side on the CPU is pinned."""
        host = next(each for each in args[:2] if not isinstance(each, PretendTensor))
        return len(args) > 2 and bool(args[2]) and self._is_pinned(host)

    def _is_pinned(self, host: Tensor) -> bool:
        start = host.untyped_storage().data_ptr()
        return any(start == each.untyped_storage().data_ptr() for each in self._pinned)

    def _wait(self, what: str) -> None:
        if self._waits is not None:
            self._waits.append(Wait(what, _asked_by()))


@contextmanager
def pretend_device(like: str = "cuda") -> Iterator[PretendDevice]:
    """Give a pretend accelerator for the length of a block.

    Args:
        like: "cuda", or "mps" for what Apple's GPUs lack: float64, some operations, and copies that need no waiting.
    """
    lacks_much = like == "mps"
    pretend = PretendDevice(lacks_much)
    plain_tensor = torch.tensor

    def tensor(data: Any, *, device: Any = None, **kwargs: Any) -> Tensor:
        made = plain_tensor(data, **kwargs)
        return made if device is None else made.to(device)

    with ExitStack() as changes:
        changes.enter_context(patch.object(torch, "tensor", tensor))
        changes.enter_context(patch.object(torch, "Generator", PretendGenerator))
        changes.enter_context(patch.object(transfer, "PINNING", frozenset() if lacks_much else {DEVICE.type}))
        for name in ("pinned", "empty_pinned", "arrival"):
            changes.enter_context(patch.object(transfer, name, getattr(pretend, name)))
        changes.enter_context(pretend)
        yield pretend


class _AnyGenerator(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _GENERATOR)


_GENERATOR = torch.Generator


class PretendGenerator(metaclass=_AnyGenerator):
    """What stands for ``torch.Generator`` meanwhile: a generator of the pretend device draws on the CPU."""

    def __new__(cls, device: Any = "cpu") -> Any:
        return _Generator() if torch.device(device) == DEVICE else _GENERATOR(device)


class _Generator(torch.Generator):
    device = DEVICE

    def manual_seed(self, seed: int) -> Any:
        super().manual_seed(seed)
        return self


def _inner(value: Any) -> Any:
    if isinstance(value, PretendTensor):
        return value.inner
    return CPU if isinstance(value, torch.device) and value == DEVICE else value


def _refuse_mixing(name: str, given: Any) -> None:
    """Raise as a GPU does where tensors of two devices meet; a single number of the CPU may go anywhere."""
    for each in tree_flatten(given)[0]:
        if isinstance(each, Tensor) and not isinstance(each, PretendTensor) and each.dim() > 0:
            raise RuntimeError(f"Expected all tensors to be on the same device, but {name} got one on the CPU")


def _asked_by() -> str:
    for frame in reversed(traceback.extract_stack()):
        if "/bnviz/" in frame.filename:
            return f"{frame.filename.rpartition('/bnviz/')[2]}:{frame.lineno}"
    return "a test"
