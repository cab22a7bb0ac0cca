"""What training waits for on a GPU, counted on a pretend one: one wait a step, three at most if it is observed."""

from itertools import islice

import numpy as np
import pytest
import torch

from bnviz.config import NORMS, Experiment, RunConfig
from bnviz.config.fields import MAP_NORMS
from bnviz.data import load_dataset
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.training import trainer
from bnviz.training.device_trial import DeviceChoice
from bnviz.training.evaluate import loss_and_accuracy, probabilities
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer
from bnviz.training.twins import build_twins
from tests.pretend_device import pretend_device

CPU = torch.device("cpu")
PLAIN = RunConfig(dataset="mnist", depth=2, width=6, batch_size=8, lr=0.1)
MAPS = PLAIN.with_fields(net="vgg11", width=1, activation="relu", init="kaiming")
RNN = PLAIN.with_fields(net="rnn", width=2, activation="tanh", momentum=None)  # each time step counts its batches
OWN_MOMENTS = ("renorm", "cumulative", "dataset", "instance", "per_activation")
"""Norms whose input is measured by another kernel than on the CPU (``norms.base``, ``telemetry.maps``)."""
OBSERVED = 2
"""The step that is observed: before it, everything that is read once has been read."""

RECIPES = {
    "mlp": PLAIN,
    **{net: MAPS.with_fields(net=net) for net in ("vgg11", "resnet20", "inception")},
    "rnn": RNN,
    **{f"norm {norm}": (MAPS if norm in MAP_NORMS else PLAIN).with_fields(norm=norm) for norm in NORMS[2:]},
    "ghosts of maps": MAPS.with_fields(norm="ghost"),
    "cumulative average": PLAIN.with_fields(momentum=None),
    "after the activation": PLAIN.with_fields(norm_position="after", activation="relu"),
    "dropout": PLAIN.with_fields(dropout=0.3),
    "half-life": PLAIN.with_fields(lr_half_life=4),
    "late norm": PLAIN.with_fields(norm_from=1),
    "distorted images": PLAIN.with_fields(distortion=0.5),
    "fixed batches": PLAIN.with_fields(shuffle="batches"),
    "adam": PLAIN.with_fields(optimizer="adam", lr=0.01),
    "rmsprop": PLAIN.with_fields(optimizer="rmsprop", lr=0.01, sgd_momentum=0.5),
    "nesterov": PLAIN.with_fields(sgd_momentum=0.9, nesterov=True),
}


@pytest.fixture(scope="module")
def digits():
    return load_dataset("mnist")


def steps_of(experiment, dataset, device):
    twins = build_twins(experiment, dataset, device)
    return twins, train_steps(twins, TrainingData.of(dataset, device), lambda step: step == OBSERVED)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_plain_step_waits_once_and_an_observed_one_twice_for_the_numbers_of_the_cpu(recipe, digits):
    third = [(("batch_size", 5),)] if recipe is PLAIN else []
    experiment = Experiment(recipe, ((("norm", "none"), ("lr", 0.2)), (), *third))
    rounding = 2e-3 if recipe.norm in OWN_MOMENTS else 0  # units' percentiles are float16
    there_twins, here = steps_of(experiment, digits, CPU)
    expected = list(islice(here, OBSERVED + 1))
    with pretend_device() as pretend:
        twins, there = steps_of(experiment, digits, pretend.device)
        for known in expected:
            with pretend.counting() as waits:
                step = next(there)
                frame = step.frame
            np.testing.assert_allclose(step.losses, known.losses, rtol=rounding)
            assert step.step == 0 or len(waits) == (2 if step.step == OBSERVED else 1), waits
            if known.frame is not None:
                for one, other in zip(frame.arms, known.frame.arms, strict=True):
                    for name in ARM_FIELDS:
                        found, known_values = getattr(one, name), getattr(other, name)
                        np.testing.assert_allclose(found, known_values, rounding, rounding, err_msg=name)
        assert [twin.batches_hash for twin in twins] == [twin.batches_hash for twin in there_twins]


def test_the_start_of_an_epoch_is_not_waited_for(digits):
    few = RunConfig(dataset="moons", depth=1, width=3, batch_size=64)
    dataset = load_dataset("moons")
    epoch = len(dataset.y_train) // 64
    with pretend_device() as pretend:
        _, steps = steps_of(Experiment(few), dataset, pretend.device)
        for step in islice(steps, OBSERVED + 1):
            assert step.step <= OBSERVED
        with pretend.counting() as waits:
            list(islice(steps, 3 * epoch))
    assert len(waits) == 3 * epoch


def test_the_frames_of_a_run_and_the_path_of_its_weights_are_at_most_three_waits(digits):
    with pretend_device() as pretend, pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "choose_device", lambda *_: DeviceChoice(pretend.device))
        run = Trainer(Experiment(PLAIN), digits, 100, StepSchedule(8), StepSchedule(1000))
        counts = []
        for _ in range(30):
            with pretend.counting() as waits:
                run.advance()
            counts.append(len(waits))
        with pretend.counting() as waits:
            checkpoint = run.checkpoint()
    # The path's weights are waited for when the next point is due, and the last ones with the checkpoint.
    assert counts[1:] == [1 if step % 8 else 2 if step == 8 else 3 for step in range(1, 30)]
    assert len(waits) == 2
    assert all(value.device == CPU for state in checkpoint.states for value in state.values())
    assert len(checkpoint.paths[0].steps) == 3


def test_an_evaluation_waits_once(digits):
    x, y = digits.x_test[:50].flatten(1), digits.y_test[:50]
    (known,) = build_twins(Experiment(PLAIN, ((),)), digits, CPU)
    with pretend_device() as pretend:
        (twin,) = build_twins(Experiment(PLAIN, ((),)), digits, pretend.device)
        data = x.to(pretend.device), y.to(pretend.device)
        with pretend.counting() as waits:
            found = twin.evaluate(*data)
            in_parts = loss_and_accuracy(twin.net, *data, chunk=7)
            classes = probabilities(twin.net, data[0], chunk=7)
    assert len(waits) == 3
    assert found == known.evaluate(x, y)
    assert in_parts == loss_and_accuracy(known.net, x, y, chunk=7)
    assert torch.equal(classes, probabilities(known.net, x, chunk=7))


def test_a_run_that_rests_shows_its_step_on_a_device_too(digits):
    """Generators, momenta and the counts of batches are taken over by the copies that it is observed on."""
    recipe = PLAIN.with_fields(dropout=0.3, sgd_momentum=0.9, momentum=None)
    frames = []
    for device in ("cpu", "pretend"):
        with pretend_device() as pretend, pytest.MonkeyPatch.context() as patch:
            choice = DeviceChoice(pretend.device if device == "pretend" else CPU)
            patch.setattr(trainer, "choose_device", lambda *_, choice=choice: choice)
            run = Trainer(Experiment(recipe), digits, 100, StepSchedule(100), StepSchedule(100))
            for _ in range(3):
                run.advance()
            run.observe_present()
            frames.append(run.history.frames[-1])
    assert [frame.step for frame in frames] == [3, 3]
    for name in ARM_FIELDS:
        np.testing.assert_array_equal(*(getattr(frame.arms[0], name) for frame in frames), err_msg=name)
