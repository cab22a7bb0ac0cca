"""What scales how: the products are those that a step makes, a slope is that of a power, and rows say their axis."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from bnviz.bench import scaling, sessions
from bnviz.bench.device.scenes import CPU
from bnviz.bench.products import Products
from bnviz.config import Experiment, RunConfig, parse_arms
from bnviz.data import load_dataset
from bnviz.training.twins import build_twins

SMALL = Experiment(RunConfig(dataset="moons", depth=3, width=8, batch_size=16), parse_arms("none,batch"))


def counted(action) -> int:
    with FlopCounterMode(display=False) as counter:
        action()
    return counter.get_total_flops()


def test_the_products_are_those_of_a_step_of_the_nets_themselves() -> None:
    dataset = load_dataset("moons")
    twins = build_twins(SMALL, dataset, CPU)
    x, y = dataset.x_train[:16].flatten(1), dataset.y_train[:16]

    def step() -> None:
        for twin in twins:
            F.cross_entropy(twin.net(x), y).backward()

    products = Products(SMALL, dataset)
    assert products.flops == counted(step) == counted(products.step)


def test_the_slope_is_the_exponent_of_a_power() -> None:
    sizes = [10, 20, 40, 80]
    assert scaling.slope(sizes, [3 * size**-1.25 for size in sizes]) == pytest.approx(-1.25)
    assert scaling.slope(sizes, [7.0] * 4) == pytest.approx(0)


def test_every_value_of_an_axis_has_a_row_and_the_axis_a_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "rates_of", lambda experiment: _rates(experiment.base.width))
    rows = scaling.along_sizes([scaling.Axis("width", "width", (4, 8))])
    assert [(row.detail.get("at"), row.value, row.met) for row in rows[:2]] == [(4, 200, None), (8, 100, None)]
    assert [row.detail["limit"] for row in rows[:2]] == [250, 62.5]
    assert rows[2].value == pytest.approx(-1)
    assert rows[2].detail["slopes"] == {"plain": pytest.approx(-0.5, abs=1e-3), "products": pytest.approx(-2, abs=1e-3)}
    assert rows[0].to_dict()["budget"] is None


def _rates(width: int) -> scaling.Rates:
    return scaling.Rates(400 / width**0.5, 800 / width, 4000 / width**2, 1.0, 1.0)


def test_the_three_loops_are_measured_on_the_same_net() -> None:
    found = scaling.rates_of(SMALL, rounds=1, window_s=0.01)
    assert min(found.plain, found.ours, found.products) > 0
    assert found.products > found.ours  # a step contains its products
    flops = Products(SMALL, load_dataset("moons")).flops
    assert found.gflops == pytest.approx(flops * found.products / 1e9)


def test_a_net_that_diverges_is_no_measure() -> None:
    diverging = Experiment(SMALL.base.with_fields(lr=100.0, activation="relu", init_scale=30.0), SMALL.arms)
    with pytest.raises(RuntimeError, match="diverged"):
        scaling.rates_of(diverging, rounds=1, window_s=0.05)


def test_sessions_train_together_and_their_limit_is_measured_beside() -> None:
    threads = torch.get_num_threads()
    rows = sessions.along_sessions((1, 2), window_s=0.2)
    assert [row.detail.get("at") for row in rows] == [1, 2, None]
    assert all(row.value > 0 and row.detail["limit"] > 0 for row in rows[:2])
    assert rows[2].detail["axis"] == "sessions"
    assert torch.get_num_threads() == threads
