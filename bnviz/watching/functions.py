"""Follows the functions of torch that a model calls, while one of its forward passes is observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

Before = Callable[[Callable[..., Any], Sequence[Any], Mapping[str, Any]], object]
After = Callable[[object, object], None]


class FunctionMode(TorchFunctionMode):
    """Calls ``before(function, args, kwargs)``, then the function, then ``after(what before returned, output)``.

    ``after`` is left out where ``before`` returns None. The function gets its arguments as they are.
    """

    def __init__(self, before: Before, after: After) -> None:
        self._before, self._after = before, after

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - what the function returns
        """Let torch's function run between the two calls."""
        kwargs = kwargs or {}
        if torch.compiler.is_compiling():
            return func(*args, **kwargs)
        kept = self._before(func, args, kwargs)
        output = func(*args, **kwargs)
        if kept is not None:
            self._after(kept, output)
        return output
