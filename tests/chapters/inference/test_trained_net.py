"""The trained net degraded and recalibrated, and the recorded study against a new run of a part of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.inference import statistics_study
from bnviz.chapters.inference.trained_net import (
    TrainedNet,
    distinct_outputs_batch_of_one,
    fold,
    shifted_data,
    small_batches,
    too_few_steps,
    trace_of_unit,
    trained_net,
    vary_batch,
)
from bnviz.training.evaluate import accuracy


@pytest.fixture(scope="module")
def trained() -> TrainedNet:
    return trained_net(120)


def test_equal_arguments_give_equal_nets() -> None:
    first, second = trained_net(3), trained_net(3)
    for name, tensor in first.net.state_dict().items():
        assert torch.equal(tensor, second.net.state_dict()[name])


def test_varying_the_batch_does_not_change_the_net(trained: TrainedNet) -> None:
    before = {name: tensor.clone() for name, tensor in trained.net.state_dict().items()}
    found = vary_batch(trained, 2)
    assert found.pixels.shape == (28, 28)
    assert np.all(found.dependence.spread("evaluation") == 0)
    assert found.dependence.spread("training")[1:].max() > 0.1
    assert all(torch.equal(before[name], tensor) for name, tensor in trained.net.state_dict().items())


def test_images_alone_in_their_batch_all_get_the_same_probabilities(trained: TrainedNet) -> None:
    assert distinct_outputs_batch_of_one(trained) == 1


def test_bright_images_break_it_and_their_statistics_repair_it(trained: TrainedNet) -> None:
    found = shifted_data(trained, 0.5)
    assert found.intact == pytest.approx(accuracy(trained.net, trained.test, trained.dataset.y_test))
    assert found.degraded < 0.5 < found.recalibrated
    assert found.one_class is not None
    assert found.one_class < found.recalibrated - 0.05
    assert shifted_data(trained, 0.0).degraded == pytest.approx(found.intact)


def test_too_few_steps_and_a_slow_average() -> None:
    found = too_few_steps(trained_net(30, 0.01))
    assert found.degraded < 0.2
    assert found.recalibrated > 0.6
    assert found.intact is None


def test_tiny_batches_in_training_mode(trained: TrainedNet) -> None:
    found = small_batches(trained, 2, 200)
    assert found.intact is not None
    assert found.degraded < found.recalibrated
    assert found.recalibrated == pytest.approx(found.intact, abs=0.05)


def test_folding_the_trained_net(trained: TrainedNet) -> None:
    found = fold(trained)
    assert found.largest_difference < 1e-4
    assert found.same_predictions == 1.0
    assert found.modules - found.folded_modules == trained.config.depth


def test_the_trace_is_of_the_unit_with_the_largest_mean(trained: TrainedNet) -> None:
    found = trace_of_unit(trained, 16, 0.1, n_steps=60)
    means = (trained.train @ trained.net[0].weight.detach().T).mean(0)
    assert abs(found.population) == pytest.approx(float(means.abs().max()), rel=1e-4)
    assert (found.measured_steps, len(found.batch_mean)) == (29, 60)


def test_the_recorded_study_is_what_the_code_measures() -> None:
    study = statistics_study.recorded_study()
    assert study.accuracy.shape == (4, 5, 5, 3)
    assert (study.sizes, study.kinds) == (statistics_study.SIZES, statistics_study.KINDS)
    fresh = statistics_study.measure((32,), (10, 30), (0,))[0, :, :, 0]
    kept = study.accuracy[study.sizes.index(32), :2, :, 0]
    # Other machines round otherwise; 30 steps keep that small.
    assert fresh == pytest.approx(kept, abs=0.03)


def test_the_study_says_what_the_page_says_of_it() -> None:
    study = statistics_study.recorded_study()
    mean, low, high = study.curves(128)
    at, slow, precise = study.steps.index(30), study.kinds.index("ema 0.01"), study.kinds.index("precise")
    assert mean[at, slow] < 0.15
    assert mean[at, precise] > 0.8
    assert np.all((low <= mean + 1e-12) & (mean <= high + 1e-12))
    assert study.curves(2)[0, -1, precise] < 0.25, "a batch of 2 learns nothing here"
