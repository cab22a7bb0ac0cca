"""The callback in a real Trainer of transformers, on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from lazy_module import LazyModule
from small_nets import norm_net, same, samples, state
from torch import nn
from torch.nn import functional

import bnviz

if TYPE_CHECKING:
    from transformers import TrainerCallback

transformers = LazyModule("transformers", reason="no transformers: requirements-integrations.txt has it")
callbacks = LazyModule(
    "bnviz.integrations.transformers", reason="no transformers: requirements-integrations.txt has it"
)

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


class Classifier(nn.Module):
    """Returns its loss, as models with ``labels`` do."""

    def __init__(self) -> None:
        super().__init__()
        self.net = norm_net()
        self.losses: list[float] = []

    def forward(self, x, labels):
        scores = self.net(x)
        loss = functional.cross_entropy(scores, labels)
        if self.training:
            self.losses.append(loss.item())
        return {"loss": loss, "logits": scores}


def rows(count: int) -> list[dict[str, torch.Tensor]]:
    return [{"x": x, "labels": y} for x, y in zip(*samples(count), strict=True)]


def trained(folder: Path, callback: TrainerCallback | None = None, **options: object) -> Classifier:
    pytest.importorskip("accelerate", reason="no accelerate: requirements-integrations.txt has it")
    arguments = transformers.TrainingArguments(
        output_dir=str(folder / "trainer"),
        **{
            "max_steps": 6, "per_device_train_batch_size": 8, "learning_rate": 0.1, "use_cpu": True, "seed": 3,
            "report_to": [], "save_strategy": "no", "disable_tqdm": True, "logging_strategy": "no", **options,
        },
    )  # fmt: skip
    model = Classifier()
    trainer = transformers.Trainer(
        model,
        arguments,
        train_dataset=rows(48),
        eval_dataset=rows(16),
        compute_metrics=lambda told: {"accuracy": float((told.predictions.argmax(1) == told.label_ids).mean())},
        callbacks=[] if callback is None else [callback],
    )
    trainer.train()
    return model


def test_watching_changes_nothing_and_the_losses_stand_in_their_frames(tmp_path: Path) -> None:
    alone = trained(tmp_path)
    callback = callbacks.WatchCallback(every=2, path=tmp_path / "run.npz")
    watched = trained(tmp_path, callback)
    assert same(state(alone), state(watched))
    assert [frame.step for frame in bnviz.load(tmp_path / "run.npz").frames] == [0, 2, 4]
    assert callback.history.curves[0].loss_mean == pytest.approx(watched.losses, rel=1e-5)
    record = callback.history.frames[1].arms[0]
    assert record.scalar("train_loss") == pytest.approx(watched.losses[2], rel=1e-5)
    assert (record.grad_norm > 0).all()
    assert (record.update_to_data_ratio > 0).all()
    assert not [m for m in watched.modules() if m._forward_hooks or m._forward_pre_hooks]


def test_accumulated_batches_are_one_step_with_the_mean_of_their_losses(tmp_path: Path) -> None:
    callback = callbacks.WatchCallback(every=1)
    model = trained(tmp_path, callback, max_steps=2, gradient_accumulation_steps=3)
    assert [frame.step for frame in callback.history.frames] == [0, 1]
    means = np.array(model.losses).reshape(2, 3).mean(1)
    assert callback.history.curves[0].loss_mean == pytest.approx(means, rel=1e-5)


def test_evaluations_are_drawn(tmp_path: Path) -> None:
    callback = callbacks.WatchCallback(every=2)
    trained(tmp_path, callback, eval_strategy="steps", eval_steps=3)
    tested = callback.history.evaluations[0]
    assert tested.step.tolist() == [3, 6]
    assert np.isfinite(tested.test_loss).all()
    assert ((tested.test_accuracy >= 0) & (tested.test_accuracy <= 1)).all()
    assert [frame.step for frame in callback.history.frames] == [0, 2, 4]


def test_a_saved_model_and_checkpoints_hold_nothing_of_the_watch(tmp_path: Path) -> None:
    callback = callbacks.WatchCallback(every=2)
    trained(tmp_path, callback, save_strategy="steps", save_steps=3)
    assert (tmp_path / "trainer" / "checkpoint-6").is_dir()
    assert [frame.step for frame in callback.history.frames] == [0, 2, 4]


def test_a_failure_inside_stops_the_recording_and_not_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    callback = callbacks.WatchCallback(every=1)

    def fails(*_args: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(callback._watch, "_before_update", fails)
    with pytest.warns(RuntimeWarning, match="the training continues: broken"):
        model = trained(tmp_path, callback)
    assert len(model.losses) == 6
