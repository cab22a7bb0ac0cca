"""WatchCallback for skorch: a recording of the normalization layers while ``net.fit`` runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from torch import nn

from bnviz.integrations.driven import DrivenWatch, evaluation_of, tell
from bnviz.integrations.forward_loss import LossHook
from bnviz.integrations.optional import needs

with needs("skorch"):
    from skorch.callbacks import Callback

if TYPE_CHECKING:
    from bnviz.telemetry.history import History


class WatchCallback(Callback):
    """Record the module of a skorch net while it is fitted; nothing about the training changes.

    ::

        watching = WatchCallback(every=10, path="run.npz")
        net = NeuralNetClassifier(Net, callbacks=[watching])
        net.fit(x, y)                           # run.npz opens in the app

    The training loss is the criterion's, without what a ``get_loss`` of your own adds; ``valid_loss``
    and ``valid_acc`` of each epoch are drawn as the evaluation.

    Args:
        every: record every this many optimizer steps.
        path: where the recording is saved when the training ends; None keeps it in ``history`` only.

    Raises:
        InputError: every is no whole number of at least 1.
    """

    def __init__(self, every: int = 10, path: str | os.PathLike[str] | None = None) -> None:
        # scikit-learn clones callbacks by the attributes whose names do not end in "_".
        self.every, self.path = every, path
        self.watch_ = DrivenWatch(every, path)
        self.loss_ = LossHook(self.watch_)

    @property
    def history(self) -> History | None:
        """The recording so far; None before the training begins."""
        return self.watch_.history

    def on_train_begin(self, net: Any, X: Any = None, y: Any = None, **named: Any) -> None:
        self.loss_.remove()
        self.watch_.end()
        self.loss_.remove()
        self.watch_ = DrivenWatch(self.every, self.path)  # set_params may have changed them
        self.loss_ = LossHook(self.watch_)
        module, optimizer = getattr(net, "module_", None), getattr(net, "optimizer_", None)
        if module is None or optimizer is None:
            tell("bnviz records nothing: the net has no module_ or no optimizer_")
            return
        self.watch_.start(module, optimizer)
        if isinstance(criterion := getattr(net, "criterion_", None), nn.Module):
            self.loss_.place(criterion)

    def on_grad_computed(self, net: Any, named_parameters: Any, **named: Any) -> None:
        self.loss_.flush()
        self.watch_.before_update()

    def on_epoch_end(self, net: Any, **named: Any) -> None:
        rows = getattr(net, "history", None)
        self.watch_.add_evaluation(**evaluation_of(rows[-1] if rows else {}))

    def on_train_end(self, net: Any, X: Any = None, y: Any = None, **named: Any) -> None:
        self.loss_.remove()
        self.watch_.end()
