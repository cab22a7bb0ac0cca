import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.config import RunConfig
from bnviz.nets import build_net, hidden_layers
from bnviz.norms import BatchNorm

X = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(5))


def build(inputs=(3, 32, 32), n_classes=10, seed=0, **fields):
    fields = {"net": "inception", "width": 4, "activation": "relu", "init": "kaiming", **fields}
    return build_net(RunConfig(**fields), inputs, n_classes, torch.Generator().manual_seed(seed))


def outputs(net, x):
    """Shapes of every convolution's output, in the order of the calls."""
    seen = []
    for layer in hidden_layers(net):
        layer.linear.register_forward_hook(
            lambda _m, _i, out, name=layer.name: seen.append((name, tuple(out.shape[1:])))
        )
    net(x.flatten(1))
    return seen


def test_every_convolution_is_a_hidden_layer_in_forward_order():
    for factorize, count in ((True, 25), (False, 21)):
        net = build(factorize=factorize)
        seen = [name for name, _ in outputs(net, X)]
        assert seen == [layer.name for layer in hidden_layers(net)] == [f"conv{n + 1}" for n in range(count)]
        assert count == sum(isinstance(module, nn.Conv2d) for module in net.modules())
        assert sum(isinstance(module, nn.Linear) for module in net.modules()) == 1, "no layer but the softmax's"


def test_norms_follow_every_convolution_or_none():
    kinds = [type(layer.norm) for layer in hidden_layers(build())]
    assert set(kinds) == {BatchNorm}
    assert all(layer.linear.bias is None for layer in hidden_layers(build()))
    assert all(layer.norm is None for layer in hidden_layers(build(norm="none")))


def test_two_3x3_stand_for_one_5x5_with_the_same_places_and_the_same_outputs():
    wide, factorized = build(factorize=False), build()
    kernels = [layer.linear.kernel_size[0] for layer in hidden_layers(wide)]
    assert kernels.count(5) == 4
    assert {layer.linear.kernel_size[0] for layer in hidden_layers(factorized)} == {1, 3}
    last = [shape for _, shape in outputs(wide, X)], [shape for _, shape in outputs(factorized, X)]
    fives = [shape for shape, kernel in zip(last[0], kernels, strict=True) if kernel == 5]
    threes = [layer.linear.kernel_size[0] == 3 for layer in hidden_layers(factorized)]
    pairs = [last[1][n] for n in range(1, len(threes)) if threes[n] and threes[n - 1] and n > 1]
    assert pairs == fives
    assert wide.head.in_features == factorized.head.in_features


@pytest.mark.parametrize("stride", [1, 2])
def test_a_5x5_and_two_3x3_see_the_same_places(stride):
    """Where the gradient of one output is not 0."""
    wide = nn.Conv2d(1, 1, 5, stride, 2, bias=False)
    first, second = nn.Conv2d(1, 1, 3, 1, 1, bias=False), nn.Conv2d(1, 1, 3, stride, 1, bias=False)
    fields = []
    for function in (wide, lambda x: second(first(x))):
        for conv in (wide, first, second):
            nn.init.ones_(conv.weight)
        x = torch.zeros(1, 1, 12, 12, requires_grad=True)
        out = function(x)
        out[0, 0, 3, 2].backward()
        fields.append((out.shape, x.grad[0, 0] != 0))
    assert fields[0][0] == fields[1][0]
    assert torch.equal(fields[0][1], fields[1][1])
    assert int(fields[0][1].sum()) in (25, 20)


@pytest.mark.parametrize("factorize", [True, False])
def test_forward_is_that_of_a_net_written_by_hand(factorize):
    net = build(norm="none", lrn=True, factorize=factorize).double()
    x = X.double()
    state, numbers = net.state_dict(), iter(range(1, 100))

    def convolve(u, stride=1):
        number = next(numbers)
        weight, bias = state[f"conv{number}.weight"], state[f"conv{number}.bias"]
        return F.conv2d(u, weight, bias, stride, padding=weight.shape[-1] // 2).relu()

    def wide(u, stride):
        return convolve(convolve(u), stride) if factorize else convolve(u, stride)

    u = convolve(x, 2)
    squares = F.pad(u.square(), (0, 0, 0, 0, 2, 2))
    u = u / (1 + 1e-4 * torch.stack([squares[:, n : n + 5].mean(1) for n in range(u.shape[1])], 1)) ** 0.75
    for stride in (2, 1, 2, 1):
        parts = [] if stride == 2 else [convolve(u)]
        parts += [convolve(convolve(u), stride), wide(convolve(u), stride)]
        pooled = F.max_pool2d(F.pad(u, (1, 1, 1, 1), value=-torch.inf), 3, stride)
        u = torch.cat([*parts, pooled if stride == 2 else convolve(pooled)], 1)
    expected = u.mean((2, 3)) @ state["head.weight"].T + state["head.bias"]
    torch.testing.assert_close(net(x.flatten(1)), expected)


def test_lrn_divides_by_what_neighboring_channels_do():
    with_lrn, without = build(norm="none", lrn=True), build(norm="none")
    assert isinstance(with_lrn.lrn, nn.LocalResponseNorm)
    assert without.lrn is None
    assert with_lrn.state_dict().keys() == without.state_dict().keys()
    assert not torch.equal(with_lrn(10 * X.flatten(1)), without(10 * X.flatten(1)))


def test_twins_share_weights_and_any_nonlinearity_works():
    base = build().state_dict()
    for fields in ({"norm": "none"}, {"activation": "sigmoid"}, {"lrn": True}, {"dropout": 0.2}):
        other = build(init="xavier", **fields).state_dict()
        same = build(init="xavier").state_dict()
        shared = [name for name in base if name.endswith("weight") and "norm" not in name]
        assert all(torch.equal(other[name], same[name]) for name in shared)
    assert isinstance(hidden_layers(build(activation="sigmoid"))[3].activation, nn.Sigmoid)
    late = build(dropout=0.4, dropout_at="head")
    assert [name for name, module in late.named_modules() if isinstance(module, nn.Dropout)] == ["dropout"]


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 37, 45)])
def test_the_norms_know_the_shapes_of_their_maps(shape):
    net = build(shape, norm="per_activation")
    assert net(torch.rand(2, *shape, generator=torch.Generator().manual_seed(0)).flatten(1)).shape == (2, 10)
