"""The benchmark of watched training: two clocks, the limit of the products, frames."""

from __future__ import annotations

from bnviz.bench.throughput import training_with_viewer


def test_watched_training_stands_beside_the_bare_loop_and_its_limit() -> None:
    training, frames = training_with_viewer(rounds=1, seconds=0.3)
    detail = training.detail
    assert abs(training.value - detail["watched_steps_per_s"] / detail["bare_steps_per_s"]) < 0.01
    assert abs(detail["share_of_limit"] - training.value / detail["limit"]) < 0.01
    assert detail["limit"] > 1  # a step contains its products
    assert detail["by_processor_time"] > 0
    assert frames.value > 0
