"""Sweeps: runs that equal the app's own, what they say, their file."""

import json
import math

import numpy as np
import pytest

from bnviz.api.train import run_steps
from bnviz.chapters.initialization.one_layer import digits_at_scale, digits_over_scales
from bnviz.chapters.initialization.recipes import LIVE_STEPS, NETS, live_sweep, recorded_sweep
from bnviz.chapters.initialization.results import FieldSweep
from bnviz.chapters.initialization.scale_sweep import run_sweep, short_run, sweep_from_dict
from bnviz.chapters.initialization.usable import largest_usable, outcomes, usable_factor
from bnviz.config import InputError, RunConfig, compare, config_from_dict
from bnviz.data import load_dataset

TINY = RunConfig(depth=1, width=8, activation="tanh", lr=0.1)


def test_a_short_run_is_the_run_of_the_lab():
    steps = 25
    history = run_steps(compare(TINY, "norm", ("batch",)), steps).history
    expected = np.mean(history.curves[0].loss_mean[-20:])
    assert short_run(TINY, load_dataset("mnist"), steps).loss == pytest.approx(expected, rel=1e-5)


def test_a_run_that_is_not_finite_any_more_says_when():
    config = NETS["relu"].with_fields(norm="none", init_scale=100.0, lr=0.1)
    run = short_run(config, load_dataset("mnist"), 100)
    assert math.isnan(run.loss)
    assert run.diverged_at is not None
    assert run.diverged_at >= 1


def hand_made() -> FieldSweep:
    chance = math.log(10)
    loss = np.array([[[0.2, 0.3], [0.1, 2.0], [math.nan, math.nan]], [[0.2, 0.3], [0.1, 0.1], [0.9, 1.3]]])
    arms = ({"norm": "none"}, {"norm": "batch"})
    return FieldSweep("lr", (0.1, 1.0, 10.0), arms, TINY.to_dict(), (0, 1), 5, loss, chance)


def test_what_a_sweep_says():
    sweep = hand_made()
    counts = outcomes(sweep, 0)
    assert counts.learned.tolist() == [2, 1, 0]
    assert counts.stalled.tolist() == [0, 1, 0]
    assert counts.diverged.tolist() == [0, 0, 2]
    assert largest_usable(sweep, 0).per_seed == (1.0, 0.1)
    assert largest_usable(sweep, 1).per_seed == (10.0, 1.0)
    factor = usable_factor(sweep, 1, 0)
    assert (factor.low, factor.median, factor.high) == (10, 10, 10)
    assert sweep.median_loss(0).tolist() == [0.25, 1.05, math.inf]


def test_a_sweep_survives_its_file():
    sweep = hand_made()
    again = sweep_from_dict(json.loads(json.dumps(sweep.to_dict())))
    np.testing.assert_array_equal(again.loss, sweep.loss)
    assert again.to_dict() == sweep.to_dict()


@pytest.mark.parametrize("broken", [{}, {**hand_made().to_dict(), "values": [1.0]}, {"loss": 3}])
def test_a_damaged_sweep_is_refused(broken):
    with pytest.raises(InputError):
        sweep_from_dict(broken)


def test_the_live_form_is_small_and_the_forward_pass_makes_the_first_loss_equal():
    told = []
    sweep = run_sweep(TINY, "init_scale", (0.3, 30.0), [{"norm": "batch"}], (0,), 1, lambda *x: told.append(x))
    assert sweep.loss[0, 0, 0] == pytest.approx(sweep.loss[0, 1, 0], rel=1e-3)
    assert told == [(1, 2), (2, 2)]
    assert LIVE_STEPS <= 100


def test_the_live_sweep_shows_the_honest_half():
    sweep = live_sweep("scale", "tanh", 0)
    batch = sweep.loss[1, :, 0]
    usual, largest = sweep.values.index(1.0), -1
    assert batch[largest] > 2 * batch[usual]


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("kind", ["scale", "rate"])
def test_what_is_shipped_as_recorded(kind, net):
    recorded = recorded_sweep(kind, net)
    sweep = recorded.sweep
    assert len(sweep.seeds) == 5
    assert config_from_dict(sweep.base) == NETS[net]
    assert {"date", "script", "versions"} <= set(recorded.provenance)


def test_a_recorded_run_is_repeated_here():
    sweep = recorded_sweep("rate", "relu").sweep
    arm, place, number = 1, sweep.values.index(0.1), 2
    config = RunConfig(**sweep.base).with_fields(**sweep.arms[arm], lr=0.1, seed=sweep.seeds[number])
    found = short_run(config, load_dataset("mnist"), sweep.steps).loss
    assert found == pytest.approx(sweep.loss[arm, place, number], rel=0.05)


def test_an_unknown_recording_is_refused():
    with pytest.raises(InputError, match="holds no sweep"):
        recorded_sweep("rate", "gelu")


def test_real_digits_at_another_scale():
    check = digits_at_scale(10.0, 0.0)
    assert check.output_change < 1e-12
    assert check.grad_ratio == pytest.approx(0.1)
    curve = digits_over_scales(1e-5, points=8)
    np.testing.assert_allclose(curve.measured, curve.formula, rtol=1e-5)
