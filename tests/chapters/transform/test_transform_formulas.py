"""Every line of the slow motion: the number at its end is the number that was computed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bnviz.chapters.transform.backward import backward, draw_target
from bnviz.chapters.transform.batches import draw_batch
from bnviz.chapters.transform.formulas import BACKWARD, LINES, SYMBOLIC, autograd, filled, result
from bnviz.chapters.transform.forward import transform
from bnviz.text.catalogue import catalogue
from bnviz.text.numbers import latex_number

DONE = transform(draw_batch("skewed", 5, 3, 0), np.array([1.0, -2.0, 0.5]), np.array([0.0, 1.0, -1.0]))
BACK = backward(DONE, draw_target(5, 3, 0))


def value(text: str) -> float:
    found = re.fullmatch(r"(-?[\d.]+)(?: \\cdot 10\^\{(-?\d+)\})?", text)
    assert found, text
    return float(found[1]) * 10.0 ** int(found[2] or 0)


@pytest.mark.parametrize("written", [0.0, -1.5, 1e-5, -2.34567e-9, 1234567.0])
def test_numbers_are_written_with_four_digits(written: float) -> None:
    assert value(latex_number(written)) == pytest.approx(written, rel=5e-4)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(("feature", "sample"), [(0, 0), (1, 4), (2, 2)])
def test_a_line_ends_in_its_result(line: str, feature: int, sample: int) -> None:
    end = filled(line, DONE, BACK, feature, sample).rsplit(" = ", 1)[1]
    assert value(end) == pytest.approx(result(line, DONE, BACK, feature, sample), rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("line", BACKWARD)
def test_results_agree_with_autograd(line: str) -> None:
    assert result(line, DONE, BACK, 1, 3) == pytest.approx(autograd(line, BACK, 1, 3), abs=1e-6)


def test_long_sums_are_cut_and_short_ones_are_not() -> None:
    assert r"\cdots" in filled("mean", DONE, BACK, 0, 0)
    small = transform(draw_batch("tiny", 3, 2, 0), np.ones(2), np.zeros(2))
    assert filled("mean", small, backward(small, draw_target(3, 2, 0)), 0, 0) == r"\frac{4 + 2 + 1}{3} = 2.333"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_line_has_its_formula_and_its_words(lang: str) -> None:
    assert set(SYMBOLIC) == set(LINES)
    for line in LINES:
        assert {f"transform.line.{line}.name", f"transform.line.{line}.text"} <= set(catalogue(lang))
