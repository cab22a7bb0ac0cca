"""Numbers beside results."""

from __future__ import annotations

import pytest

from bnviz.ui.results import deviation


@pytest.mark.parametrize("value", [0.0, 8.3e-17, -8.3e-17, 9.9e-13])
def test_what_is_only_rounding_is_said_to_be_zero(value: float) -> None:
    assert deviation(value) == "0 (up to rounding)"


@pytest.mark.parametrize(("value", "words"), [(1.1e-12, "1.1e-12"), (0.25, "2.5e-01"), (-3e-6, "-3.0e-06")])
def test_any_other_deviation_keeps_its_size(value: float, words: str) -> None:
    assert deviation(value) == words
