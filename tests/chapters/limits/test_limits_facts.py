"""The numbers of the page on limits, against counts by hand."""

from __future__ import annotations

import math

import pytest

from bnviz.chapters.limits.facts import limits, parameters, seeds_of, standard_error
from bnviz.config import PRESETS


def test_parameters_are_counted_as_by_hand() -> None:
    hidden = 784 * 100 + 5 * 100 * 100  # no bias before BN
    affine, head = 6 * 2 * 100, 100 * 10 + 10
    assert parameters(PRESETS["default"], (1, 28, 28)) == hidden + affine + head


def test_the_standard_error_is_that_of_a_share() -> None:
    assert standard_error(0.5, 100) == pytest.approx(0.05)
    assert 100 * standard_error(0.95, 1000) == pytest.approx(100 * math.sqrt(0.0475 / 1000))


def test_seeds_are_found_wherever_a_recording_names_them() -> None:
    assert seeds_of({"provenance": {"seeds": 3}}) == 3
    assert seeds_of({"study": {"seeds": [0, 1, 2, 3, 4], "x": [{"seeds": [1]}]}}) == 5
    assert seeds_of({"values": [1, 2]}) == 0


def test_what_the_page_says_is_what_the_app_has() -> None:
    found = limits()
    assert (found.n_train, found.n_test) == (4000, 1000)
    assert found.vgg11 < found.vgg11_published / 10
    assert found.resnet20 < found.resnet20_published
    assert 3 <= found.fewest_seeds <= found.most_seeds
    assert found.longest >= 1000
    assert found.photographs_train >= 12000
