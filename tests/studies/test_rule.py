"""The one rule: Student's interval, what it answers, and how often chance alone would make it answer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bnviz.config import InputError
from bnviz.studies.rule import ALPHA, Statement, answer, interval, student_probability, student_quantile

MORE, RATIO, WITHIN = Statement("more", 1), Statement("ratio", 1), Statement("within", 0.5)


@pytest.mark.parametrize(
    ("degrees", "table"), [(1, 63.657), (2, 9.925), (3, 5.841), (4, 4.604), (9, 3.250), (19, 2.861), (30, 2.750)]
)
def test_quantiles_are_those_of_the_printed_tables(degrees: int, table: float) -> None:
    assert student_quantile(degrees, 1 - 0.005) == pytest.approx(table, abs=6e-4)
    assert student_probability(degrees, student_quantile(degrees, 0.975)) == pytest.approx(0.975, abs=1e-12)


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 9, 25])
def test_probabilities_are_the_integral_of_the_density(degrees: int) -> None:
    x = np.linspace(0, 1.7, 20_001)
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    density = scale * (1 + x**2 / degrees) ** (-(degrees + 1) / 2)
    assert student_probability(degrees, 1.7) == pytest.approx(0.5 + np.trapezoid(density, x), abs=1e-8)


@pytest.mark.parametrize(
    ("statement", "values", "wanted"),
    [
        (MORE, (1.9, 2.0, 2.1, 2.05), "yes"),
        (MORE, (0.1, 0.0, -0.1, 0.05), "no"),  # no effect as large as the limit: an answer, too
        (MORE, (-2.0, -2.1, -1.9), "no"),
        (MORE, (0.5, 1.6, 2.0, 1.1), "open"),
        (MORE, (2.0, 2.0), "open"),
        (MORE, (2.0, 2.0, math.nan), "open"),
        (MORE, (2.0, 2.0, math.inf), "open"),
        (MORE, (2.0, 2.0, 2.0), "yes"),
        (MORE, (1.0, 1.0, 1.0), "open"),
        (RATIO, (2.0, 2.2, 1.9, 2.1), "yes"),
        (RATIO, (0.5, 0.45, 0.52, 0.48), "no"),
        (RATIO, (2.0, 2.1, 0.0), "open"),
        (WITHIN, (0.05, -0.05, 0.0, 0.02), "yes"),
        (WITHIN, (0.9, 0.92, 0.88, 0.9), "no"),
        (WITHIN, (-0.9, -0.92, -0.88, -0.9), "no"),
        (WITHIN, (0.4, 0.3, 0.6, 0.2), "open"),
        (Statement("within", 1e-9, exact=True), (1e-12,), "yes"),
        (Statement("within", 1e-9, exact=True), (1.0, 2.0), "no"),
        (Statement("within", 1e-9, exact=True), (1e-12, 2.0), "open"),
        (Statement("more", 0, exact=True), (0.0, 0.0), "no"),
        (Statement("ratio", 1, exact=True), (23.5, 23.5), "yes"),
        (Statement("ratio", 1, exact=True), (), "open"),
    ],
)
def test_the_answer_follows_from_the_interval(statement: Statement, values: tuple[float, ...], wanted: str) -> None:
    assert answer(statement, values) == wanted


def test_a_ratio_and_its_inverse_give_opposite_answers_and_intervals() -> None:
    values = (1.8, 2.2, 2.0, 2.1)
    found, turned = interval(RATIO, values), interval(RATIO, [1 / value for value in values])
    assert (answer(RATIO, values), answer(RATIO, [1 / value for value in values])) == ("yes", "no")
    assert (turned.mean, turned.low, turned.high) == pytest.approx((1 / found.mean, 1 / found.high, 1 / found.low))


def test_more_seeds_of_the_same_scatter_narrow_the_interval() -> None:
    widths = [(lambda f: f.high - f.low)(interval(MORE, [1, 2] * half)) for half in (2, 3, 5, 10)]
    assert widths == sorted(widths, reverse=True)


def test_chance_alone_answers_one_null_in_a_hundred_and_more_seeds_see_more() -> None:
    random, draws = np.random.default_rng(0), 4000
    zero = Statement("more", 0)
    for seeds in (3, 10):
        found = [answer(zero, row) for row in random.normal(0, 1, (draws, seeds)).tolist()]
        share = 1 - found.count("open") / draws
        assert share == pytest.approx(2 * ALPHA, abs=4 * math.sqrt(2 * ALPHA / draws))
    power = [
        [answer(zero, row) for row in random.normal(1.5, 1, (500, seeds)).tolist()].count("yes") / 500
        for seeds in (5, 10, 20)
    ]
    assert power[0] < 0.45 < 0.84 < power[1] < power[2]
    assert power[2] > 0.99


@pytest.mark.parametrize("bad", [("less", 0.0), ("ratio", 0.0), ("within", -1.0), ("more", math.nan)])
def test_a_statement_without_sense_is_refused(bad: tuple[str, float]) -> None:
    with pytest.raises(InputError):
        Statement(*bad)  # type: ignore[arg-type]
