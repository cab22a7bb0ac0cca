"""The stacked way against the plain loop, and both against what can be known."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from bnviz.config import ACTIVATIONS, InputError, RunConfig
from bnviz.config.fields import MAP_NORMS, NORMS
from bnviz.landscape import current_weights, evaluate_plane, random_plane
from bnviz.landscape.plain import plain_losses
from bnviz.landscape.stacked import is_mlp
from bnviz.nets import build_net

XS, YS = [-0.7, 0.0, 0.4, 1.0], [-1.0, 0.0, 0.5]


def small(batch=40, **fields):
    config = RunConfig(**{"depth": 3, "width": 7, **fields})
    net = build_net(config, 11, 4, torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(4)
    x, y = torch.rand(batch, 11, generator=generator), torch.randint(4, (batch,), generator=generator)
    net(x)  # so that the running statistics differ from their start
    return net, x, y


def plain(net, x, y, directions, bn_stats="batch"):
    points = torch.tensor([(a, b) for b in YS for a in XS])
    losses = plain_losses(net, x, y, directions, points, bn_stats, lambda: None)
    return losses.view(len(YS), len(XS)).numpy()


def everywhere(net):
    """Directions that move every parameter, also biases, gamma and beta."""
    generator = torch.Generator().manual_seed(5)
    return tuple(
        {name: 0.3 * torch.randn(p.shape, generator=generator) for name, p in net.named_parameters()} for _ in range(2)
    )


@pytest.mark.parametrize("bn_stats", ["batch", "running"])
@pytest.mark.parametrize(
    "fields", [{"norm": "none"}, {}, {"norm_position": "after"}, {"affine": False, "dropout": 0.4, "eps": 0.1}]
)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_stacked_equals_the_plain_loop(activation, fields, bn_stats):
    net, x, y = small(activation=activation, **fields)
    assert is_mlp(net)
    for directions in (random_plane(current_weights(net), 0), everywhere(net)):
        surface = evaluate_plane(net, x, y, directions, XS, YS, bn_stats)
        np.testing.assert_allclose(surface, plain(net, x, y, directions, bn_stats), rtol=3e-5, atol=3e-6)


def test_many_chunks_and_a_width_beyond_one_chunk_give_the_same(monkeypatch):
    net, x, y = small()
    directions = random_plane(current_weights(net), 0)
    expected = evaluate_plane(net, x, y, directions, XS, YS)
    monkeypatch.setattr("bnviz.landscape.stacked.CHUNK_BYTES", 5 * 4 * 11 * 40)
    calls = []
    surface = evaluate_plane(net, x, y, directions, XS, YS, on_chunk=lambda: calls.append(1))
    np.testing.assert_allclose(surface, expected, rtol=1e-5)
    assert len(calls) >= 2


@pytest.mark.parametrize("bn_stats", ["batch", "running"])
@pytest.mark.parametrize("norm", [norm for norm in NORMS if norm not in (*MAP_NORMS, "noisy")])
def test_each_norm_of_ours_has_the_surface_of_the_plain_loop(norm, bn_stats):
    net, x, y = small(norm=norm)
    directions = random_plane(current_weights(net), 0)
    surface = evaluate_plane(net, x, y, directions, XS, YS, bn_stats)
    np.testing.assert_allclose(surface, plain(net, x, y, directions, bn_stats), rtol=3e-5, atol=3e-6)


def test_noisy_batches_are_no_plain_ones():
    assert not is_mlp(small(norm="noisy")[0])


def test_layers_may_follow_each_other_in_any_order(monkeypatch):
    torch.manual_seed(2)
    net = nn.Sequential(
        *(nn.Linear(11, 7), nn.Linear(7, 7), nn.Linear(7, 7, bias=False), nn.GELU(), nn.GELU(), nn.Linear(7, 7)),
        *(nn.ReLU(), nn.BatchNorm1d(7), nn.BatchNorm1d(7), nn.Linear(7, 5), nn.Linear(5, 7), nn.Linear(7, 4)),
    )
    assert is_mlp(net)
    _, x, y = small()
    monkeypatch.setattr("bnviz.landscape.stacked.CHUNK_BYTES", 5 * 4 * 7 * 40)  # twice 5 points, then 2
    for directions in (random_plane(current_weights(net), 0), everywhere(net)):
        surface = evaluate_plane(net, x, y, directions, XS, YS)
        np.testing.assert_allclose(surface, plain(net, x, y, directions), rtol=3e-5, atol=3e-6)


def test_one_sample_is_a_batch_too():
    net, x, y = small()
    directions = everywhere(net)
    surface = evaluate_plane(net, x[:1], y[:1], directions, XS, YS)
    np.testing.assert_allclose(surface, plain(net, x[:1], y[:1], directions), rtol=1e-5)


@pytest.mark.parametrize("bn_stats", ["batch", "running"])
def test_the_origin_is_the_nets_own_loss(bn_stats):
    net, x, y = small()
    net.train(bn_stats == "batch")
    expected = functional.cross_entropy(net(x), y).item()
    surface = evaluate_plane(net, x, y, everywhere(net), [0.0], [0.0], bn_stats)
    assert surface.shape == (1, 1)
    assert float(surface[0, 0]) == pytest.approx(expected, rel=1e-6)


def test_columns_follow_the_first_direction_and_rows_the_second():
    net, x, y = small()
    first, second = everywhere(net)
    surface = evaluate_plane(net, x, y, (first, second), XS, YS)
    swapped = evaluate_plane(net, x, y, (second, first), YS, XS)
    assert surface.shape == (3, 4)
    np.testing.assert_allclose(surface, swapped.T, rtol=1e-5)
    mirrored = evaluate_plane(net, x, y, ({n: -d for n, d in first.items()}, second), [-v for v in XS], YS)
    np.testing.assert_allclose(surface, mirrored, rtol=1e-5)


@pytest.mark.parametrize("bn_stats", ["batch", "running"])
def test_the_net_is_left_as_it_was(bn_stats):
    net, x, y = small(dropout=0.3)
    general = nn.ModuleList([net])  # no Sequential: the general way
    general.forward = lambda inputs: net(inputs)
    for model in (net, general):
        net.train()
        net.norm2.eval()
        state = {name: value.clone() for name, value in model.state_dict().items()}
        flags = [m.training for m in model.modules()]
        random_state = torch.get_rng_state()
        evaluate_plane(model, x, y, random_plane(current_weights(model), 0), XS, YS, bn_stats)
        assert [m.training for m in model.modules()] == flags
        assert torch.equal(torch.get_rng_state(), random_state)
        assert all(torch.equal(state[name], value) for name, value in model.state_dict().items())
        assert all(p.grad is None and p.requires_grad for p in model.parameters())


def test_flags_are_restored_when_the_work_is_given_up():
    net, x, y = small()
    general = nn.ModuleList([net])
    general.forward = lambda inputs: net(inputs)

    def give_up():
        raise InterruptedError

    for model in (net, general):
        with pytest.raises(InterruptedError):
            evaluate_plane(model, x, y, everywhere(model), XS, YS, "running", give_up)
        assert all(m.training for m in model.modules())


def test_any_module_has_a_surface():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 4))
    x, y = torch.rand(9, 1, 6, 6), torch.arange(9) % 4
    assert not is_mlp(net)
    directions = random_plane(current_weights(net), 1)
    surface = evaluate_plane(net, x, y, directions, [0.0, 0.5], [0.0], "batch")
    assert float(surface[0, 0]) == pytest.approx(functional.cross_entropy(net(x), y).item(), rel=1e-6)
    with torch.no_grad():
        for name, p in net.named_parameters():
            if name in directions[0]:
                p += 0.5 * directions[0][name]
    assert float(surface[0, 1]) == pytest.approx(functional.cross_entropy(net(x), y).item(), rel=1e-5)


@pytest.mark.parametrize("bn_stats", ["batch", "running"])
def test_a_convolution_of_one_place_is_a_linear_layer(bn_stats):
    """The stacked way on an mlp is the oracle of the general way on the same net as 1 x 1 convolutions."""
    mlp, x, y = small(activation="relu")
    children = []
    for module in mlp:
        if isinstance(module, nn.Linear):
            conv = nn.Conv2d(module.in_features, module.out_features, 1, bias=module.bias is not None)
            state = {n: v[..., None, None] if n == "weight" else v for n, v in module.state_dict().items()}
            conv.load_state_dict(state)
            children.append(conv)
        elif isinstance(module, nn.BatchNorm1d):
            norm = nn.BatchNorm2d(module.num_features, eps=module.eps)
            norm.load_state_dict(module.state_dict())
            children.append(norm)
        else:
            children.append(nn.ReLU())
    net = nn.Sequential(nn.Unflatten(1, (11, 1, 1)), *children, nn.Flatten())
    assert not is_mlp(net)
    names = dict(zip(mlp.state_dict(), net.state_dict(), strict=True))
    flat = random_plane(current_weights(mlp), 0)
    maps = tuple({names[n]: d[..., None, None] for n, d in direction.items()} for direction in flat)
    surface = evaluate_plane(net, x, y, maps, XS, YS, bn_stats)
    np.testing.assert_allclose(surface, evaluate_plane(mlp, x, y, flat, XS, YS, bn_stats), rtol=3e-5, atol=3e-6)


def test_no_point_sees_the_statistics_that_another_one_left():
    """A norm that normalizes by its running mean in training: every point starts from the net's own."""

    class Drifting(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("running_mean", torch.zeros(4))

        def forward(self, x):
            if self.training:
                self.running_mean.add_(x.mean(0))
            return x - self.running_mean

    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(11, 4), Drifting(), nn.Softplus())
    x, y = torch.rand(20, 11), torch.arange(20) % 4
    surface = evaluate_plane(net, x, y, ({}, {}), [0.0, 1.0, 2.0], [0.0, 1.0])
    assert np.ptp(surface) == 0
    running = evaluate_plane(net, x, y, ({}, {}), [0.0], [0.0], "running")
    assert running[0, 0] != surface[0, 0]
    assert not net[1].running_mean.any()


