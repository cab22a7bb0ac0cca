"""How numbers are written."""

from __future__ import annotations

import math

import pytest

from bnviz.text.numbers import (
    count,
    difference,
    factor,
    fine_percent,
    grouped_number,
    latex_number,
    number_cell,
    percent,
    percent_above,
    rounded_number,
    short_number,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (0.001, "0.001"),
        (999.4, "999"),
        (1234.5, "1,234"),
        (99_999.0, "99,999"),
        (100_000.0, r"$1.00 \times 10^{5}$"),
        (-0.00012345, r"$-1.23 \times 10^{-4}$"),
        (math.nan, "–"),
        (-math.inf, "–"),
    ],
)
def test_a_cell_holds_a_plain_number_or_a_power_of_ten(value: float, written: str) -> None:
    assert number_cell(value) == written


def test_a_cell_can_show_more_digits() -> None:
    assert number_cell(1.23456, 5) == "1.2346"
    assert number_cell(1.23456e-7, 2) == r"$1.2 \times 10^{-7}$"


def test_latex_has_four_digits_and_its_powers_as_products() -> None:
    assert [latex_number(value) for value in (0.5, -12.34567, 1e-5, 123456.0)] == [
        "0.5",
        "-12.35",
        r"1 \cdot 10^{-5}",
        r"1.235 \cdot 10^{5}",
    ]


def test_short_numbers_fit_a_sentence() -> None:
    assert [short_number(value) for value in (0.0, 0.00012, 0.25, 123456.0)] == ["0", "1.2e-04", "0.25", "1.2e+05"]


def test_large_numbers_are_grouped() -> None:
    assert [grouped_number(value) for value in (0.12345, 999.0, 12345.6)] == ["0.123", "999", "12,346"]
    assert [count(value) for value in (60000, None, "many")] == ["60,000", "–", "–"]


def test_only_an_exact_zero_is_written_as_zero() -> None:
    assert [difference(value) for value in (0.0, 1e-17, 0.0123)] == ["0", "1.0e-17", "0.012"]


def test_shares_are_written_in_percent() -> None:
    assert [percent(share) for share in (0.0, 0.1234, 1.0)] == ["0.0 %", "12.3 %", "100.0 %"]
    assert [fine_percent(share) for share in (0.0032, 0.9989)] == ["0.32 %", "99.9 %"]
    assert [percent_above(share, 1e-6) for share in (1e-6, 0.0012345)] == ["< 0.0001 %", "0.123 %"]


def test_two_digits_are_enough_for_a_growth_and_its_powers_of_ten_are_raised() -> None:
    values = (1.08, 345.6, 12345.0, 1.3e11, 4e-25)
    assert [rounded_number(value) for value in values] == ["1.1", "346", "1.2 × 10⁴", "1.3 × 10¹¹", "4.0 × 10⁻²⁵"]


def test_a_factor_has_three_digits_or_is_infinite() -> None:
    assert (factor(51.66), factor(math.inf)) == ("51.7", "∞")
