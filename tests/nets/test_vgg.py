import copy

import pytest
import torch
from torch import nn

from bnviz.config import InputError, RunConfig
from bnviz.data._torchvision import torchvision_datasets
from bnviz.nets import build_net, head, hidden_layers

CIFAR = (3, 32, 32)


def build(inputs=CIFAR, n_classes=10, seed=0, **fields):
    fields = {"net": "vgg11", "width": 4, "activation": "relu", "init": "kaiming", **fields}
    return build_net(RunConfig(**fields), inputs, n_classes, torch.Generator().manual_seed(seed))


def numbers(net):
    return sum(parameter.numel() for parameter in net.parameters())


@pytest.fixture(scope="module")
def models():
    torchvision_datasets()  # opens torchvision beside a CPU build of torch
    from torchvision import models

    return models


def random_weights(net, seed=0):
    """Return weights for a net of another library, without the global random state; its norms get gamma and beta."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in net.parameters():
            fan = parameter[0].numel() if parameter.dim() > 1 else 100
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * (2 / fan) ** 0.5)
    return net


@pytest.mark.parametrize(("norm", "published"), [("none", 132_863_336), ("batch", 132_868_840)])
def test_at_full_width_it_has_the_published_parameters(models, norm, published):
    net = build(width=64, norm=norm)
    convolutions = numbers(net) - numbers(net.head)
    cancelled = 0 if norm == "none" else sum(layer.linear.out_channels for layer in hidden_layers(net))
    with torch.device("meta"):
        full = (models.vgg11_bn if norm == "batch" else models.vgg11)()
    assert numbers(full) == published
    assert convolutions + cancelled == numbers(full.features) == published - numbers(full.classifier)


def test_every_layer_has_the_shape_of_torchvisions(models):
    ours = build(width=64).to("meta")
    with torch.device("meta"):
        theirs = models.vgg11_bn().features
        x = torch.empty(2, *CIFAR)
        image, *layers = [m for m in ours if not isinstance(m, nn.Flatten | nn.Linear)]
        y = image(x)
        kinds = nn.Conv2d, nn.modules.batchnorm._BatchNorm, nn.ReLU, nn.MaxPool2d
        for their, our in zip(theirs, layers, strict=True):
            x, y = their(x), our(y)
            assert x.shape == y.shape
            assert any(isinstance(their, kind) and isinstance(our, kind) for kind in kinds)


def test_with_torchvisions_weights_it_computes_what_torchvision_does(models):
    with torch.device("meta"):
        theirs = models.vgg11_bn(num_classes=10).features
    theirs = random_weights(theirs.to_empty(device="cpu")).double()
    ours = build(width=64).double()
    layers = hidden_layers(ours)
    convolutions = [m for m in theirs if isinstance(m, nn.Conv2d)]
    norms = [m for m in theirs if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for layer, convolution, norm in zip(layers, convolutions, norms, strict=True):
            norm.reset_running_stats()
            layer.linear.weight.copy_(convolution.weight)
            layer.norm.weight.copy_(norm.weight)
            layer.norm.bias.copy_(norm.bias)
    x = torch.randn(4, *CIFAR, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    ours(x.flatten(1)).square().sum().backward()
    ours.head(theirs(x).flatten(1)).square().sum().backward()
    for layer, convolution, norm in zip(layers, convolutions, norms, strict=True):
        torch.testing.assert_close(layer.linear.weight.grad, convolution.weight.grad)
        torch.testing.assert_close(layer.norm.weight.grad, norm.weight.grad)
        torch.testing.assert_close(layer.norm.running_var, norm.running_var)
        assert convolution.bias.grad.abs().max() < 1e-9 * convolution.weight.grad.abs().max() + 1e-9
    with torch.no_grad():  # their biases shift the means that they keep, and nothing else
        for layer, convolution, norm in zip(layers, convolutions, norms, strict=True):
            layer.norm.running_mean.copy_(norm.running_mean - convolution.bias)
    torch.testing.assert_close(ours.eval()(x.flatten(1)), ours.head(theirs.eval()(x).flatten(1)))


def test_children_have_stable_names():
    one = ["conv1", "norm1", "activation1", "pool1", "conv2"]
    assert [name for name, _ in build().named_children()][:6] == ["image", *one]
    after = [name for name, _ in build(norm_position="after", dropout=0.1).named_children()]
    assert after[1:7] == ["conv1", "activation1", "norm1", "dropout1", "pool1", "conv2"]
    assert after[-2:] == ["flatten", "head"]
    late = [name for name, _ in build(dropout=0.1, dropout_at="head").named_children()]
    assert late[-3:] == ["flatten", "dropout", "head"]
    assert not any(name.startswith("dropout") for name in late[:-3])


def test_hidden_layers_are_the_convolutions():
    net = build(norm_position="after", norm_at="2.8")
    layers = hidden_layers(net)
    assert [layer.name for layer in layers] == [f"conv{n}" for n in range(1, 9)]
    assert [layer.norm is not None for layer in layers] == [n in (2, 8) for n in range(1, 9)]
    assert {layer.position for layer in layers} == {"after"}
    assert layers[2].linear is net.conv3
    assert head(net) is net.head
    assert [layer.linear.out_channels // 4 for layer in layers] == [1, 2, 4, 4, 8, 8, 8, 8]


def test_only_a_convolution_in_front_of_a_norm_goes_without_bias():
    assert [layer.linear.bias is None for layer in hidden_layers(build(norm_at="1.3"))] == [
        n in (1, 3) for n in range(1, 9)
    ]
    for fields in ({"norm": "none"}, {"norm_position": "after"}, {"norm_from": 5}, {"norm": "weight"}):
        assert all(layer.linear.bias is not None for layer in hidden_layers(build(**fields)))


@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 33, 40)])
def test_small_images_are_padded_with_zeros_evenly_and_lie_channels_last(shape):
    x = torch.rand(2, *shape, generator=torch.Generator().manual_seed(0))
    net = build(shape)
    image = net.image(x.flatten(1))
    rows, columns = max(32, shape[1]), max(32, shape[2])
    assert image.shape == (2, shape[0], rows, columns)
    top, left = (rows - shape[1]) // 2, (columns - shape[2]) // 2
    assert torch.equal(image[:, :, top : top + shape[1], left : left + shape[2]], x)
    assert float(image.abs().sum()) == pytest.approx(float(x.sum()), rel=1e-5)
    maps = net.conv1(image)
    assert maps.is_contiguous(memory_format=torch.channels_last)
    assert not maps.is_contiguous()
    assert net(x.flatten(1)).shape == (2, 10)


@pytest.mark.parametrize("inputs", [2, (2,), (64,)])
def test_points_are_refused(inputs):
    with pytest.raises(InputError, match="vgg11 needs images"):
        build(inputs)


def test_twins_share_every_weight_whose_name_and_shape_agree():
    base = build().state_dict()
    for fields in ({"norm": "none"}, {"norm_position": "after"}, {"dropout": 0.3}, {"norm_at": "2"}):
        other = build(**fields).state_dict()
        for name in [f"conv{n}.weight" for n in range(1, 9)] + ["head.weight"]:
            assert torch.equal(base[name], other[name]), (fields, name)
    wide = build(n_classes=7).state_dict()
    assert torch.equal(base["conv8.weight"], wide["conv8.weight"])
    assert not torch.equal(base["conv8.weight"], build(seed=1).state_dict()["conv8.weight"])


def test_weights_have_the_spread_that_torch_gives_a_convolution():
    for init, reference in (("kaiming", nn.init.kaiming_normal_), ("xavier", nn.init.xavier_uniform_)):
        weight = build(width=16, init=init).conv3.weight.detach()
        options = {"nonlinearity": "relu"} if init == "kaiming" else {}
        theirs = reference(torch.empty_like(weight), generator=torch.Generator().manual_seed(0), **options)
        assert float(weight.std()) == pytest.approx(float(theirs.std()), rel=0.02)
        assert float(weight.abs().max()) == pytest.approx(float(theirs.abs().max()), rel=0.2)
    ten = build(init_scale=10.0)
    torch.testing.assert_close(ten.conv2.weight, 10 * build().conv2.weight)
    assert torch.equal(ten.head.weight, build().head.weight)


def test_a_net_can_be_copied_after_use_and_restored():
    net = build(dropout=0.5)
    x = torch.rand(4, 3072, generator=torch.Generator().manual_seed(0))
    before = torch.get_rng_state()
    net(x)
    twin = copy.deepcopy(net)
    assert torch.equal(net(x), twin(x))
    assert torch.equal(torch.get_rng_state(), before)
    other = build(dropout=0.5, seed=1)
    other.load_state_dict(net.state_dict())
    assert torch.equal(net.eval()(x), other.eval()(x))
