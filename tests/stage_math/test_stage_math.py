"""The golden numbers of assets/stage/math are what Python computes today; node compares JavaScript with them."""

from __future__ import annotations

import json
from typing import Any

import make_golden
import numpy as np
import pytest

SCRIPTS = sorted(path.stem for path in (make_golden.ROOT / "assets" / "stage" / "math").glob("*.js"))


def agree(found: Any, expected: Any) -> bool:
    """Return whether two trees have the same shape and numbers; BLAS and processors may differ in the last digits."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(agree(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(agree, found, expected))
    if isinstance(expected, float):
        return bool(np.isclose(found, expected, rtol=1e-9, atol=1e-12))
    return bool(found == expected)


@pytest.mark.parametrize("module", make_golden.MODULES)
def test_the_golden_numbers_are_what_python_computes(module):
    stored = json.loads((make_golden.GOLDEN / f"{module}.json").read_text(encoding="utf-8"))
    computed = json.loads(make_golden.text(make_golden.numbers(module)))
    assert len(computed) == len(stored)
    for found, expected in zip(computed, stored, strict=True):
        assert agree(found, expected), f"{module}.{found['call']}: run tests/stage_math/make_golden.py"


def test_every_module_of_the_browser_has_an_oracle_and_a_file():
    assert make_golden.MODULES == SCRIPTS
    assert sorted(path.stem for path in make_golden.GOLDEN.glob("*.json")) == SCRIPTS


def test_a_number_that_is_off_is_found():
    assert agree({"a": [1.0, "x"]}, {"a": [1.0, "x"]})
    assert not agree({"a": [1.0]}, {"a": [1.00001]})
    assert not agree({"a": [1.0]}, {"a": [1.0, 2.0]})
