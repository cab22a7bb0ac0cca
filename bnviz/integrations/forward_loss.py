"""The training loss that a model or a criterion returns, read by a hook."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from bnviz.integrations.driven import DrivenWatch


class LossHook:
    """Adds the loss of every training forward pass to a watch; copies of the model do not.

    The loss of accumulated batches is the mean of theirs, unless the loop says how many items the batches have
    together (``num_items_in_batch``): then each is a part of the sum, and they are added.
    """

    def __init__(self, watch: DrivenWatch) -> None:
        self._watch: DrivenWatch | None = watch
        self._handle: RemovableHandle | None = None
        self._passes: list[tuple[object, bool]] = []

    def place(self, model: nn.Module) -> None:
        """Begin to listen to a model."""
        self.remove()
        self._handle = model.register_forward_hook(self, with_kwargs=True)

    def remove(self) -> None:
        """Listen no longer."""
        if self._handle is not None:
            self._handle.remove()
            self._handle = None
        self._passes.clear()

    def __call__(self, model: nn.Module, args: Any, named: Any, output: Any) -> None:
        if self._watch is None or not model.training or not torch.is_grad_enabled():
            return
        if isinstance(output, torch.Tensor):  # of a criterion
            loss: object = output
        else:
            loss = output.get("loss") if isinstance(output, dict) else getattr(output, "loss", None)
        if loss is not None:
            is_part = isinstance(named, dict) and named.get("num_items_in_batch") is not None
            self._passes.append((loss.detach() if isinstance(loss, torch.Tensor) else loss, is_part))
            del self._passes[:-1024]

    def flush(self) -> None:
        """Add what was heard since the last step as the loss of one step."""
        if self._watch is not None:
            for loss, is_part in self._passes:
                self._watch.add_loss(loss, 1.0 if is_part else 1.0 / len(self._passes))
        self._passes.clear()

    def __reduce__(self) -> tuple[Any, ...]:
        return _inert, ()


def _inert() -> LossHook:
    hook = LossHook.__new__(LossHook)
    hook._watch, hook._handle, hook._passes = None, None, []
    return hook
