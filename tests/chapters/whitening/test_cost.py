"""The cost of whitening, measured with a clock made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.whitening.cost import measure_cost
from bnviz.config import InputError


class Clock:
    """Each reading is one second after the last."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def test_cost_takes_medians_and_ratios_of_what_the_clock_says() -> None:
    told: list[tuple[int, int]] = []
    found = measure_cost((2, 4), 16, 2, Clock(), budget=1e9, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    assert list(found.widths) == [2, 4]
    for method, seconds in found.seconds.items():
        np.testing.assert_array_equal(seconds, [1.0, 1.0], err_msg=method)
        np.testing.assert_array_equal(found.ratio[method], [1.0, 1.0])


def test_cost_begins_no_width_after_its_budget() -> None:
    assert list(measure_cost((2, 4, 8), 16, 1, Clock(), budget=5).widths) == [2]


def test_cost_measures_real_time() -> None:
    found = measure_cost((4,), 32, 1)
    assert all(values[0] > 0 for values in found.seconds.values())
    assert found.ratio["per_feature"][0] == 1.0


@pytest.mark.parametrize("widths", [(), (1,), (4096,)])
def test_cost_refuses_widths_out_of_bounds(widths: tuple[int, ...]) -> None:
    with pytest.raises(InputError):
        measure_cost(widths)
