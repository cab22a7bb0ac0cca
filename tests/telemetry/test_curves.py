"""Curves and evaluations of any length, in bounded memory, with nothing important lost."""

import math

import numpy as np
import pytest

from bnviz.telemetry.curves import EvaluationLog, LossLog

LONG = 200_000


@pytest.fixture(scope="module")
def losses():
    values = np.random.default_rng(0).normal(2, 0.1, LONG).astype("f4")
    values[12_345], values[150_001] = 99.0, -7.0  # two single steps that must not get lost
    return values


@pytest.fixture(scope="module")
def long_curve(losses):
    log = LossLog()
    for loss in losses.tolist():
        log.append(loss)
    return log.snapshot()


def test_a_long_curve_is_bounded(long_curve):
    assert 512 < len(long_curve.step) <= 1024
    assert len({len(column) for column in (long_curve.loss_min, long_curve.loss_max, long_curve.loss_mean)}) == 1


def test_no_extreme_is_lost_and_each_is_in_its_bucket(losses, long_curve):
    width = int(long_curve.step[1])
    assert (np.diff(long_curve.step) == width).all()
    for index, start in enumerate(long_curve.step):
        bucket = losses[start : start + width]
        assert long_curve.loss_min[index] == bucket.min()
        assert long_curve.loss_max[index] == bucket.max()
        assert long_curve.loss_mean[index] == pytest.approx(bucket.mean(dtype="f8"), rel=1e-6)
    assert long_curve.step[0] == 0
    assert long_curve.step[-1] + width >= LONG


def test_a_short_curve_is_exact():
    log = LossLog()
    for loss in (3.0, 1.0, 2.0):
        log.append(loss)
    curve = log.snapshot()
    assert curve.step.tolist() == [0, 1, 2]
    assert curve.loss_min.tolist() == curve.loss_max.tolist() == curve.loss_mean.tolist() == [3.0, 1.0, 2.0]


def test_an_empty_curve():
    assert [len(column) for column in (LossLog().snapshot().step, LossLog().snapshot().loss_mean)] == [0, 0]
    assert len(EvaluationLog().snapshot().step) == 0
    assert EvaluationLog().last is None


@pytest.mark.parametrize("capacity", [0, 1, 3, -2])
def test_odd_capacities_are_refused(capacity):
    with pytest.raises(ValueError, match="even number"):
        LossLog(capacity)


@pytest.mark.parametrize("count", [1, 99, 1000, 1001, 1500, 20_000])
def test_evaluations_are_bounded_and_evenly_thinned(count):
    log = EvaluationLog()
    for index in range(count):
        log.append(10 * index, 1 / (1 + index), 0.5)
        assert log.last == (10 * index, 1 / (1 + index), 0.5)
    curve = log.snapshot()
    assert len(curve.step) <= 1000
    assert curve.step[-1] == 10 * (count - 1)
    kept = min(count, 100)
    assert curve.step[:kept].tolist() == [10 * index for index in range(kept)]
    gaps = np.diff(curve.step[kept:].astype(int))[:-1]  # without the newest, which may be closer
    assert set(gaps.tolist()) <= {gaps.min(initial=10**6), 2 * gaps.min(initial=10**6)}
    assert (np.diff(gaps) <= 0).all()
    np.testing.assert_allclose(curve.test_loss, 1 / (1 + curve.step / 10), rtol=1e-6)
    if count > 1000:
        assert len(curve.step) >= 999


def test_numbers_that_are_not_finite_pass_through():
    log = LossLog(2)
    for loss in (1.0, 2.0, 3.0, math.inf):
        log.append(loss)
    assert log.snapshot().loss_max.tolist() == [2.0, math.inf]
