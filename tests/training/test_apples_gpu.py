"""Training, frames and checkpoints on a device that lacks what Apple's GPUs lack. Never run on one."""

import numpy as np
import pytest
import torch

from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.training import evaluate, trainer
from bnviz.training.device_trial import DeviceChoice
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer
from tests.pretend_device import pretend_device

SMALL = RunConfig(dataset="mnist", depth=2, width=6, batch_size=8, lr=0.1)
MAPS = SMALL.with_fields(net="vgg11", width=1, activation="relu", init="kaiming")
RECIPES = {
    "mlp": SMALL,
    "group norm of maps": MAPS.with_fields(norm="group"),
    "dropout and adam": SMALL.with_fields(dropout=0.3, optimizer="adam", lr=0.01),
    "noise": SMALL.with_fields(norm="noisy"),
    "data set's statistics": SMALL.with_fields(norm="dataset"),
    "distorted images": SMALL.with_fields(distortion=0.5),
}


@pytest.fixture(autouse=True)
def few_test_images(monkeypatch):
    monkeypatch.setattr(evaluate, "MAX_TEST_IMAGES", 20)


def run(recipe, device, monkeypatch):
    monkeypatch.setattr(trainer, "choose_device", lambda *_: DeviceChoice(device))
    arms = Trainer(Experiment(recipe, ((),)), load_dataset("mnist"), 100, StepSchedule(2), StepSchedule(4))
    for _ in range(5):
        arms.advance()
    arms.observe_present()
    return arms.history.frames, arms.checkpoint()


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_run_is_trained_observed_evaluated_and_kept(recipe, monkeypatch):
    frames, checkpoint = run(recipe, torch.device("cpu"), monkeypatch)
    with pretend_device("mps") as pretend:
        frames_there, checkpoint_there = run(recipe, pretend.device, monkeypatch)
    for one, other in zip(frames, frames_there, strict=True):
        for arm, arm_there in zip(one.arms, other.arms, strict=True):
            for name in ARM_FIELDS:
                np.testing.assert_allclose(getattr(arm_there, name), getattr(arm, name), 2e-3, 2e-3, err_msg=name)
    for state, there in zip(checkpoint.states, checkpoint_there.states, strict=True):
        assert all(value.is_cpu for value in there.values())
        for name, value in state.items():
            torch.testing.assert_close(there[name], value, rtol=1e-4, atol=1e-6)
