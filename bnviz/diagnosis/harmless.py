"""Leave no trace: modes, random numbers and buffers are as before after a block, whatever happened in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np
import torch
from torch import nn


@contextmanager
def kept_random() -> Iterator[None]:
    """Put the states of Python's, NumPy's and torch's random numbers back after the block, on every device."""
    python, numpy = random.getstate(), np.random.get_state()
    devices = list(range(torch.cuda.device_count()))
    try:
        with torch.random.fork_rng(devices=devices):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


@contextmanager
def kept_modes(model: nn.Module) -> Iterator[None]:
    """Put every module's own mode back after the block; modules that differ from their parent keep differing."""
    modes = [(module, module.training) for module in model.modules() if hasattr(module, "training")]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def set_mode(model: nn.Module, training: bool) -> None:
    """Set the mode as the model's own ``train`` does; an exported or frozen model, which has only one, stays in it."""
    with suppress(NotImplementedError):
        model.train(training)


@contextmanager
def kept_buffers(model: nn.Module) -> Iterator[None]:
    """Put every buffer's values back after the block, into the same tensors."""
    kept = [
        (module, name, buffer, buffer.detach().clone())
        for module in model.modules()
        for name, buffer in module._buffers.items()
        if buffer is not None and not torch.nn.parameter.is_lazy(buffer)
    ]
    try:
        yield
    finally:
        with torch.no_grad():
            for module, name, buffer, values in kept:
                buffer.copy_(values)
                module._buffers[name] = buffer
