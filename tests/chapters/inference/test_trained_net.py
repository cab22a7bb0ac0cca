"""The trained net broken and repaired, and the recorded study against a fresh run of a part of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.inference import statistics_study as inference_study
from bnviz.chapters.inference import trained_net as inference
from bnviz.chapters.inference.trained_net import TrainedNet
from bnviz.norms.calibration import accuracy


@pytest.fixture(scope="module")
def trained() -> TrainedNet:
    return inference.trained_net(120)


def test_equal_arguments_give_equal_nets() -> None:
    first, second = inference.trained_net(3), inference.trained_net(3)
    for name, tensor in first.net.state_dict().items():
        assert torch.equal(tensor, second.net.state_dict()[name])


def test_asking_leaves_the_net_alone(trained: TrainedNet) -> None:
    before = {name: tensor.clone() for name, tensor in trained.net.state_dict().items()}
    asked = inference.ask(trained, 2)
    assert asked.pixels.shape == (28, 28)
    assert np.all(asked.jitter.spread("evaluation") == 0)
    assert asked.jitter.spread("training")[1:].max() > 0.1
    assert all(torch.equal(before[name], tensor) for name, tensor in trained.net.state_dict().items())


def test_images_alone_all_get_one_answer(trained: TrainedNet) -> None:
    assert inference.answers_alone(trained) == 1


def test_bright_images_break_it_and_their_statistics_repair_it(trained: TrainedNet) -> None:
    found = inference.shifted_data(trained, 0.5)
    assert found.whole == pytest.approx(accuracy(trained.net, trained.test, trained.dataset.y_test))
    assert found.broken < 0.5 < found.repaired
    assert found.one_class is not None
    assert found.one_class < found.repaired - 0.05
    assert inference.shifted_data(trained, 0.0).broken == pytest.approx(found.whole)


def test_too_few_steps_and_a_slow_average() -> None:
    found = inference.too_few_steps(inference.trained_net(30, 0.01))
    assert found.broken < 0.2
    assert found.repaired > 0.6
    assert found.whole is None


def test_tiny_batches_in_training_mode(trained: TrainedNet) -> None:
    found = inference.small_batches(trained, 2, 200)
    assert found.whole is not None
    assert found.broken < found.repaired
    assert found.repaired == pytest.approx(found.whole, abs=0.05)


def test_folding_the_trained_net(trained: TrainedNet) -> None:
    found = inference.fold(trained)
    assert found.largest_difference < 1e-4
    assert found.same_answers == 1.0
    assert found.modules - found.folded_modules == trained.config.depth


def test_a_chase_follows_the_unit_with_the_largest_mean(trained: TrainedNet) -> None:
    found = inference.chase_unit(trained, 16, 0.1, steps=60)
    means = (trained.train @ trained.net[0].weight.detach().T).mean(0)
    assert abs(found.population) == pytest.approx(float(means.abs().max()), rel=1e-4)
    assert (found.measured_steps, len(found.batch_mean)) == (29, 60)


def test_the_recorded_study_is_what_the_code_measures() -> None:
    study = inference_study.recorded_study()
    assert study.accuracy.shape == (4, 5, 5, 3)
    assert (study.sizes, study.kinds) == (inference_study.SIZES, inference_study.KINDS)
    fresh = inference_study.measure((32,), (10, 30), (0,))[0, :, :, 0]
    kept = study.accuracy[study.sizes.index(32), :2, :, 0]
    # Other machines round otherwise; 30 steps keep that small.
    assert fresh == pytest.approx(kept, abs=0.03)


def test_the_study_says_what_the_page_says_of_it() -> None:
    study = inference_study.recorded_study()
    mean, low, high = study.curves(128)
    at, slow, precise = study.steps.index(30), study.kinds.index("ema 0.01"), study.kinds.index("precise")
    assert mean[at, slow] < 0.15
    assert mean[at, precise] > 0.8
    assert np.all((low <= mean + 1e-12) & (mean <= high + 1e-12))
    assert study.curves(2)[0, -1, precise] < 0.25, "a batch of 2 learns nothing here"