def test_images_may_be_flattened_first():
    mlp, x, y = small()
    net = nn.Sequential(nn.Flatten(), *mlp)
    assert is_mlp(net)
    directions = everywhere(net)
    surface = evaluate_plane(net, x.view(-1, 1, 11), y, directions, XS, YS)
    np.testing.assert_allclose(surface, plain(net, x.view(-1, 1, 11), y, directions), rtol=3e-5)


@pytest.mark.parametrize(
    "net",
    [
        nn.Sequential(nn.Linear(11, 4), nn.Softplus()),
        nn.Sequential(nn.BatchNorm1d(11), nn.Linear(11, 4)),
        nn.Sequential(nn.Linear(11, 4).double()),
        nn.Linear(11, 4),
        nn.Sequential(),
    ],
)
def test_unknown_nets_go_the_general_way(net):
    assert not is_mlp(net)


def test_a_layer_used_twice_goes_the_general_way():
    act = nn.ReLU()
    assert not is_mlp(nn.Sequential(nn.Linear(3, 3), act, nn.Linear(3, 3), act))


def test_a_loss_that_is_not_finite_stays_so_and_spoils_no_neighbor():
    net, x, y = small(norm="none", activation="relu")
    direction = {name: torch.full_like(p, 1e25) for name, p in net.named_parameters()}
    surface = evaluate_plane(net, x, y, (direction, {}), [0.0, 1.0], [0.0])
    assert np.isfinite(surface[0, 0])
    assert not np.isfinite(surface[0, 1])


def test_wrong_requests_are_told_in_a_sentence():
    net, x, y = small()
    with pytest.raises(InputError, match="bn_stats must be one of batch, running, got 'both'"):
        evaluate_plane(net, x, y, ({}, {}), XS, YS, "both")
    with pytest.raises(InputError, match="got 40 and 39"):
        evaluate_plane(net, x, y[1:], ({}, {}), XS, YS)
