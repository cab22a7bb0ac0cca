"""Dropout before BN in a trained net."""

from __future__ import annotations

import numpy as np

from bnviz.chapters.regularization.dropout_shift import dropout_shift


def test_dropout_before_bn_shifts_the_variance():
    found = dropout_shift(0.5, n_steps=60)
    assert found.measured.shape == (2, 64)
    np.testing.assert_allclose(found.measured, found.formula, rtol=0.15)
    assert (found.median < 0.9).all()
    still = dropout_shift(0.0, n_steps=5)
    np.testing.assert_array_equal(still.measured, 1)
