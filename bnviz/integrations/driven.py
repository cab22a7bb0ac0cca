"""A watch that a callback drives: it begins, ends and saves on events, and nothing of it is raised into the loop."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

import bnviz
from bnviz.config import InputError
from bnviz.telemetry.history import History

Given = TypeVar("Given")
MAX_PENDING = 64
"""Most losses of steps that wait on the device before they are read together."""


class DrivenWatch:
    """``bnviz.watch`` for loops that call us back.

    The watch itself sees what runs and when the optimizer steps. The events tell when a training begins and ends, and
    the losses, which only the loop knows. Whatever fails in here stops the recording, and is told once as a warning;
    the loop continues.

    Args:
        every: record every this many optimizer steps.
        path: where the recording is saved at the end; None keeps it in memory only.

    Raises:
        InputError: every is no whole number of at least 1.
    """

    def __init__(self, every: int, path: str | os.PathLike[str] | None) -> None:
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise InputError(f"every must be a whole number of at least 1, got {every!r:.40}")
        self._every, self._path = every, path
        self._open = ExitStack()
        self._watcher: Any = None
        self._micro: list[Tensor] = []
        self._losses: list[Tensor] = []
        self._failed = False
        self.history: History | None = None

    @property
    def is_running(self) -> bool:
        """Whether a training is being recorded."""
        return self._watcher is not None

    def start(self, model: nn.Module, optimizer: Optimizer) -> None:
        """Begin a recording; one that is running ends first."""
        self.end()
        self._failed = False
        self._guard(self._start, model, optimizer)

    def add_loss(self, loss: object, weight: float = 1.0) -> None:
        """Keep the loss of one forward pass; those before one step are added, each times its weight."""
        if self._watcher is not None and isinstance(loss, Tensor | float | int):
            self._guard(self._add_loss, loss, weight)

    def before_update(self) -> None:
        """Say that the losses of a step are complete, before the optimizer moves."""
        if self._watcher is not None:
            self._guard(self._before_update)

    def drop_losses(self) -> None:
        """Forget the losses since the last step; they belong to another optimizer."""
        self._micro.clear()

    def add_evaluation(self, loss: object = None, accuracy: object = None) -> None:
        """Keep an evaluation; values that are no numbers are left out."""
        numbers = {"test_loss": _number(loss), "test_accuracy": _number(accuracy)}
        given = {name: value for name, value in numbers.items() if value is not None}
        if self._watcher is not None and given:
            self._guard(self._read_losses)
            self._guard(self._watcher.log, **given)

    def end(self) -> None:
        """End the recording, and save it where a path was given; without one that is running, nothing happens."""
        if self._watcher is None:
            return
        self._guard(self._read_losses)
        self._guard(self._close)
        if self._path is not None and self.history is not None:
            self._guard(bnviz.save, self.history, self._path)

    def _start(self, model: nn.Module, optimizer: Optimizer) -> None:
        self._watcher = self._open.enter_context(bnviz.watch(model, optimizer, every=self._every))
        self.history = self._watcher.history

    def _close(self) -> None:
        stack, self._open, self._watcher = self._open, ExitStack(), None
        stack.close()

    def _add_loss(self, loss: Tensor | float, weight: float) -> None:
        value = loss.detach().float().mean() if isinstance(loss, Tensor) else torch.tensor(float(loss))
        self._micro.append(value * weight)

    def _before_update(self) -> None:
        if self._micro:
            self._losses.append(torch.stack(self._micro).sum())
            self._micro.clear()
        if self._watcher.step % self._every == 0 or len(self._losses) >= MAX_PENDING:
            self._read_losses()  # the frame shows the loss of its own step

    def _read_losses(self) -> None:
        """Read the losses that wait on the device; one transfer for all of them, because each one waits for it."""
        waiting, self._losses = self._losses, []
        for value in torch.stack(waiting).tolist() if waiting else ():
            self._watcher.log(train_loss=value)

    def _guard(self, act: Callable[..., Given], *args: object, **named: object) -> Given | None:
        """Call something that must not disturb the loop; the first failure ends the recording with a warning."""
        if self._failed:
            return None
        try:
            return act(*args, **named)
        except Exception as error:
            self._failed = True
            self._stop_after_failure(error)
            return None

    def _stop_after_failure(self, error: Exception) -> None:
        try:
            self._close()
        except Exception as second:
            error = second
        tell(f"bnviz stopped recording, the training continues: {error}")

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle keeps: the settings, not the recording that is running."""
        return {"every": self._every, "path": self._path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["every"], state["path"])  # type: ignore[misc]


def tell(message: str) -> None:
    """Warn once, also where the user turns warnings into errors."""
    try:
        warnings.warn(message, RuntimeWarning, stacklevel=3)
    except RuntimeWarning:
        print(message)  # noqa: T201 - a warning that is an error would end the training


def _number(value: object) -> float | None:
    try:
        return None if value is None else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, RuntimeError):
        return None


def evaluation_of(metrics: object) -> dict[str, object]:
    """Return the loss and the accuracy among the metrics of an evaluation, by the names that loops give them.

    A name counts when it starts with "val", "eval", "valid" or "test" and its rest is "loss", or begins with "acc".
    """
    found: dict[str, object] = {}
    for name, value in metrics.items() if hasattr(metrics, "items") else ():
        first, _, rest = str(name).lower().replace("/", "_").partition("_")
        if first not in ("val", "valid", "validation", "eval", "test"):
            continue
        if rest == "loss":
            found.setdefault("loss", value)
        elif rest.startswith("acc"):
            found.setdefault("accuracy", value)
    return found
