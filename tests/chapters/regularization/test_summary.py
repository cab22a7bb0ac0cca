"""Summaries of a study against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.regularization.results import OverfitStudy
from bnviz.chapters.regularization.summary import summarize


def test_summaries_are_numpys():
    values = np.zeros((2, 3, 1, 4))
    values[0, :, 0, 0], values[1, :, 0, 0] = 1.0, [1.0, 0.98, 1.0]
    values[0, :, 0, 1], values[1, :, 0, 1] = [0.80, 0.82, 0.84], [0.83, 0.83, 0.90]
    none, other = summarize(OverfitStudy(("none", "shift"), (0, 1, 2), (5,), 500, values))
    assert none.gain.mean == 0
    assert none.verdict == "open"
    assert other.test.mean == pytest.approx(100 * np.mean([0.83, 0.83, 0.90]))
    assert other.test.sd == pytest.approx(100 * np.std([0.83, 0.83, 0.90], ddof=1))
    assert (other.gain.low, other.gain.high) == pytest.approx((1, 6))
    assert other.gap_change.mean == pytest.approx(np.mean([-3, -3, -6]))
    assert (other.better, other.verdict) == (3, "open")  # 3, 1 and 6 points: three seeds reach 5.7 sd
