"""WatchCallback for the Trainer of Hugging Face's transformers: a recording of the normalization layers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from bnviz.integrations.driven import DrivenWatch, evaluation_of, tell
from bnviz.integrations.forward_loss import LossHook
from bnviz.integrations.optional import needs

with needs("transformers"):
    from transformers import TrainerCallback

if TYPE_CHECKING:
    from bnviz.telemetry.history import History


class WatchCallback(TrainerCallback):
    """Record the model of a ``transformers.Trainer`` while it trains; nothing about the training changes.

    ::

        watching = WatchCallback(every=10, path="run.npz")
        trainer = Trainer(model, arguments, train_dataset=data, callbacks=[watching])
        trainer.train()                         # run.npz opens in the app

    The training loss of a step is read from what the model returns, as every model with ``labels`` does; ``eval_loss``
    and ``eval_accuracy`` are drawn as the evaluation. In a run on several processes, only the first one records.

    Args:
        every: record every this many optimizer steps.
        path: where the recording is saved when the training ends; None keeps it in ``history`` only.

    Raises:
        InputError: every is no whole number of at least 1.
    """

    def __init__(self, every: int = 10, path: str | os.PathLike[str] | None = None) -> None:
        self._watch = DrivenWatch(every, path)
        self._loss = LossHook(self._watch)

    @property
    def history(self) -> History | None:
        """The recording so far; None before the training begins."""
        return self._watch.history

    def on_train_begin(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        model, optimizer = named.get("model"), named.get("optimizer")
        if not state.is_world_process_zero:
            return
        optimizer = getattr(optimizer, "optimizer", optimizer)  # accelerate wraps the one that steps
        if model is None or optimizer is None:
            tell("bnviz records nothing: the Trainer names no model or no optimizer when its training begins")
            return
        self._watch.start(model, optimizer)
        self._loss.place(model)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        self._loss.flush()
        self._watch.before_update()

    def on_evaluate(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        self._watch.add_evaluation(**evaluation_of(named.get("metrics")))

    def on_train_end(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        self._loss.remove()
        self._watch.end()
