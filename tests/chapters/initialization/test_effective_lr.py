"""Norms over a run, against torch's own update; weight decay against a growing rate."""

import math

import numpy as np
import pytest

from bnviz.chapters.initialization.effective_lr import ARMS, norm_runs
from bnviz.chapters.initialization.equivalence import decay_against_growing_rate


@pytest.fixture(scope="module")
def runs():
    return norm_runs(0.5, 0.01, 60)


def test_the_formula_gives_the_norm_that_the_optimizer_left(runs):
    for arm in ARMS:
        assert runs[arm].formula_error < 1e-12
        assert len(runs[arm].squared_norm) == 61


def test_with_batch_norm_and_no_decay_the_norm_never_shrinks(runs):
    assert runs["plain"].shrank == 0
    assert runs["plain"].radial < 1e-4
    assert runs["plain"].pythagoras_error < 1e-6
    assert runs["plain"].growth > 1
    assert math.isnan(runs["plain"].final_balance)


def test_without_batch_norm_there_is_no_right_angle(runs):
    assert runs["none"].radial > 100 * runs["plain"].radial
    assert runs["none"].shrank > 0


def test_decay_raises_the_effective_rate(runs):
    plain, decay = runs["plain"].effective, runs["decay"].effective
    assert plain[0] == decay[0] == pytest.approx(0.5 / runs["plain"].squared_norm[0])
    assert decay[-1] > 1.5 * plain[-1]
    assert (np.diff(plain) <= 0).all()


def test_weight_decay_equals_a_growing_rate_to_rounding():
    found = decay_against_growing_rate(0.1, 0.05, 60)
    assert found.difference < 1e-10
    assert found.plain_difference > 1e-4
    assert found.last_rate > 0.1
