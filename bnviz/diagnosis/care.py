"""Do no harm: what a look at a model could change is put back, bit for bit, whatever happens."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy


@contextmanager
def random_state_kept(loader: object = None) -> Iterator[None]:
    """Put the states of Python's, NumPy's and torch's random numbers back, on every device, and of a loader's own."""
    own = [each for each in _generators(loader) if isinstance(each, torch.Generator)]
    states = [each.get_state() for each in own]
    python, numpy = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=list(range(torch.cuda.device_count()))):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        for generator, state in zip(own, states, strict=True):
            generator.set_state(state)


@contextmanager
def modes_kept(net: nn.Module) -> Iterator[None]:
    """Put every module's own mode back; modules that differ from their parent keep differing."""
    modes = [(module, module.training) for module in net.modules() if hasattr(module, "training")]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def state_kept(net: nn.Module, parameters: bool = True) -> Iterator[None]:
    """Put back a net's buffers, its modes, the flags of its layers, and its parameters where they may change."""
    modules = list(net.modules())
    # A scripted module holds its buffers elsewhere, and they cannot be replaced.
    buffers = [(module, dict(module._buffers)) for module in modules if isinstance(module._buffers, dict)]
    kept = {id(each): (each, each.detach().clone()) for each in _tensors(net, parameters)}
    flags = [(module, {name: vars(module)[name] for name in _FLAGS if name in vars(module)}) for module in modules]
    try:
        yield
    finally:
        for module, before in buffers:
            module._buffers.clear()
            module._buffers.update(before)
        with torch.no_grad():
            for tensor, value in kept.values():
                if not _same_bits(tensor, value):
                    tensor.copy_(value)
        for module, found in flags:
            vars(module).update(found)


_FLAGS = ("training", "momentum", "eps", "track_running_stats")


@contextmanager
def working_copy(model: nn.Module) -> Iterator[tuple[nn.Module, bool]]:
    """Give a copy of the model to work on, or the model itself where it cannot be copied; then its state is put back.

    Yields:
        the net to work on, and whether it is a copy.
    """
    try:
        with torch.no_grad():
            copied = copy.deepcopy(model)
    except Exception:  # a model may hold anything: locks, handles, non-leaf tensors
        with state_kept(model):
            yield model, False
        return
    for parameter in copied.parameters():
        parameter.grad = None
    yield copied, True


def set_mode(net: nn.Module, training: bool) -> None:
    """Set the mode as the net's own ``train`` does; an exported or frozen one, which has only one mode, stays in it."""
    with suppress(NotImplementedError):
        net.train(training)


def set_modes(net: nn.Module, modes: Iterable[bool]) -> None:
    """Give every module of a net its mode, in the order of ``net.modules()``."""
    for module, training in zip(net.modules(), modes, strict=True):
        module.training = training


def modes_of(net: nn.Module) -> tuple[bool, ...]:
    """Return the mode of every module, in the order of ``net.modules()``."""
    return tuple(module.training for module in net.modules())


def _tensors(net: nn.Module, parameters: bool) -> Iterator[Tensor]:
    yield from (each for each in net.buffers() if not is_lazy(each))
    if parameters:
        yield from (each for each in net.parameters() if not is_lazy(each))


def _same_bits(a: Tensor, b: Tensor) -> bool:
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return bool(torch.equal(a, b)) or bool(torch.equal(a.isnan(), b.isnan()) and torch.equal(a[a == a], b[b == b]))


def _generators(loader: object) -> Iterator[object]:
    for holder in (loader, getattr(loader, "sampler", None), getattr(loader, "batch_sampler", None)):
        yield getattr(holder, "generator", None)
