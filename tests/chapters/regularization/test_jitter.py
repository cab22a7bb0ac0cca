"""The jitter of a real digit."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.regularization.jitter import digit, digit_jitter, pre_activations


def test_a_digits_jitter_is_measured_on_its_own_layer():
    found = digit_jitter(5, n_batches=30)
    values = pre_activations(0)
    assert values.shape == (4000, 32)
    assert found.population == pytest.approx((values[5] - values.mean(0)) / values.std(0))
    assert (np.diff(found.typical) < 0).all()
    picture, label = digit(5)
    assert picture.shape == (28, 28)
    assert 0 <= label <= 9
