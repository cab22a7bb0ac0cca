"""Tensors in what loaders yield and models return: alone, or in tuples, lists and dicts of any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from torch import Tensor

DEEPEST = 16
"""Levels that are looked into: a container of foreign code may hold itself."""


def tensors_in(value: object, depth: int = 0) -> Iterator[Tensor]:
    """Yield every tensor in a value, in order."""
    if isinstance(value, Tensor):
        yield value
    elif depth < DEEPEST and isinstance(value, Mapping | list | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from tensors_in(each, depth + 1)


def with_tensors(value: Any, change: Callable[[Tensor], Tensor], depth: int = 0) -> Any:  # noqa: ANN401
    """Return the value with every tensor in it changed; dicts become plain ones, all else that holds none is kept."""
    if isinstance(value, Tensor):
        return change(value)
    if depth >= DEEPEST:
        return value
    if isinstance(value, Mapping):
        return {name: with_tensors(each, change, depth + 1) for name, each in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(with_tensors(each, change, depth + 1) for each in value))
    if isinstance(value, list | tuple):
        return type(value)(with_tensors(each, change, depth + 1) for each in value)
    return value
