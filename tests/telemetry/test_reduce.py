from dataclasses import replace

import numpy as np
import pytest
import torch

from bnviz.config import Experiment, RunConfig, compare
from bnviz.data import load_dataset
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.telemetry.reduce import reduce_observations
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

SMALL = RunConfig(dataset="moons", depth=3, width=7, batch_size=12)


def reduced(observation):
    return reduce_observations([observation])[0]


def observations(experiment: Experiment) -> list:
    dataset = load_dataset("moons")
    twins = build_twins(experiment, dataset, torch.device("cpu"))
    steps = train_steps(twins, TrainingData.of(dataset, torch.device("cpu")), lambda step: step == 1)
    next(steps)
    return list(next(steps).snapshot.arms)


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(SMALL),  # one arm without norm, one with
        compare(SMALL, "lr", [0.1, 0.5, 1.0]),
        compare(SMALL.with_fields(norm="none"), "lr", [0.1, 0.5]),
        compare(SMALL, "activation", ["sigmoid", "tanh"]),  # not alike: each on its own
        compare(SMALL, "depth", [2, 4]),
        compare(SMALL, "norm_position", ["before", "after"]),
    ],
    ids=lambda e: "-".join(str(v) for arm in e.arms for _, v in arm),
)
def test_together_gives_what_each_alone_gives(experiment):
    seen = observations(experiment)
    for alone, together in zip([reduced(o) for o in seen], reduce_observations(seen), strict=True):
        for name in ARM_FIELDS:
            np.testing.assert_array_equal(getattr(together, name), getattr(alone, name), err_msg=name)
            assert getattr(together, name).dtype == getattr(alone, name).dtype


def test_updates_beyond_what_can_be_squared_in_single_precision_have_a_ratio():
    (first, second) = observations(Experiment(SMALL))
    huge = replace(first, weight_updates=1e25 * first.weight_updates)
    found, expected = (one.update_to_data_ratio for one in reduce_observations([huge, first]))
    np.testing.assert_allclose(found, 1e25 * expected, rtol=1e-5)
    assert np.isfinite(reduced(second).update_to_data_ratio).all()
