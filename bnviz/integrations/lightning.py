"""WatchCallback for Lightning: a recording of the normalization layers while ``Trainer.fit`` runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bnviz.integrations.driven import DrivenWatch, evaluation_of, tell
from bnviz.integrations.optional import needs

with needs("lightning"):
    from lightning.pytorch.callbacks import Callback

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from bnviz.telemetry.history import History


class WatchCallback(Callback):
    """Record a LightningModule while the Trainer fits it; nothing about the training changes.

    ::

        watching = WatchCallback(every=10, path="run.npz")
        trainer = lightning.Trainer(callbacks=[watching])
        trainer.fit(model, loader)              # run.npz opens in the app

    Lightning calls ``training_step``, not ``forward``; what that calls is seen all the same. Of several optimizers,
    the steps of the first one count, and a warning says so. Training losses are those that are differentiated; those
    of accumulated batches are averaged. ``val_loss`` and ``val_acc``, where the model logs them, are drawn as the
    evaluation. In a run on several processes, only the first one records.

    Args:
        every: record every this many optimizer steps.
        path: where the recording is saved when the training ends, also by an error; None keeps it in ``history`` only.

    Raises:
        InputError: every is no whole number of at least 1.
    """

    def __init__(self, every: int = 10, path: str | os.PathLike[str] | None = None) -> None:
        super().__init__()
        self._watch = DrivenWatch(every, path)
        self._optimizer: Optimizer | None = None

    @property
    def history(self) -> History | None:
        """The recording so far; None before the training begins."""
        return self._watch.history

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        optimizers = list(trainer.optimizers)
        if not trainer.is_global_zero:
            return
        if not optimizers:
            tell("bnviz records nothing: the LightningModule configures no optimizer")
            return
        if len(optimizers) > 1:
            tell(f"bnviz counts the steps of the first of {len(optimizers)} optimizers")
        self._optimizer = optimizers[0]
        self._watch.start(pl_module, self._optimizer)

    def on_before_backward(self, trainer: Any, pl_module: Any, loss: Tensor) -> None:
        self._watch.add_loss(loss)  # Lightning has divided it by the number of accumulated batches

    def on_before_optimizer_step(self, trainer: Any, pl_module: Any, optimizer: Optimizer) -> None:
        if optimizer is self._optimizer:
            self._watch.before_update()
        else:
            self._watch.drop_losses()

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        if not trainer.sanity_checking and isinstance(trainer.callback_metrics, Mapping):
            self._watch.add_evaluation(**evaluation_of(trainer.callback_metrics))

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        self._watch.end()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self._watch.end()
