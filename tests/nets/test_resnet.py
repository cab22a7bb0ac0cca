import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.config import InputError, RunConfig
from bnviz.nets import build_net, hidden_layers


def build(inputs=(3, 32, 32), n_classes=10, seed=0, **fields):
    fields = {"net": "resnet20", "width": 4, "activation": "relu", "init": "kaiming", **fields}
    return build_net(RunConfig(**fields), inputs, n_classes, torch.Generator().manual_seed(seed))


def numbers(net):
    return sum(parameter.numel() for parameter in net.parameters())


def test_at_width_16_it_has_the_parameters_of_the_papers_plan():
    # He et al. 2016, sec. 4.2: 1 + 6n layers of 3 x 3, n = 3, with 16, 32 and 64 channels; "0.27M".
    stages = 16 * 3 * 9 + 6 * 16 * 16 * 9
    stages += 32 * 16 * 9 + 5 * 32 * 32 * 9 + 64 * 32 * 9 + 5 * 64 * 64 * 9
    norms = 2 * (7 * 16 + 6 * 32 + 6 * 64)
    head = 64 * 10 + 10
    assert numbers(build(width=16)) == stages + norms + head == 269_722
    assert numbers(build(width=16, skip=False)) == 269_722, "shortcuts have no parameters"
    assert numbers(build(width=16, norm="none")) == stages + norms // 2 + head


def test_its_19_hidden_layers_double_channels_where_they_halve_places():
    layers = hidden_layers(build((1, 33, 32)))
    assert [layer.name for layer in layers] == [f"conv{n}" for n in range(1, 20)]
    assert [layer.linear.out_channels // 4 for layer in layers] == [1] * 7 + [2] * 6 + [4] * 6
    assert [layer.linear.stride[0] for layer in layers] == [1 + (n in (8, 14)) for n in range(1, 20)]
    assert all(layer.linear.kernel_size == (3, 3) for layer in layers)


def by_hand(state, x, skip):
    """The network of He et al. 2016, written independently with F.conv2d and the formula of batch normalization."""

    def convolve(number, u):
        weight = state[f"conv{number}.weight"]
        stride = 2 if weight.shape[0] == 2 * weight.shape[1] else 1
        u = F.conv2d(u, weight, stride=stride, padding=1)
        mean, var = u.mean((0, 2, 3), keepdim=True), u.var((0, 2, 3), correction=0, keepdim=True)
        gamma, beta = (state[f"norm{number}.{name}"].view(1, -1, 1, 1) for name in ("weight", "bias"))
        return gamma * (u - mean) / (var + 1e-5).sqrt() + beta

    x = convolve(1, x).clamp(min=0)
    for block in range(9):
        residual = convolve(3 + 2 * block, convolve(2 + 2 * block, x).clamp(min=0))
        if skip and residual.shape != x.shape:
            smaller = torch.zeros_like(residual)
            smaller[:, : x.shape[1]] = x[:, :, 0::2, 0::2]
            x = smaller
        x = (residual + x if skip else residual).clamp(min=0)
    return x.flatten(2).mean(2) @ state["head.weight"].T + state["head.bias"]


@pytest.mark.parametrize("skip", [True, False])
def test_forward_and_gradient_are_those_of_a_net_written_by_hand(skip):
    net = build(skip=skip).double()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for layer in hidden_layers(net):
            for values in (layer.norm.weight, layer.norm.bias):
                values.copy_(torch.rand(values.shape, generator=generator) + 0.5)
    state = {name: p.detach().clone().requires_grad_() for name, p in net.named_parameters()}
    x = torch.rand(3, 3, 32, 32, generator=generator, dtype=torch.float64)
    ours, theirs = net(x.flatten(1)), by_hand(state, x, skip)
    torch.testing.assert_close(ours, theirs)
    ours.square().sum().backward()
    theirs.square().sum().backward()
    for name, parameter in net.named_parameters():
        torch.testing.assert_close(parameter.grad, state[name].grad, rtol=1e-6, atol=1e-9)


def test_with_and_without_shortcuts_it_has_the_same_weights_but_another_function():
    with_skip, plain = build(), build(skip=False)
    for name, tensor in with_skip.state_dict().items():
        assert torch.equal(tensor, plain.state_dict()[name]), name
    x = torch.rand(4, 3072, generator=torch.Generator().manual_seed(0))
    assert not torch.allclose(with_skip(x), plain(x), atol=1e-2)


def test_a_block_of_zero_weights_passes_its_input_on():
    net = build(norm="none")
    with torch.no_grad():
        for number in range(2, 20):
            net.get_submodule(f"conv{number}").weight.zero_()
    x = torch.rand(2, 3072, generator=torch.Generator().manual_seed(0))
    first = net.activation1(net.conv1(net.image(x)))
    expected = torch.zeros(2, 16)
    expected[:, :4] = first[:, :, ::4, ::4].mean((2, 3))
    torch.testing.assert_close(net(x), net.head(expected))


def test_the_recorded_activation_sees_the_sum_with_the_shortcut():
    net = build()
    seen = {}
    layer = hidden_layers(net)[2]
    for name, module in (("norm", layer.norm), ("activation", layer.activation)):
        module.register_forward_hook(lambda _m, inputs, out, name=name: seen.update({name: (inputs[0], out)}))
    net(torch.rand(2, 3072, generator=torch.Generator().manual_seed(0)))
    assert not torch.allclose(seen["norm"][1], seen["activation"][0])
    assert torch.equal(seen["activation"][1], seen["activation"][0].relu())


def test_layers_without_a_norm_have_a_bias_and_dropout_is_where_the_recipe_says():
    net = build(norm_at="1.19", dropout=0.2)
    assert [layer.norm is None for layer in hidden_layers(net)] == [n not in (1, 19) for n in range(1, 20)]
    assert [layer.linear.bias is None for layer in hidden_layers(net)] == [n in (1, 19) for n in range(1, 20)]
    hidden = [name for name, module in net.named_modules() if isinstance(module, nn.Dropout)]
    assert hidden == [f"dropout{n}" for n in range(1, 20)]
    late = build(dropout=0.2, dropout_at="head")
    assert [name for name, module in late.named_modules() if isinstance(module, nn.Dropout)] == ["dropout"]


def test_points_are_refused():
    with pytest.raises(InputError, match="resnet20 needs images"):
        build((2,))
