"""The callback in a real net of skorch."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from lazy_module import LazyModule
from small_nets import norm_net, same, samples, state
from torch import nn

import bnviz

if TYPE_CHECKING:
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback

skorch = LazyModule("skorch", reason="no skorch: requirements-integrations.txt has it")
callbacks = LazyModule("bnviz.integrations.skorch", reason="no skorch: requirements-integrations.txt has it")


class Module(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = norm_net()

    def forward(self, x):
        return self.net(x)


class Criterion(nn.CrossEntropyLoss):
    """Keeps the losses of training."""

    losses: list[float] = []  # noqa: RUF012 - skorch makes the criterion itself

    def forward(self, scores, classes):
        loss = super().forward(scores, classes)
        if torch.is_grad_enabled():
            self.losses.append(loss.item())
        return loss


def fitted(callback: Callback | None = None, **options: object) -> NeuralNetClassifier:
    torch.manual_seed(3)
    Criterion.losses.clear()
    net = skorch.NeuralNetClassifier(
        Module,
        criterion=Criterion,
        **{"max_epochs": 1, "batch_size": 8, "lr": 0.1, "verbose": 0, "train_split": None, **options},
        callbacks=[] if callback is None else [callback],
        callbacks__print_log=None,  # its print cannot be pickled where another package has put its own in place
    )
    x, y = samples(48)
    return net.fit(x.numpy(), y.numpy())


def test_watching_changes_nothing_and_the_losses_stand_in_their_frames(tmp_path: Path) -> None:
    alone = fitted()
    callback = callbacks.WatchCallback(every=2, path=tmp_path / "run.npz")
    watched = fitted(callback)
    assert same(state(alone.module_), state(watched.module_))
    assert [frame.step for frame in bnviz.load(tmp_path / "run.npz").frames] == [0, 2, 4]
    assert callback.history.curves[0].loss_mean == pytest.approx(Criterion.losses, rel=1e-5)
    record = callback.history.frames[1].arms[0]
    assert record.scalar("train_loss") == pytest.approx(Criterion.losses[2], rel=1e-5)
    assert (record.grad_norm > 0).all()
    assert (record.update_to_data_ratio > 0).all()
    hooked = [*watched.module_.modules(), *watched.criterion_.modules()]
    assert not [m for m in hooked if m._forward_hooks or m._forward_pre_hooks]


def test_epochs_with_a_validation_are_drawn_as_evaluations() -> None:
    callback = callbacks.WatchCallback(every=2)
    net = fitted(callback, max_epochs=2, train_split=skorch.dataset.ValidSplit(3))
    tested = callback.history.evaluations[0]
    assert tested.step.tolist() == [4, 8]
    assert tested.test_loss == pytest.approx(net.history[:, "valid_loss"], rel=1e-5)
    assert tested.test_accuracy == pytest.approx(net.history[:, "valid_acc"], rel=1e-5)


def test_a_fitted_net_is_copied_pickled_and_cloned_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.base import clone

    monkeypatch.setattr("builtins.print", lambda *words, **more: None)  # as Ray does in its driver
    net = fitted(callbacks.WatchCallback(every=2))
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):  # noqa: S301 - our own
        assert same(state(net.module_), state(other.module_))
    settings = clone(net).get_params()["callbacks"][0]
    assert (settings.every, settings.path) == (2, None)


def test_fitting_again_begins_a_recording_of_its_own() -> None:
    callback = callbacks.WatchCallback(every=2)
    net = fitted(callback)
    first = callback.history
    net.partial_fit(*(part.numpy() for part in samples(16)))
    assert callback.history is not first
    assert [frame.step for frame in callback.history.frames] == [0]
    assert np.isfinite(callback.history.curves[0].loss_mean).all()
