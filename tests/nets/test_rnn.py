import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.config import InputError, RunConfig
from bnviz.nets import build_net, head, hidden_layers
from bnviz.nets.rnn import observed_steps

SHAPE = (2, 7, 5)
N = 6


def build(inputs=SHAPE, n_classes=3, seed=0, **fields):
    fields = {"net": "rnn", "width": N, "activation": "tanh", **fields}
    return build_net(RunConfig(**fields), inputs, n_classes, torch.Generator().manual_seed(seed))


def images(n=9, seed=0):
    return torch.randn(n, *SHAPE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def rows(x):
    return torch.stack([torch.cat([x[:, c, step] for c in range(x.shape[1])], 1) for step in range(x.shape[2])])


def test_without_norm_it_is_torchs_lstm():
    net = build(norm="none").double()
    theirs = nn.LSTM(10, N, device="meta", dtype=torch.float64).to_empty(device="cpu")
    with torch.no_grad():  # torch's gates stand in the order i, f, g, o

        def ordered(gates, candidate):
            i, f, o = gates.chunk(3)
            return torch.cat([i, f, candidate, o])

        *gates, candidate = net.input.weight.chunk(4)
        theirs.weight_ih_l0.copy_(ordered(torch.cat(gates), candidate))
        theirs.weight_hh_l0.copy_(ordered(net.gates.weight, net.candidate.weight))
        theirs.bias_ih_l0.copy_(ordered(net.gates.bias, net.candidate.bias))
        theirs.bias_hh_l0.zero_()
    x = images()
    _, (last, _) = theirs(rows(x))
    expected = net.head(last[0])
    ours = net(x.flatten(1))
    torch.testing.assert_close(ours, expected)
    ours.square().sum().backward()
    grad = net.candidate.weight.grad.clone()
    expected.square().sum().backward()
    torch.testing.assert_close(grad, theirs.weight_hh_l0.grad.chunk(4)[2])


def batch_norm(x, gamma, beta):
    return gamma * (x - x.mean(0)) / (x.var(0, correction=0) + 1e-5).sqrt() + beta


def layer_norm(x, gamma, beta):
    mean, var = x.mean(1, keepdim=True), x.var(1, correction=0, keepdim=True)
    return gamma * (x - mean) / (var + 1e-5).sqrt() + beta


def by_hand(state, x, normalize):
    """Cooijmans et al. 2016, equations 6 to 8, one step after another."""
    gamma_h, gamma_x = state["norm_hidden.weight"], state["norm_input.weight"]
    w_h = torch.cat([state["gates.weight"], state["candidate.weight"]])
    b = torch.cat([state["gates.bias"], state["candidate.bias"]])
    h = c = torch.zeros(len(x), N, dtype=x.dtype)
    for row in rows(x):
        a = normalize(h @ w_h.T, gamma_h, 0) + normalize(row @ state["input.weight"].T, gamma_x, 0) + b
        i, f, o, g = a.chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * normalize(c, state["norm_cell.weight"], state["norm_cell.bias"]).tanh()
    return h @ state["head.weight"].T + state["head.bias"]


@pytest.mark.parametrize(("norm", "formula"), [("batch", batch_norm), ("layer", layer_norm)])
def test_with_norm_it_is_the_papers_loop(norm, formula):
    net = build(norm=norm, gamma_init=0.1).double()
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name.startswith("norm") or name.endswith("bias"):
                parameter.add_(torch.rand(parameter.shape, generator=generator, dtype=torch.float64))
    state = {name: p.detach().clone().requires_grad_() for name, p in net.named_parameters()}
    x = images()
    ours, theirs = net(x.flatten(1)), by_hand(state, x, formula)
    torch.testing.assert_close(ours, theirs)
    ours.square().sum().backward()
    theirs.square().sum().backward()
    for name, parameter in net.named_parameters():
        torch.testing.assert_close(parameter.grad, state[name].grad)


def test_every_step_keeps_its_own_statistics_and_shares_gamma():
    net = build(momentum=1.0).double()
    seen = []
    net.norm_cell.register_forward_hook(lambda _m, inputs, _o: seen.append(inputs[0].detach()))
    x = images()
    net(x.flatten(1))
    from_input = torch.stack([row @ net.input.weight.T for row in rows(x)])
    torch.testing.assert_close(net.norm_input.running_mean, from_input.mean(1))
    torch.testing.assert_close(net.norm_input.running_var, from_input.var(1))
    torch.testing.assert_close(net.norm_cell.running_var, torch.stack(seen).var(1))
    assert net.norm_hidden.running_mean[0].abs().max() == 0, "h is 0 before the first step"
    assert net.norm_hidden.running_mean.shape == (SHAPE[1], 4 * N)
    assert net.norm_hidden.weight.shape == (4 * N,)
    assert net.norm_hidden.bias is None
    assert net.norm_input.bias is None


def test_evaluation_uses_the_running_statistics_of_each_step():
    net = build(momentum=None).double()
    for seed in range(3):
        net(images(seed=seed).flatten(1))
    mean = torch.stack([torch.stack([r @ net.input.weight.T for r in rows(images(seed=s))]) for s in range(3)])
    torch.testing.assert_close(net.norm_input.running_mean, mean.mean((0, 2)))
    net.eval()
    step = SHAPE[1] - 1
    x = images()[:, 0, 0, :1].repeat(1, N)
    norm = net.norm_cell
    expected = (x - norm.running_mean[step]) / (norm.running_var[step] + 1e-5).sqrt()
    torch.testing.assert_close(norm(x, step), norm.weight * expected + norm.bias)
    torch.testing.assert_close(norm(x, step + 5), norm(x, step))
    assert not torch.allclose(norm(x, step), norm(x, 0))
    with pytest.raises(ValueError, match="got 2 steps, expected 7"):
        net.norm_input.all_steps(torch.zeros(1, 2, 4 * N))


def test_a_batch_of_one_comes_out_as_beta_and_leaves_the_variance_alone():
    net = build(momentum=0.5, gamma_init=0.1).double()
    norm = net.norm_cell
    with torch.no_grad():
        norm.bias.fill_(0.25)
    x = torch.ones(1, N, dtype=torch.float64, requires_grad=True)
    assert torch.equal(norm(x, 2), torch.full((1, N), 0.25, dtype=torch.float64))
    assert norm.running_mean[2].tolist() == [0.5] * N
    assert torch.equal(norm.running_var, torch.ones_like(norm.running_var))
    net(images(1).flatten(1)).sum().backward()
    assert all(p.grad.isfinite().all() for p in net.parameters())
    assert all(buffer.isfinite().all() for buffer in net.buffers())


def test_start_of_the_weights():
    net = build(gamma_init=0.1, init_scale=2.0)
    for block in (*net.gates.weight.chunk(3), net.candidate.weight):
        torch.testing.assert_close(block @ block.T, 4 * torch.eye(N), rtol=0, atol=1e-5)
    assert net.gates.bias.tolist() == [0.0] * N + [1.0] * N + [0.0] * N
    for norm in (net.norm_hidden, net.norm_input, net.norm_cell):
        torch.testing.assert_close(norm.weight, torch.full_like(norm.weight, 0.1))
    assert torch.equal(net.norm_cell.bias, torch.zeros(N))
    torch.testing.assert_close(net.input.weight, 2 * build().input.weight)
    assert torch.equal(net.head.weight, build().head.weight)


def test_twins_share_weights_and_dropout_is_before_the_head():
    base = build().state_dict()
    for fields in ({"norm": "none"}, {"norm": "layer"}, {"dropout": 0.3}):
        other = build(**fields).state_dict()
        for name in ("input.weight", "gates.weight", "candidate.weight", "gates.bias", "head.weight"):
            assert torch.equal(base[name], other[name])
    for place in ("head", "hidden"):
        assert [n for n, _ in build(dropout=0.3, dropout_at=place).named_children()][-2:] == ["dropout", "head"]


@pytest.mark.parametrize(
    ("steps", "expected"), [(28, [1, 8, 15, 21, 28]), (5, [1, 2, 3, 4, 5]), (3, [1, 2, 3]), (1, [1])]
)
def test_observed_steps_are_spread_evenly(steps, expected):
    assert observed_steps(steps) == expected


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_time_steps_can_be_observed_like_layers(norm):
    net = build(norm=norm).double()
    copied = copy.deepcopy(net)
    for model in (net, copied):
        layers = hidden_layers(model)
        assert [layer.name for layer in layers] == ["t1", "t3", "t4", "t5", "t7"]
        assert {layer.linear.weight for layer in layers} == {model.candidate.weight}
    layer = hidden_layers(copied)[2]
    seen = {}
    for name in ("linear", "norm", "activation"):
        module = getattr(layer, name)
        if module is not None:
            module.register_forward_hook(lambda _m, _i, out, name=name: seen.update({name: out.detach()}))
    copied(images().flatten(1))
    assert {tuple(values.shape) for values in seen.values()} == {(9, N)}
    before = seen["linear"] if norm == "none" else seen["norm"]
    torch.testing.assert_close(seen["activation"], before.tanh())
    if norm != "none":
        assert torch.equal(layer.norm.weight, copied.norm_hidden.weight[-N:])
        assert torch.equal(layer.norm.bias, copied.candidate.bias)
        assert not torch.allclose(seen["linear"], seen["norm"])
    assert set(net.state_dict()) == {name for name, _ in [*net.named_parameters(), *net.named_buffers()]}
    assert head(net) is net.head


def test_first_pre_activation_is_that_of_the_first_row():
    net = build().double()
    seen = []
    hidden_layers(net)[0].linear.register_forward_hook(lambda _m, _i, out: seen.append(out.detach()))
    x = images()
    net(x.flatten(1))
    torch.testing.assert_close(seen[0], F.linear(rows(x)[0], net.input.weight[-N:]))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"activation": "relu"}, "activation tanh only, got relu"),
        ({"norm_at": "1"}, "norm_at all only, got 1"),
        ({"norm_from": 10}, "norm_from 0 only, got 10"),
    ],
)
def test_what_it_does_not_have_is_refused(fields, sentence):
    with pytest.raises(InputError, match=sentence):
        build(**fields)
    with pytest.raises(InputError, match="rnn needs images"):
        build((2,))
