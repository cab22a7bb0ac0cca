"""The measurements of the ledger in cases whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.chapters.saturation.init_sweep import layer_experiment, layer_stats_over_run
from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.ledger import QUESTIONS, TESTS, answer
from bnviz.ledger.measurements import batches, inference, layers, whitened_net
from bnviz.ledger.measurements.initialization import slowdown
from bnviz.ledger.measurements.kept import kept_in_training
from bnviz.ledger.measurements.layers import first_layer_amplification
from bnviz.ledger.measurements.shapes import normal_share_within
from bnviz.ledger.measurements.whitened_net import COMPONENTS, STEPS, forms, updates_needed
from bnviz.nets import build_net, hidden_layers
from bnviz.telemetry.saturation import SATURATED
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

CPU = torch.device("cpu")


def _exact_answers(test: str, found: dict[str, float]) -> dict[str, str]:
    exact = (each for each in TESTS[test].questions if each.exact)
    return {each.name: answer(each, (found[each.name.split(".")[1]],)) for each in exact}


def test_shares_of_a_normal_distribution_are_those_of_its_density() -> None:
    for deviations, printed in ((1, 0.6827), (2, 0.9545)):
        x = np.linspace(-deviations, deviations, 20_001)
        density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
        assert normal_share_within(deviations) == pytest.approx(np.trapezoid(density, x), abs=1e-8)
        assert normal_share_within(deviations) == pytest.approx(printed, abs=5e-5)


def _positive(*shape: int, seed: int) -> torch.Tensor:
    return torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) + 0.1


def test_layers_that_only_scale_amplify_nothing() -> None:
    x, first, eye = _positive(8, 5, seed=0), _positive(6, 5, seed=1), torch.eye(6, dtype=torch.float64)
    assert first_layer_amplification(x, [first], 0) == 1
    assert first_layer_amplification(x, [first, 3 * eye, 0.2 * eye], 0) == pytest.approx(1, rel=1e-9)


def test_amplification_is_that_of_the_direction_in_which_a_layer_stretches() -> None:
    """Rows of the second layer are the change of unit 0 alone and the sum of all: a share of the change is lost."""
    x, first = _positive(8, 5, seed=0), _positive(2, 5, seed=1)
    second = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    draw = torch.Generator().manual_seed(7)
    moved = first * (1 + 0.01 * torch.randn(first.shape, dtype=first.dtype, generator=draw))
    h, other = (x @ each.T for each in (first, moved))  # all are above 0, so ReLU changes nothing
    wanted = ((other - h)[:, 0].norm() / h[:, 0].norm()) / ((other - h).norm() / h.norm())
    assert first_layer_amplification(x, [first, second], 7) == pytest.approx(float(wanted), rel=1e-9)


def test_slowdown_compares_the_first_quarter_of_the_updates_with_the_last() -> None:
    rises = np.array([4.0, 4.0, 3.0, 3.0, 2.0, 2.0, 1.0, 1.0])
    assert slowdown(np.concatenate([[10.0], 10 + np.cumsum(rises)])) == pytest.approx(4)
    assert slowdown(np.arange(9.0)) == pytest.approx(1)


def test_what_is_kept_in_training_is_what_the_layers_show() -> None:
    """Saturated shares are those of the chapter; gradients are those of a loop that trains the same twins."""
    found = kept_in_training("tanh", 10.0, 3)
    run = layer_stats_over_run("tanh", 10.0, 100, seed=3)
    assert found.saturated[:, 0] == pytest.approx(100 * run.saturated_fraction[:, -1].mean(1), rel=1e-5)
    data = load_dataset("mnist")
    twins = build_twins(layer_experiment("tanh", 10.0, seed=3), data, CPU)
    for _ in zip(range(101), train_steps(twins, TrainingData.of(data, CPU)), strict=False):
        pass  # the gradients of update 101 are those at 100 updates
    for arm, twin in enumerate(twins):
        norms = []
        for layer in hidden_layers(twin.net):
            assert layer.linear.weight.grad is not None
            norms.append(layer.linear.weight.grad.norm().item())
        assert found.gradient[arm, 0] == pytest.approx(norms[0] / norms[-1], rel=1e-3)
    assert np.isfinite(found.saturated).all()
    assert np.isfinite(found.gradient).all()


def test_the_net_of_sigmoids_without_bn_has_no_saturated_unit() -> None:
    """S2.15 lost the gain of this net as its test: "hardly any unit is saturated without BN either"."""
    data = load_dataset("mnist")
    config = RunConfig(width=64, batch_size=64, seed=11, device="cpu")  # that of figure1.deep_sigmoid
    plain, _ = twins = build_twins(Experiment(config), data, CPU)
    edge = SATURATED["sigmoid"].region[1]
    for step, _ in zip(range(101), train_steps(twins, TrainingData.of(data, CPU)), strict=False):
        if step % 50 == 0:
            h = data.x_train[:500].flatten(1)
            for layer in hidden_layers(plain.net):
                assert layer.norm is None
                z = layer.linear(h)
                assert float((z.abs() > edge).float().mean()) < 0.001
                h = layer.activation(z)


@pytest.fixture(scope="module")
def inputs() -> dict[str, torch.Tensor]:
    return forms()


def test_whitened_inputs_have_variance_one_in_every_direction_that_is_left(inputs: dict[str, torch.Tensor]) -> None:
    made = {form: x.double() for form, x in inputs.items()}
    for form, x in made.items():
        variances = torch.linalg.eigvalsh(x.T.cov()).flip(0)
        left = variances[:COMPONENTS] * (len(x) - 1) / len(x)
        assert variances[COMPONENTS] < 1e-6, form
        if form == "whitened":
            assert left == pytest.approx(torch.ones(COMPONENTS).double(), abs=1e-4)
        else:
            assert left[0] > 20 * left[-1], form
    assert made["raw"].mean() == pytest.approx(float(load_dataset("mnist").x_train.double().mean()), abs=1e-6)
    for form in ("centered", "whitened"):
        assert made[form].mean(0).abs().max() < 1e-5
    # centered and raw differ by one factor and the mean only, so that their pixels are equally correlated
    centered = made["raw"] - made["raw"].mean(0)
    assert float((centered / centered.norm() - made["centered"] / made["centered"].norm()).norm()) < 1e-5


def test_a_net_that_learns_nothing_needs_all_updates(
    inputs: dict[str, torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whitened_net, "EVERY", 100)  # to evaluate takes as long as ten updates
    x = inputs["whitened"]
    assert updates_needed(x, 0.0, 0) == STEPS
    assert updates_needed(x, 1.0, 0) < STEPS


def test_times_of_layers_are_taken_on_what_goes_into_them() -> None:
    net = build_net(
        RunConfig(net="vgg11", width=4, activation="relu", init="kaiming"), (1, 28, 28), 10, torch.Generator()
    )
    x = load_dataset("mnist").x_train[:8].flatten(1)
    found = batches.inputs_of(net, x)
    convolutions = [layer for layer in hidden_layers(net) if isinstance(layer.linear, nn.Conv2d)]
    assert len(convolutions) == 8
    for layer in convolutions:
        assert layer.norm is not None
        assert torch.equal(layer.linear(found[layer.linear]), found[layer.norm])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the training that the exact questions do not need."""
    monkeypatch.setattr(layers, "deep_sigmoid", lambda seed: (0.0, 0.0))
    monkeypatch.setattr(inference, "_drops", lambda seed: (0.0, 0.0))


