"""Hooks that leave a model as copyable, picklable and compilable as it was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle


class Hook:
    """A forward hook whose copy does nothing, so that a copied or unpickled model is not watched.

    The copy is a method of the standard library that ignores its arguments: a model that was pickled while it was
    watched can be read where bnviz is not installed. While torch compiles a model, the hook is empty as well.
    """

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., None]) -> None:
        self._call = call

    def __call__(self, *arguments: Any) -> None:  # noqa: ANN401 - module, inputs and perhaps the output
        """Pass the call on; nothing is returned, so nothing changes."""
        if torch.compiler.is_compiling():
            return
        self._call(*arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (nullcontext(), "__exit__")


def place(module: nn.Module, before: Hook, after: Hook) -> list[RemovableHandle]:
    """Call ``before(module, args, kwargs)`` and ``after(module, args, kwargs, output)`` around each forward pass.

    ``after`` is also called, with None for the output, when the forward pass ends in an exception.
    """
    first = module.register_forward_pre_hook(before, with_kwargs=True)
    try:
        return [first, module.register_forward_hook(after, with_kwargs=True, always_call=True)]
    except BaseException:
        first.remove()
        raise
