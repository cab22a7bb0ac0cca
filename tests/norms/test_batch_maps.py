"""BatchNorm on feature maps, against torch.nn.BatchNorm2d."""

import pytest
import torch
from torch import nn

from bnviz.norms import BatchNorm


def maps(seed=0, shape=(6, 3, 4, 5), dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=dtype) * 3 + 2


def pair(momentum=0.1, affine=True):
    ours = BatchNorm(3, eps=1e-3, momentum=momentum, affine=affine).double()
    if affine:
        with torch.no_grad():
            ours.weight.copy_(torch.tensor([0.5, 1.5, -2.0]))
            ours.bias.copy_(torch.tensor([-1.0, 0.0, 1.0]))
    oracle = nn.BatchNorm2d(3, 1e-3, momentum, affine).double()
    oracle.load_state_dict(ours.state_dict())
    return ours, oracle


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("shape", [(6, 3, 4, 5), (1, 3, 4, 5), (2, 3, 1, 1)])
@pytest.mark.parametrize(("momentum", "affine"), [(0.1, True), (None, True), (0.1, False)])
def test_maps_are_those_of_torch_bit_by_bit(shape, momentum, affine, layout):
    ours, oracle = pair(momentum, affine)
    for seed in range(3):
        x, y = (maps(seed, shape).to(memory_format=layout).requires_grad_() for _ in range(2))
        out, expected = ours(x), oracle(y)
        assert torch.equal(out, expected)
        assert out.is_contiguous(memory_format=layout)
        out.pow(3).sum().backward()
        expected.pow(3).sum().backward()
        assert torch.equal(x.grad, y.grad)
    for (name, value), other in zip(ours.state_dict().items(), oracle.state_dict().values(), strict=True):
        assert torch.equal(value, other), name
    for ours_p, oracle_p in zip(ours.parameters(), oracle.parameters(), strict=True):
        assert torch.equal(ours_p.grad, oracle_p.grad)
    ours.eval()
    oracle.eval()
    assert torch.equal(ours(maps(9, shape)), oracle(maps(9, shape)))


def test_one_value_per_channel_of_a_map_gives_beta_and_leaves_the_running_variance_alone():
    ours, oracle = pair()
    x = maps(shape=(1, 3, 1, 1)).requires_grad_()
    with pytest.raises(ValueError, match="more than 1 value"):
        oracle(x)
    y = ours(x)
    assert torch.equal(y, ours.bias.view(1, 3, 1, 1))
    y.sum().backward()
    assert torch.equal(x.grad, torch.zeros_like(x))
    torch.testing.assert_close(ours.running_mean, 0.1 * x.detach().flatten())
    assert torch.equal(ours.running_var, torch.ones(3, dtype=torch.float64))
