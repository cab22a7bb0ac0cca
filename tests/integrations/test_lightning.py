"""The callback in a real Trainer of Lightning, on the CPU."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from lazy_module import LazyModule
from small_nets import same, state

import bnviz

models = LazyModule("lightning_models")
callbacks = LazyModule("bnviz.integrations.lightning", reason="no lightning: requirements-integrations.txt has it")

pytestmark = [
    # Lightning advises on workers, on loggers and on what its own versions call differently.
    pytest.mark.filterwarnings("ignore::UserWarning:lightning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.mark.parametrize("kind", ["Classifier", "CallsItself"])
def test_watching_changes_nothing_and_records_each_second_step(kind: str, tmp_path: Path) -> None:
    alone = models.fit(getattr(models, kind)())
    callback = callbacks.WatchCallback(every=2, path=tmp_path / "run.npz")
    watched = models.fit(getattr(models, kind)(), callback)
    assert same(state(alone), state(watched))
    assert [frame.step for frame in callback.history.frames] == [0, 2, 4]
    record = callback.history.frames[1].arms[0]
    assert np.isfinite(record.grad_norm).all()
    assert (record.grad_norm > 0).all()
    assert (record.update_to_data_ratio > 0).all()
    again = bnviz.load(tmp_path / "run.npz")
    assert [frame.step for frame in again.frames] == [0, 2, 4]
    assert not [m for m in watched.modules() if m._forward_hooks or m._forward_pre_hooks]


def test_the_losses_are_those_of_the_training_and_stand_in_their_frames() -> None:
    callback = callbacks.WatchCallback(every=2)
    model = models.fit(models.Classifier(), callback)
    assert callback.history.curves[0].loss_mean == pytest.approx(model.losses, rel=1e-5)
    shown = [frame.arms[0].scalar("train_loss") for frame in callback.history.frames]
    assert shown == pytest.approx(model.losses[::2], rel=1e-5)


def test_accumulated_batches_are_one_step_with_the_mean_of_their_losses() -> None:
    callback = callbacks.WatchCallback(every=1)
    model = models.fit(models.Classifier(), callback, accumulate_grad_batches=3)
    assert [frame.step for frame in callback.history.frames] == [0, 1]
    means = np.array(model.losses).reshape(2, 3).mean(1)
    assert callback.history.curves[0].loss_mean == pytest.approx(means, rel=1e-5)


def test_a_validation_is_drawn_as_the_evaluation_and_the_sanity_check_is_not() -> None:
    callback = callbacks.WatchCallback(every=2)
    models.fit(models.Validated(), callback, validates=True, num_sanity_val_steps=2, val_check_interval=3)
    tested = callback.history.evaluations[0]
    assert tested.step.tolist() == [3, 6]
    assert np.isfinite(tested.test_loss).all()
    assert ((tested.test_accuracy >= 0) & (tested.test_accuracy <= 1)).all()
    assert [frame.step for frame in callback.history.frames] == [0, 2, 4]


def test_mixed_precision_is_recorded_and_not_changed() -> None:
    alone = models.fit(models.Classifier(), precision="bf16-mixed")
    callback = callbacks.WatchCallback(every=2)
    watched = models.fit(models.Classifier(), callback, precision="bf16-mixed")
    assert same(state(alone), state(watched))
    assert np.isfinite(callback.history.frames[-1].arms[0].moments).all()


def test_a_model_that_is_averaged_while_it_is_watched_trains_as_it_does_alone() -> None:
    def averaging():
        return models.lightning.pytorch.callbacks.StochasticWeightAveraging(swa_lrs=0.05, swa_epoch_start=1)

    trained = []
    callback = callbacks.WatchCallback(every=2)
    for used in ([averaging()], [callback, averaging()]):
        torch.manual_seed(3)
        quiet = dict.fromkeys(("enable_progress_bar", "enable_model_summary", "enable_checkpointing", "logger"), False)
        trainer = models.lightning.Trainer(max_epochs=3, accelerator="cpu", callbacks=used, **quiet)
        trainer.fit(model := models.Classifier(), models.loader())
        trained.append(model)
    assert same(*map(state, trained))
    assert callback.history.frames


def test_of_two_optimizers_the_first_counts_and_a_warning_says_so() -> None:
    callback = callbacks.WatchCallback(every=2)
    with pytest.warns(RuntimeWarning, match="the first of 2 optimizers"):
        models.fit(models.TwoOptimizers(), callback)
    assert [frame.step for frame in callback.history.frames] == [0, 2, 4]
    assert len(callback.history.curves[0].step) == 6


def test_a_recording_that_cannot_be_saved_does_not_end_the_training(tmp_path: Path) -> None:
    callback = callbacks.WatchCallback(every=2, path=tmp_path / "missing" / "run.npz")
    (tmp_path / "missing").write_text("a file in place of the folder")
    with pytest.warns(RuntimeWarning, match="bnviz stopped recording, the training continues"):
        model = models.fit(models.Classifier(), callback)
    assert len(model.losses) == 6
    assert len(callback.history.frames) == 3


def test_a_failure_inside_stops_the_recording_and_not_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = models.fit(models.Classifier())
    callback = callbacks.WatchCallback(every=1)

    def fails(*_args: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(callback._watch, "_add_loss", fails)
    with pytest.warns(RuntimeWarning, match="the training continues: broken"):
        model = models.fit(models.Classifier(), callback)
    assert same(state(alone), state(model))


def test_an_error_of_the_training_is_not_hidden_and_the_recording_is_saved(tmp_path: Path) -> None:
    class Breaks(models.Classifier):
        def training_step(self, batch, index):
            if index == 3:
                raise ZeroDivisionError("the user's own")
            return super().training_step(batch, index)

    callback = callbacks.WatchCallback(every=1, path=tmp_path / "run.npz")
    with pytest.raises(ZeroDivisionError, match="the user's own"):
        models.fit(Breaks(), callback)
    assert [frame.step for frame in bnviz.load(tmp_path / "run.npz").frames] == [0, 1, 2]


def test_a_copy_of_the_callback_has_the_settings_and_no_recording() -> None:
    callback = callbacks.WatchCallback(every=2)
    models.fit(models.Classifier(), callback)
    for other in (copy.deepcopy(callback), pickle.loads(pickle.dumps(callback))):  # noqa: S301 - our own
        assert other.history is None
        models.fit(models.Classifier(), other)
        assert [frame.step for frame in other.history.frames] == [0, 2, 4]


@pytest.mark.parametrize("every", [0, -1, 2.5, True, "3"])
def test_a_wrong_every_is_refused_at_once(every) -> None:
    with pytest.raises(bnviz.InputError, match="every must be a whole number of at least 1"):
        callbacks.WatchCallback(every=every)
