"""The numbers of averaging_axes, as an oracle for what the norms compute and against slices by hand."""

import numpy as np
import pytest
import torch

from bnviz.config import InputError, RunConfig
from bnviz.norms import averaging_axes, make_norm

SHAPE = (5, 6, 2, 3)
FIELDS = {"groups": 3, "ghost_size": 2}
EPS = 1e-5


def normalized_by_labels(x, labels):
    flat, numbers = x.ravel(), labels.ravel()
    count = np.bincount(numbers)
    mean = np.bincount(numbers, flat) / count
    var = np.bincount(numbers, (flat - mean[numbers]) ** 2) / count
    return ((flat - mean[numbers]) / np.sqrt(var[numbers] + EPS)).reshape(x.shape)


@pytest.mark.parametrize(
    "norm", ["batch", "layer", "group", "weight_group", "instance", "ghost", "per_activation", "no_gamma"]
)
def test_norms_average_over_values_of_equal_number(norm):
    x = np.random.default_rng(0).normal(2, 3, SHAPE)
    config = RunConfig(net="vgg11", norm=norm, eps=EPS, **FIELDS)
    ours = make_norm(config, SHAPE[1:], 0).double()
    labels = averaging_axes(norm, SHAPE, **FIELDS)
    assert labels.dtype == np.int64
    np.testing.assert_allclose(
        ours(torch.from_numpy(x)).detach().numpy(), normalized_by_labels(x, labels), rtol=1e-10, atol=1e-12
    )


def test_mean_only_and_noisy_average_like_batch():
    x = np.random.default_rng(0).normal(2, 3, SHAPE)
    labels = averaging_axes("mean_only", SHAPE)
    ours = make_norm(RunConfig(net="vgg11", norm="mean_only"), SHAPE[1:], 0).double()
    means = np.bincount(labels.ravel(), x.ravel()) / np.bincount(labels.ravel())
    np.testing.assert_allclose(ours(torch.from_numpy(x)).detach().numpy(), x - means[labels])
    for norm in ("renorm", "noisy", "variance_only", "no_beta"):
        np.testing.assert_array_equal(averaging_axes(norm, SHAPE), averaging_axes("batch", SHAPE))


@pytest.mark.parametrize(
    ("norm", "sizes"),
    [
        ("batch", [5 * 2 * 3] * 6),
        ("layer", [6 * 2 * 3] * 5),
        ("group", [2 * 2 * 3] * 15),
        ("instance", [2 * 3] * 30),
        ("ghost", [2 * 2 * 3] * 6 + [3 * 2 * 3] * 6),
        ("per_activation", [5] * 36),
    ],
)
def test_numbers_have_no_gaps_and_the_right_sizes(norm, sizes):
    labels = averaging_axes(norm, SHAPE, **FIELDS)
    assert labels.shape == SHAPE
    assert np.bincount(labels.ravel()).tolist() == sizes


def test_slices_by_hand():
    ghost, group = averaging_axes("ghost", SHAPE, **FIELDS), averaging_axes("group", SHAPE, **FIELDS)
    assert len(np.unique(ghost[2:, 4])) == 1
    assert ghost[1, 4, 0, 0] != ghost[2, 4, 0, 0]
    assert len(np.unique(group[3, 2:4])) == 1
    assert group[3, 1, 0, 0] != group[3, 2, 0, 0]


@pytest.mark.parametrize("norm", ["none", "weight", "cumulative", "dataset", "nonsense"])
def test_norms_without_a_mean_of_the_batch_are_refused(norm):
    with pytest.raises(InputError, match=norm):
        averaging_axes(norm, SHAPE)
