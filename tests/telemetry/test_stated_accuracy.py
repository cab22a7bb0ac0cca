"""What texts and docstrings say of estimates and of limits is computed here."""

from pathlib import Path

import pytest
import torch

from bnviz.config import RunConfig, compare
from bnviz.data import load_dataset
from bnviz.telemetry.recorder import subsample
from bnviz.telemetry.saturation import SATURATED, slope_at_edge
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

TEXT = Path("assets/text")


def test_the_slope_at_the_edge_of_saturation_is_that_of_the_thresholds():
    assert slope_at_edge("sigmoid") == pytest.approx(0.95 * 0.05 / 0.25, rel=1e-9)
    assert slope_at_edge("tanh") == pytest.approx(1 - 0.97**2, rel=1e-9)
    with pytest.raises(KeyError):
        slope_at_edge("relu")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("file", ["guide.md", "chapter_saturation.toml"])
def test_texts_name_the_thresholds_and_the_slopes_that_the_code_has(language, file):
    lines = (TEXT / language / file).read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if "0.05" in line and "0.95" in line and "tanh" in line]
    sigmoid, tanh = SATURATED["sigmoid"], SATURATED["tanh"]
    for number in (sigmoid.low, sigmoid.high, tanh.high):
        assert f"{number:g}" in line
    assert line.index(f"{100 * slope_at_edge('sigmoid'):.0f} %") < line.index(f" {100 * slope_at_edge('tanh'):.0f} %")
    assert "ReLU" in line
    assert "compare" in line or "比较" in line
    if file.startswith("chapter"):
        for region in (sigmoid.region, tanh.region):
            assert f"|x| > {region[1]:.2f}" in line


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_update_to_data_ratios_of_a_sample_of_the_weights_are_near_those_of_all(seed):
    """The bound is the one that ``MAX_RATIO_SAMPLES`` states."""
    dataset = load_dataset("mnist")
    config = RunConfig(depth=6, width=100, activation="sigmoid", lr=0.5, seed=seed)
    twins = build_twins(compare(config, "norm", ["none", "batch"]), dataset, torch.device("cpu"))
    steps = train_steps(twins, TrainingData.of(dataset, torch.device("cpu")))
    off = []
    for _ in range(30):
        before = [twin.net.get_submodule("linear1").weight.detach().clone() for twin in twins]
        next(steps)
        for twin, old in zip(twins, before, strict=True):
            update = twin.net.get_submodule("linear1").weight.detach() - old
            off.append(float(subsample(update).std() / subsample(old).std() / (update.std() / old.std())) - 1)
    assert max(map(abs, off)) < 0.05
    assert sum(map(abs, off)) / len(off) < 0.02
