"""Which values share a mean, against means over axes, torch.nn, and the effect of one value on the others."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.array_types import Floats
from bnviz.chapters.relatives.axes import EPS, WAYS, leftovers, one_mean, one_mean_after, share, sharing
from bnviz.config import InputError, RunConfig
from bnviz.norms import make_norm

SHAPE = (6, 6, 9)


@pytest.fixture(scope="module")
def block() -> Floats:
    rng = np.random.default_rng(0)
    return rng.normal(size=SHAPE) + rng.normal(size=(6, 1, 1)) + 2 * rng.normal(size=(1, 6, 1))


def through(layer: nn.Module, block: Floats) -> Floats:
    """Return the output of a torch layer for the block as maps of 3 x 3 positions."""
    x = torch.tensor(block).reshape(6, 6, 3, 3)
    found: Floats = layer.double()(x).detach().reshape(SHAPE).numpy()
    return found


@pytest.mark.parametrize(
    ("way", "groups", "layer"),
    [
        ("batch", 1, nn.BatchNorm2d(6)),
        ("layer", 1, nn.LayerNorm([6, 3, 3])),
        ("group", 1, nn.GroupNorm(1, 6)),
        ("group", 2, nn.GroupNorm(2, 6)),
        ("group", 3, nn.GroupNorm(3, 6)),
        ("group", 6, nn.InstanceNorm2d(6)),
        ("instance", 1, nn.InstanceNorm2d(6)),
    ],
)
def test_it_is_what_torch_does(way: str, groups: int, layer: nn.Module, block: Floats) -> None:
    found = share(block, sharing(way, SHAPE, groups)).normalized
    np.testing.assert_allclose(found, through(layer, block), atol=1e-10)


@pytest.mark.parametrize("size", [2, 3, 6])
def test_ghost_batches_are_batch_norm_of_each_part(size: int, block: Floats) -> None:
    parts = [
        through(nn.BatchNorm2d(6), np.tile(block[k : k + size], (6 // size, 1, 1)))[:size] for k in range(0, 6, size)
    ]
    found = share(block, sharing("ghost", SHAPE, ghost_size=size)).normalized
    np.testing.assert_allclose(found, np.concatenate(parts), atol=1e-10)


@pytest.mark.parametrize(("groups", "ghost"), [(1, 2), (2, 3), (3, 6), (6, 2)])
@pytest.mark.parametrize("way", WAYS)
def test_the_picture_shows_what_the_layers_of_the_nets_do(way: str, groups: int, ghost: int, block: Floats) -> None:
    config = RunConfig(net="vgg11", norm=way, groups=groups, ghost_size=ghost)
    layer = make_norm(config, (6, 3, 3), 0)
    assert layer is not None
    found = share(block, sharing(way, SHAPE, groups, ghost)).normalized
    np.testing.assert_allclose(found, through(layer, block), atol=1e-10)


def test_per_activation_is_batch_norm_of_the_flat_block(block: Floats) -> None:
    flat = nn.BatchNorm1d(54).double()(torch.tensor(block.reshape(6, 54)))
    found = share(block, sharing("per_activation", SHAPE)).normalized
    np.testing.assert_allclose(found.reshape(6, 54), flat.detach().numpy(), atol=1e-10)


@pytest.mark.parametrize("way", WAYS)
def test_a_value_moves_those_that_share_its_mean_and_no_others(way: str, block: Floats) -> None:
    labels = sharing(way, SHAPE, 2, 3)
    moved = block.copy()
    moved[2, 3, 4] += 1
    change = share(moved, labels).normalized - share(block, labels).normalized
    assert np.array_equal(np.abs(change) > 1e-9, labels == labels[2, 3, 4])


@pytest.mark.parametrize("way", WAYS)
def test_labels_have_no_gaps(way: str) -> None:
    labels = sharing(way, SHAPE, 3, 2)
    assert np.array_equal(np.unique(labels), np.arange(labels.max() + 1))


def test_one_mean_before_and_after(block: Floats) -> None:
    shared = share(block, sharing("batch", SHAPE))
    before, then = one_mean(shared, (0, 2, 5)), one_mean_after(shared, (0, 2, 5))
    assert before.count == then.count == 54
    assert before.mean == pytest.approx(block[:, 2].mean())
    assert before.variance == pytest.approx(block[:, 2].var())
    assert then.mean == pytest.approx(0, abs=1e-12)
    assert then.variance == pytest.approx(before.variance / (before.variance + EPS))


def test_what_each_way_leaves(block: Floats) -> None:
    found = {each.way: each for each in leftovers(block, block[::-1] + 1, 2, 3)}
    batch = through(nn.BatchNorm2d(6), block)
    assert found["batch"].images == pytest.approx(np.sqrt((batch.mean((1, 2)) ** 2).mean()))
    gone = {
        way: [side for side in ("channels", "images", "maps") if getattr(each, side) < 1e-9]
        for way, each in found.items()
    }
    assert gone == {
        "batch": ["channels"],
        "layer": ["images"],
        "group": ["images"],
        "ghost": ["channels"],
        "instance": ["channels", "images", "maps"],
        "per_activation": ["channels"],
    }
    alone = {way for way, each in found.items() if each.companions == 0}
    assert alone == {"layer", "group", "instance"}
    assert (found["group"].count, found["group"].means) == (27, 12)


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="'x'"):
        sharing("x", SHAPE)
