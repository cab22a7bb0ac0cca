import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from bnviz.config import InputError, RunConfig
from bnviz.landscape import current_weights, loss_surface, surface_of_twins
from bnviz.nets import build_net


def trained(steps=6, **fields):
    """Return a net after a few steps, its path from the start on, and its data."""
    config = RunConfig(**{"depth": 2, "width": 8, "activation": "tanh", **fields})
    net = build_net(config, 9, 3, torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(1)
    x, y = torch.randn(50, 9, generator=generator), torch.randint(3, (50,), generator=generator)
    path = [current_weights(net)]
    for _ in range(steps):
        functional.cross_entropy(net(x), y).backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= 0.5 * p.grad
                p.grad = None
        path.append(current_weights(net))
    return net, path, x, y


def loss_of(net, x, y):
    return functional.cross_entropy(copy.deepcopy(net).train()(x), y).item()


def test_pca_paths_start_at_the_origin_and_lie_inside_the_grid():
    arms = [trained(norm=norm) for norm in ("none", "batch")]
    x, y = arms[0][2:]
    record = surface_of_twins([a[0] for a in arms], [a[1] for a in arms], x, y, "pca", grid=6, step=6)
    assert (record.step, record.plane, record.bn_stats) == (6, "pca", "batch")
    assert record.loss.shape == (2, 6, 6)
    assert record.path.shape == (2, 7, 2)  # the last checkpoint is the current weights: not counted twice
    np.testing.assert_allclose(record.path[:, 0], 0, atol=1e-7)
    for k, axis in enumerate((record.xs, record.ys)):
        assert axis[0] < record.path[..., k].min()
        assert record.path[..., k].max() < axis[-1]
    assert ((record.captured > 0.5) & (record.captured <= 1)).all()


@pytest.mark.parametrize("arm", [0, 1])
def test_the_loss_where_an_arm_stands_is_its_own(arm, monkeypatch):
    arms = [trained(norm=norm) for norm in ("none", "batch")]
    (nets, paths, xs, ys) = zip(*arms, strict=True)
    record = surface_of_twins(nets, paths, xs[0], ys[0], "random", grid=3)
    assert record.loss[arm, 1, 1] == pytest.approx(loss_of(nets[arm], xs[0], ys[0]), rel=1e-5)

    def through_the_end(values, grid):  # puts a grid line where this arm stands
        return np.array([values[arm][-1] - 1, values[arm][-1]], np.float32)

    monkeypatch.setattr("bnviz.landscape.twins.grid_axis", through_the_end)
    record = surface_of_twins(nets, paths, xs[0], ys[0], "pca", grid=2)
    assert record.loss[arm, 1, 1] == pytest.approx(loss_of(nets[arm], xs[0], ys[0]), rel=1e-5)


def test_a_path_of_two_steps_lies_in_its_plane_and_so_does_the_loss_along_it(monkeypatch):
    net, path, x, y = trained(steps=2, norm="none")
    first = copy.deepcopy(net)
    with torch.no_grad():  # the point after one step, with the biases of now: they stay where they are
        for name, value in path[1].items():
            first.get_parameter(name).copy_(value)
    monkeypatch.setattr(
        "bnviz.landscape.twins.grid_axis", lambda values, grid: np.array([values[0][1], values[0][2]], np.float32)
    )
    record = surface_of_twins([net], [path], x, y, "pca", grid=2)
    assert record.captured[0] == pytest.approx(1)
    assert record.loss[0, 0, 0] == pytest.approx(loss_of(first, x, y), rel=1e-4)
    assert record.loss[0, 1, 1] == pytest.approx(loss_of(net, x, y), rel=1e-4)


def test_random_paths_end_at_the_center_and_twins_share_the_square():
    nets, paths, xs, ys = zip(*(trained(norm=norm) for norm in ("none", "batch")), strict=True)
    record = surface_of_twins(nets, paths, xs[0], ys[0], "random", "running", grid=5, span=0.5)
    assert (record.plane, record.bn_stats) == ("random", "running")
    np.testing.assert_allclose(record.path[:, -1], 0, atol=1e-7)
    np.testing.assert_allclose(record.xs, [-0.5, -0.25, 0, 0.25, 0.5])
    assert ((record.captured >= 0) & (record.captured < 1)).all()
    again = surface_of_twins(nets, paths, xs[0], ys[0], "random", "running", grid=5, span=0.5)
    assert np.array_equal(record.loss, again.loss)


def test_arms_of_other_shapes_get_their_own_planes_and_say_so():
    arms = [trained(), trained(steps=3, width=5)]
    nets, paths, xs, ys = zip(*arms, strict=True)
    record = surface_of_twins(nets, paths, xs[0], ys[0], "pca", grid=4)
    assert record.plane == "pca-own"
    assert np.isnan(record.path[1, 4:]).all()
    assert not np.isnan(record.path[1, :4]).any()
    assert np.isfinite(record.loss).all()


def test_without_a_path_there_is_still_a_surface():
    net, _, x, y = trained(steps=0)
    for plane in ("pca", "random"):
        record = surface_of_twins([net], [[]], x, y, plane, grid=4)
        assert np.isfinite(record.loss).all()
        assert record.path.shape == (1, 1, 2)
        assert np.isnan(record.captured).all()


@pytest.mark.parametrize("plane", ["pca", "random"])
def test_a_diverged_arm_spoils_only_its_own_surface(plane):
    nets, paths, xs, ys = zip(*(trained(norm=norm) for norm in ("none", "batch")), strict=True)
    with torch.no_grad():
        nets[0].linear1.weight[0, 0] = float("nan")
    record = surface_of_twins(nets, paths, xs[0], ys[0], plane, grid=4)
    assert np.isnan(record.loss[0]).all()
    assert np.isfinite(record.loss[1]).all()
    assert np.isfinite(record.path[1, :7]).all()
    assert np.isfinite(record.xs).all()


def test_public_surface_of_any_model_leaves_it_as_it_was():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Tanh(), nn.Flatten(), nn.Linear(32, 3))
    x, y = torch.randn(6, 1, 6, 6), torch.arange(6) % 3
    state = {name: value.clone() for name, value in model.state_dict().items()}
    record = loss_surface(model, (x, y), grid=3)
    assert record.plane == "random"
    assert record.loss[0, 1, 1] == pytest.approx(loss_of(model, x, y), rel=1e-5)
    path = [current_weights(model)]
    with torch.no_grad():
        model[4].weight += 0.1
    assert loss_surface(model, (x, y), path=path, grid=3).plane == "pca"
    with torch.no_grad():
        model[4].weight -= 0.1
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, state[name])


def test_wrong_requests_are_told():
    net, path, x, y = trained(steps=1)
    for change in ({"plane": "spiral"}, {"grid": 1}, {"bn_stats": "none"}):
        with pytest.raises(InputError, match=next(iter(change))):
            surface_of_twins([net], [path], x, y, **change)
