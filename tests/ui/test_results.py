"""Numbers beside results."""

from __future__ import annotations

import pytest

from bnviz.text.numbers import SINGLE
from bnviz.ui.results import deviation


@pytest.mark.parametrize("value", [0.0, 8.3e-17, -8.3e-17, 9.9e-13])
def test_what_is_only_rounding_is_said_to_be_zero(value: float) -> None:
    assert deviation(value) == "0 (up to rounding)"


@pytest.mark.parametrize(("value", "size"), [(9.9e-6, 1.0), (2.4e-6, 12.3), (0.0, 1.0)])
def test_single_precision_rounds_sooner_and_as_large_as_the_numbers(value: float, size: float) -> None:
    assert deviation(value, SINGLE, size) == "0 (up to rounding)"
    assert deviation(value * 1.1 + 1.1e-5 * size, SINGLE, size) != "0 (up to rounding)"


def test_what_is_no_number_is_no_rounding() -> None:
    assert deviation(float("nan")) == "nan"
    assert deviation(1e-30, SINGLE, float("nan")) == "1.0e-30"


@pytest.mark.parametrize(("value", "words"), [(1.1e-12, "1.1e-12"), (0.25, "2.5e-01"), (-3e-6, "-3.0e-06")])
def test_any_other_deviation_keeps_its_size(value: float, words: str) -> None:
    assert deviation(value) == words
