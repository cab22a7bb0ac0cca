"""Shares per layer over scale and steps: what the chapter claims, and against a direct measurement."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.saturation.init_sweep import layer_experiment, layer_stats_at_start, layer_stats_over_run
from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.nets import build_net
from bnviz.telemetry.saturation import saturated_fraction


def test_with_bn_the_share_does_not_depend_on_the_scale() -> None:
    sweep = layer_stats_at_start("tanh", (0.1, 1.0, 10.0))
    without, with_bn = sweep.saturated_fraction
    assert without[0].max() == 0
    assert without[1].max() < 0.01
    assert without[2].min() > 0.5
    np.testing.assert_allclose(with_bn[0], with_bn[2], atol=0.002)
    assert with_bn.mean() == pytest.approx(0.0365, abs=0.006)
    assert with_bn.max() < 0.05


def test_the_shares_are_those_of_the_net_itself() -> None:
    sweep = layer_stats_at_start("tanh", (5.0,))
    config = layer_experiment("tanh", 5.0).configs[0]
    net = build_net(config, 784, 10, torch.Generator().manual_seed(config.seed))
    outputs = []
    net.activation1.register_forward_hook(lambda module, args, out: outputs.append(out))
    net(load_dataset("mnist").x_train[:1000].flatten(1))
    # Another batch than the run's first one, so the shares agree up to the draw of the batch.
    assert saturated_fraction("tanh", outputs[0]) == pytest.approx(sweep.saturated_fraction[0, 0, 0], abs=0.05)


def test_scaling_does_not_change_which_relus_are_dead_and_bn_has_none() -> None:
    sweep = layer_stats_at_start("relu", (0.1, 10.0))
    np.testing.assert_array_equal(sweep.dead_fraction[0, 0], sweep.dead_fraction[0, 1])
    assert sweep.dead_fraction[0].max() > 0
    assert sweep.dead_fraction[0].max() < 0.3, "the fixed axis ends at 30 %"
    assert sweep.dead_fraction[1].max() == 0
    assert np.isnan(sweep.saturated_fraction).all()


def test_a_run_starts_where_the_sweep_measures_and_repeats_itself() -> None:
    first, again = (layer_stats_over_run("tanh", 10.0, 20) for _ in range(2))
    assert first.steps[0] == 0
    assert first.steps[-1] == 20
    np.testing.assert_array_equal(first.saturated_fraction, again.saturated_fraction)
    np.testing.assert_allclose(
        first.saturated_fraction[:, 0], layer_stats_at_start("tanh", (10.0,)).saturated_fraction[:, 0], atol=1e-6
    )
    assert first.gamma[0, :, 1] == pytest.approx(1, abs=0.02)
    assert first.accuracy[1] > first.accuracy[0]


def test_gamma_moves_and_takes_units_into_the_flat_ends_again() -> None:
    run = layer_stats_over_run("sigmoid", 1.0, 400, lr=2.0)
    assert run.gamma[-1, -1, 1] > 1.2
    assert run.saturated_fraction[1, -1, -1] > 10 * run.saturated_fraction[1, 0, -1]


def test_wrong_input_is_told() -> None:
    with pytest.raises(InputError):
        layer_stats_over_run("tanh", 1.0, 0)
    with pytest.raises(InputError):
        layer_experiment("gelu")
    with pytest.raises(InputError):
        layer_experiment("tanh", 1e6)