@pytest.mark.usefixtures("quick")
def test_exact_questions_of_a_bias_before_bn() -> None:
    found = TESTS["E19"].run(5)
    assert _exact_answers("E19", found) == {"E19.bias_effect": "yes", "E19.bias_gradient": "yes"}


@pytest.mark.usefixtures("quick")
def test_exact_questions_of_a_trained_net() -> None:
    assert set(_exact_answers("E17", TESTS["E17"].run(5)).values()) == {"yes"}
    assert _exact_answers("E20", TESTS["E20"].run(5)) == {"E20.shift_error": "yes"}
    found = TESTS["E9"].run(5)
    assert _exact_answers("E9", found) == {"E9.answers_at_batch_of_one": "yes"}
    assert 0 < found["recomputation_epochs"] < 3


def test_a_bias_before_bn_stays_where_it_is_and_the_norm_grows_at_every_update() -> None:
    found = TESTS["E8"].run(5)
    assert found["bias_norm_with_bn"] < 1e-5 < 1e-2 < found["bias_norm_with_constants"]
    assert TESTS["E21"].run(5)["norm_decreases"] == 0


def test_the_slope_of_the_sigmoid_at_minus_four_is_seven_hundredths_of_the_largest() -> None:
    at = torch.sigmoid(torch.tensor(-4.0, dtype=torch.float64))
    assert TESTS["E3"].run(5)["sigmoid_tail_slope"] == pytest.approx(float(4 * at * (1 - at)), rel=1e-9)


def test_counted_questions_of_layers() -> None:
    found = TESTS["L1"].run(5)
    pooled = F.avg_pool2d(torch.rand(1, 1, 8, 8) + 1, 2)
    assert found["missing_gammas"] == 31 * 8
    assert 0 < found["share_outside_bounds"] < 100  # a mean of 0 leaves something below 0
    assert 15 / 16 * 1 <= found["pooling_error"] <= 15 / 16 * 2
    assert pooled.min() >= 1
    assert abs(found["stacking_difference"]) < 1e-5
    assert found["largest_unit_mean"] > 0.05
    exact = _exact_answers("L1", found)
    yes = ("wrong_tensor_count", "wrong_tensor_lengths", "layers_without_norm", "stacking_difference")
    assert {name for name, each in exact.items() if each == "yes"} == {f"L1.{name}" for name in yes}
    assert set(exact.values()) == {"yes", "no"}


@pytest.mark.parametrize("name", [each.name for each in QUESTIONS.values() if each.exact])
def test_an_exact_question_is_no_question_of_time_or_training(name: str) -> None:
    assert name.split(".")[0] not in ("E4", "E5", "E10", "E11", "E12", "E13", "E14", "E15", "E24", "E25")
