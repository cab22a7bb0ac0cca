"""Numbers of a study, against a study whose every number is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hand_made_study import hand_made_study, hand_made_sweep

from bnviz.config import InputError
from bnviz.studies.measures import curve_band, limits, over_seeds, seed_values, sweeps, time_ratio

STUDY = hand_made_study()


def test_one_value_a_seed() -> None:
    assert seed_values(STUDY, "batch", "accuracy") == (0.60, 0.62, 0.64)
    assert seed_values(STUDY, "group", "accuracy") == (0.1, 0.5, 0.6)  # diverged: as good as guessing
    assert seed_values(STUDY, "none", "steps_to_threshold") == ()
    assert seed_values(STUDY, "group", "steps_to_threshold") == (20, 20)
    assert seed_values(STUDY, "batch", "gap") == pytest.approx((0.1, 0.1, 0.1))
    assert seed_values(STUDY, "none", "step_ms") == (10, 11, 12)
    assert seed_values(hand_made_sweep(), "batch-2", "extra:some.share") == (0.25,)
    assert seed_values(STUDY, "batch", "extra:some.share") == ()


def test_over_the_seeds() -> None:
    found = over_seeds(STUDY, "batch", "accuracy")
    assert found is not None
    assert (found.mean, found.sd) == pytest.approx((0.62, 0.02))
    assert over_seeds(STUDY, "none", "steps_to_threshold") is None
    assert time_ratio(STUDY, "group", "none") == pytest.approx(16 / 11)
    assert time_ratio(replace(STUDY, units=STUDY.of("none")), "group", "none") is None


def test_a_band_ends_where_a_seed_is_no_longer_finite() -> None:
    band = curve_band(STUDY, "group", "test_accuracy")
    assert band.steps.tolist() == [0, 10, 20]
    assert band.samples.tolist() == [0, 320, 640]
    np.testing.assert_allclose(band.mean, [0.1, (0.3 + 0.3 + 0.35) / 3, math.nan])
    np.testing.assert_allclose(band.low, [0.1, 0.3, 0.5])
    np.testing.assert_allclose(band.high, [0.1, 0.35, 0.6])


def test_a_band_of_seeds_that_stopped_early() -> None:
    first, *others = STUDY.of("batch")
    short = replace(first, steps=(0,), train_loss=(2.3,), test_loss=(2.3,), test_accuracy=(0.1,))
    band = curve_band(replace(STUDY, units=(short, *others)), "batch", "test_loss")
    np.testing.assert_allclose(band.mean, [2.3, math.nan, math.nan])
    np.testing.assert_allclose(band.high, [2.3, 1.6, 1.2])


def test_an_arm_without_units_has_an_empty_band() -> None:
    band = curve_band(replace(STUDY, units=()), "batch", "test_loss")
    assert band.mean.tolist() == band.low.tolist() == []


def test_a_sweep_rises_and_splits() -> None:
    batch, group = sweeps(hand_made_sweep(), "batch_size", "norm", "accuracy")
    assert batch.series == "batch"
    assert batch.x == (2, 4, 16)
    assert batch.arms == ("batch-2", "batch-4", "batch-16")
    assert [value for (value,) in batch.values] == pytest.approx([0.3, 0.4, 0.5])
    assert [value for (value,) in group.values] == pytest.approx([0.35, 0.45, 0.55])


def test_limits() -> None:
    assert limits(STUDY, "accuracy") == (0.1, 0.64)
    assert limits(STUDY, "accuracy", ("none",)) == (0.40, 0.48)


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="unknown measure 'x'"):
        seed_values(STUDY, "batch", "x")
    with pytest.raises(InputError, match="unknown curve 'accuracy'"):
        curve_band(STUDY, "batch", "accuracy")
    with pytest.raises(InputError, match="no arm 'x'"):
        seed_values(STUDY, "x", "accuracy")
    with pytest.raises(InputError, match="no value of steps_to_threshold"):
        limits(STUDY, "steps_to_threshold", ("none",))
