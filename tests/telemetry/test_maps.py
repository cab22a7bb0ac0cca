"""What is kept of feature maps is spread evenly, and what is said of them whole is numpy's."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from bnviz.telemetry import maps
from bnviz.telemetry.measure import MAX_SAMPLES, low_discrepancy_indices

FORMATS = [torch.contiguous_format, torch.channels_last]


@pytest.mark.parametrize(
    ("rows", "columns", "wanted"),
    [(60, 100, 2048), (60, 512, 2048), (64, 1024, 128), (64, 4, 128), (3000, 1, 2048), (37, 77, 100)],
)
def test_a_spread_meets_every_row_and_column_alike_and_no_entry_twice(rows, columns, wanted):
    places = low_discrepancy_indices(rows, columns, wanted)
    assert len(set(places.tolist())) == wanted
    assert 0 <= places.min() <= places.max() < rows * columns
    for counts in (np.bincount(places // columns, minlength=rows), np.bincount(places % columns)):
        assert counts.max() - counts.min() <= 1


def test_a_spread_of_few_is_all_of_them():
    assert low_discrepancy_indices(4, 5, 20).tolist() == list(range(20))


@pytest.mark.parametrize("wanted", [128, 256])
def test_places_of_a_picture_are_spread_over_its_rows_and_columns(wanted):
    places = low_discrepancy_indices(64, 32 * 32, wanted) % 1024
    for counts in (np.bincount(places // 32, minlength=32), np.bincount(places % 32, minlength=32)):
        assert counts.min() >= wanted / 32 / 2
        assert counts.max() <= 2 * wanted / 32


@pytest.mark.parametrize("memory", FORMATS)
@pytest.mark.parametrize("shape", [(6, 40, 8, 8), (64, 16, 8, 8), (3, 5, 2, 2), (7, 3, 1, 1)])
def test_kept_rows_are_rows_of_the_maps_and_copies(memory, shape):
    values = torch.arange(np.prod(shape), dtype=torch.float32).view(shape).contiguous(memory_format=memory)
    rows = maps.sample_positions(values)
    whole = values.permute(0, 2, 3, 1).reshape(-1, shape[1])
    wanted = max(maps.N_POSITIONS, -(-MAX_SAMPLES // shape[1]))
    assert rows.shape == (min(len(whole), wanted), shape[1])
    known = {tuple(row) for row in whole.tolist()}
    assert len({tuple(row) for row in rows.tolist()} & known) == len(rows)
    before = rows.clone()
    values.zero_()
    assert torch.equal(rows, before)


def test_both_memory_formats_keep_the_same_rows():
    values = torch.randn(16, 20, 9, 9)
    kept = [maps.sample_positions(values.contiguous(memory_format=memory)) for memory in FORMATS]
    assert torch.equal(*kept)


@pytest.mark.parametrize("shape", [(5, 3, 4, 6), (5, 3, 7)])
def test_statistics_of_a_batch_are_over_samples_and_places(shape):
    values = torch.randn(shape) * 3 + 2
    mean, var = maps.batch_statistics(values)
    rows = np.moveaxis(values.numpy().astype("f8"), 1, -1).reshape(-1, shape[1])
    np.testing.assert_allclose(mean.numpy(), rows.mean(0), rtol=1e-5)
    np.testing.assert_allclose(var.numpy(), rows.var(0), rtol=1e-5)  # divided by n, as BN divides


@pytest.mark.parametrize("memory", FORMATS)
def test_what_batch_normalization_kept_is_the_batchs_own(memory):
    norm = torch.nn.BatchNorm2d(3, eps=1e-3)
    values = torch.randn(4, 3, 5, 5).mul(torch.tensor([1.0, 0.1, 0.0])[:, None, None]).add(2)
    values = values.contiguous(memory_format=memory).requires_grad_()
    mean, var = maps.saved_batch_stats(norm(values), values)
    for found, expected in zip((mean, var), maps.batch_statistics(values), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-7)
        assert not found.requires_grad


def test_only_torchs_own_normalization_of_this_input_by_its_batch_counts():
    norm, values = torch.nn.BatchNorm2d(3), torch.randn(4, 3, 5, 5, requires_grad=True)
    assert maps.saved_batch_stats(torch.relu(norm(values)), values) is None
    assert maps.saved_batch_stats(norm(values.clone()), values) is None
    assert maps.saved_batch_stats(norm(values.detach()).detach(), values) is None
    assert maps.saved_batch_stats(values, values) is None
    assert maps.saved_batch_stats(norm.eval()(values), values) is None


@pytest.mark.parametrize(("name", "eps"), maps._SAVED_EPS.items())
def test_the_nodes_of_batch_normalization_keep_what_is_read_under_these_names(name, eps):
    """Those of cuDNN and MIOpen run on a GPU only; every build of torch knows their names."""
    kept = dir(getattr(torch._C._functions, name))
    assert {eps, "_saved_training", "_saved_input", "_saved_result1", "_saved_result2"} <= set(kept)


@pytest.mark.parametrize("name", ["CudnnBatchNormBackward0", "MiopenBatchNormBackward0"])
def test_what_a_gpus_batch_normalization_kept_is_read_as_that_of_the_cpu(name):
    norm, values = torch.nn.BatchNorm2d(3, eps=1e-3), torch.randn(4, 3, 5, 5, requires_grad=True)
    node = norm(values).grad_fn
    kept = {
        part: getattr(node, part) for part in ("_saved_training", "_saved_input", "_saved_result1", "_saved_result2")
    }
    output = SimpleNamespace(grad_fn=SimpleNamespace(name=lambda: name, _saved_epsilon=norm.eps, **kept))
    for found, expected in zip(maps.saved_batch_stats(output, values), maps.batch_statistics(values), strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-7)


def test_a_channel_is_silent_only_when_all_of_it_is_zero():
    values = torch.zeros(4, 3, 5, 5)
    values[3, 1, 4, 4] = 1e-30
    values[:, 2] = 1
    rows = values.permute(0, 2, 3, 1).flatten(0, 2)
    for kept in (rows[:1], rows[::3], rows):
        assert maps.dead_channels(values, kept).tolist() == [True, False, False]
    values[:, 0] = 1
    assert not maps.dead_channels(values, rows).any()
