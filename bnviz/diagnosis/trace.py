"""What every module of a model returned for one batch, in the order of execution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from bnviz.config import InputError
from bnviz.diagnosis.batches import call
from bnviz.diagnosis.care import modes_kept, random_state_kept, set_mode, state_kept
from bnviz.diagnosis.nested import tensors_in
from bnviz.diagnosis.samples import cast
from bnviz.watching.norm_layers import norm_kind

MOST_VALUES = 2**18
"""Of a larger output this many evenly spaced values are kept, so that memory is bounded."""
_WRAPPERS = ("module.", "_orig_mod.")


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of one module.

    Attributes:
        name: path of the module, without the prefixes of DataParallel and torch.compile.
        turn: 0 for the module's first call in this forward pass, 1 for its second.
        kind: class of the module.
        weight: shape of the module's own largest parameter or buffer; () where it has none.
        is_norm: whether it is a normalization layer.
        shape: shape of the output.
        dtype: type of the output.
        given: the input, thinned, in float64; None where the first argument is no tensor of numbers.
        returned: the output, thinned, in float64.
    """

    name: str
    turn: int
    kind: str
    weight: tuple[int, ...]
    is_norm: bool
    shape: tuple[int, ...]
    dtype: torch.dtype
    given: Tensor | None
    returned: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """All calls of a forward pass in the order in which they ended, and the output of the model.

    Attributes:
        calls: of modules that torch can observe.
        output: the output, thinned, in float64.
        dtype: the coarsest type in it.
        unseen: the scripted parts, which torch cannot observe; "" for the whole model.
    """

    calls: tuple[Call, ...]
    output: Tensor
    dtype: torch.dtype
    unseen: tuple[str, ...] = ()


class _Recorder:
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._turns: dict[str, int] = {}

    def hook(self, name: str) -> Any:  # noqa: ANN401 - a hook
        def record(module: nn.Module, args: tuple[Any, ...], output: Any) -> None:  # noqa: ANN401
            if not _is_numbers(output):
                return
            turn = self._turns.get(name, 0)
            self._turns[name] = turn + 1
            given = args[0] if args and _is_numbers(args[0]) else None
            kept = None if given is None else _thinned(given)
            sort = (type(module).__name__, _largest(module), norm_kind(module) is not None)
            self.calls.append(Call(name, turn, *sort, tuple(output.shape), output.dtype, kept, _thinned(output)))

        return record


def traced(model: nn.Module, batch: Any, training: bool | None, which: str) -> Trace:  # noqa: ANN401 - any batch
    """Run a model once and return what its modules returned; the model is left as it was.

    Args:
        model: any model.
        batch: a batch of any form that ``batches.call`` takes; it is cast to the type of the model, if that is one.
        training: the mode of all modules; None leaves each in its own.
        which: name of the model in messages.

    Raises:
        InputError: the model cannot be called with the batch.
    """
    recorder = _Recorder()
    kinds = {each.dtype for each in model.parameters() if each.is_floating_point()}
    with ExitStack() as stack:
        for guard in (modes_kept(model), state_kept(model, parameters=False), random_state_kept(), torch.no_grad()):
            stack.enter_context(guard)
        if training is not None:
            set_mode(model, training)
        for name, module in model.named_modules():
            if module is not model and not isinstance(module, torch.jit.ScriptModule):  # those take no hooks
                stack.callback(module.register_forward_hook(recorder.hook(short_name(name))).remove)
        try:
            output = call(model, batch if len(kinds) != 1 else cast(batch, *kinds))
        except InputError:
            raise
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            raise InputError(f"{which} cannot be called with this batch: {type(error).__name__}: {said}") from error
    found = [each for each in tensors_in(output) if _is_numbers(each)]
    if not found:
        empty = any(not each.numel() for each in tensors_in(output))
        what = "an empty tensor: are there samples in the batch?" if empty else type(output).__name__
        raise InputError(f"{which} returned no tensor of numbers, but {what}")
    dtype = max((each.dtype for each in found), key=lambda each: torch.finfo(each).eps if each.is_floating_point else 0)
    return Trace(tuple(recorder.calls), torch.cat([_thinned(each) for each in found]), dtype, tuple(_scripted(model)))


def _scripted(model: nn.Module) -> Iterator[str]:
    found: list[str] = []
    for name, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule) and not any(f"{name}.".startswith(above) for above in found):
            found.append(f"{name}." if name else "")
            yield short_name(name)


def _largest(module: nn.Module) -> tuple[int, ...]:
    tensors = [*module._parameters.values(), *module._buffers.values()]
    shapes = [tuple(each.shape) for each in tensors if each is not None and not is_lazy(each) and each.dim()]
    return max(shapes, key=lambda shape: (len(shape), shape), default=())


def short_name(name: str) -> str:
    """Return a module's path without the prefixes that wrappers add."""
    for prefix in _WRAPPERS:
        while name.startswith(prefix):
            name = name.removeprefix(prefix)
    return name


def relative_difference(a: Tensor, b: Tensor) -> float:
    """Return ||a - b|| / max(||a||, ||b||) over the finite values.

    Infinite where the sizes differ, or where one is NaN or infinite and the other is not the same.
    """
    if a.shape != b.shape:
        return float("inf")
    good = a.isfinite()
    if not torch.equal(good, b.isfinite()) or not torch.equal(a[~good].nan_to_num(0), b[~good].nan_to_num(0)):
        return float("inf")
    a, b = a[good], b[good]
    size = max(float(a.norm()), float(b.norm()))
    return float((a - b).norm()) / size if size else 0.0


def _is_numbers(value: object) -> bool:
    return isinstance(value, Tensor) and value.numel() > 0 and not value.is_complex() and value.layout == torch.strided


def _thinned(values: Tensor) -> Tensor:
    flat = values.detach().reshape(-1)
    every = -(-flat.numel() // MOST_VALUES)
    return flat[::every].to("cpu", copy=True).double()
