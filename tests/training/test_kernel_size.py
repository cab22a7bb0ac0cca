"""Which kernels are short: told by shapes alone, and so the same on a busy machine as on a quiet one."""

import pytest
from run_listener import TINY

from bnviz.config import PRESETS, RunConfig, preset
from bnviz.data import load_dataset
from bnviz.training.kernel_size import SHORT_FLOP, _products, kernels_are_short
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

IMAGE = (1, 28, 28)


def test_products_are_counted_with_the_last_one():
    config = RunConfig(depth=2, width=30, batch_size=10)
    flop = 2 * 10 * (784 * 30 + 30 * 30 + 30 * 10)
    assert _products(config, IMAGE, 10) == (flop, 3)


def test_those_of_every_scene_of_an_mlp_are_short_and_those_of_feature_maps_are_not():
    told = {}
    for name in PRESETS:
        data = load_dataset(preset(name).base.dataset)
        told[name] = kernels_are_short(preset(name).configs, data.input_shape, data.n_classes)
    assert told == {name: recipe.net == "mlp" for name, recipe in PRESETS.items()}


@pytest.mark.parametrize(("width", "short"), [(100, True), (300, False)])
def test_the_two_that_were_measured_lie_on_either_side(width, short):
    configs = [RunConfig(depth=5, width=width, batch_size=60, norm=norm) for norm in ("batch", "none")]
    assert kernels_are_short(configs, IMAGE, 10) is short


def test_without_a_network_that_trains_nothing_is_short():
    assert not kernels_are_short([], IMAGE, 10)


def test_rates_and_seeds_count_nothing_new():
    _products.cache_clear()
    for lr, seed in ((0.1, 0), (0.3, 0), (0.1, 7)):
        kernels_are_short([RunConfig(lr=lr, seed=seed)], IMAGE, 10)
    assert _products.cache_info().misses == 1


def test_a_run_is_told_by_the_arms_that_train_and_not_by_how_long_its_steps_take(monkeypatch):
    """Runs beside each other make each other's steps longer, were taken for long, and left beside each other."""
    arms = Trainer(TINY, load_dataset("moons"), 1000, StepSchedule(1), StepSchedule(10))
    monkeypatch.setattr(arms, "_clock", iter(range(1000)).__next__)  # each look a whole second later
    for _ in range(3):
        arms.advance()
    assert arms.kernels_are_short
    counts = [_products(twin.config.with_fields(seed=0), (2,), 2) for twin in arms.twins]
    assert all(flop < SHORT_FLOP * products for flop, products in counts)
    for twin in arms.twins:
        twin.diverged_at = (0, "head")
    arms._note_divergence(0)
    assert not arms.kernels_are_short
