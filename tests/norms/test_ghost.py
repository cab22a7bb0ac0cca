"""Ghost batches against torch's batch normalization of each part."""

import pytest
import torch
from torch import nn

from bnviz.config import InputError
from bnviz.norms import BatchNorm, GhostNorm, ghost_sizes


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


def disturbed(norm):
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([0.5, 1.5, -2.0]))
        norm.bias.copy_(torch.tensor([-1.0, 0.0, 1.0]))
    return norm.double()


@pytest.mark.parametrize(
    ("batch", "size", "expected"),
    [
        (12, 4, [4, 4, 4]),
        (14, 4, [4, 4, 6]),
        (15, 4, [4, 4, 7]),
        (7, 4, [7]),
        (3, 4, [3]),
        (1, 4, [1]),
        (9, 2, [2, 2, 2, 3]),
    ],
)
def test_a_shorter_rest_joins_the_last_ghost(batch, size, expected):
    assert ghost_sizes(batch, size) == expected


@pytest.mark.parametrize("tail", [(), (4, 5)])
@pytest.mark.parametrize("momentum", [0.1, None])
def test_each_ghost_is_a_batch_of_its_own(tail, momentum):
    ours = disturbed(GhostNorm(3, 4, eps=1e-3, momentum=momentum))
    oracle = disturbed((nn.BatchNorm2d if tail else nn.BatchNorm1d)(3, eps=1e-3, momentum=1.0))
    mean, var = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    for step in (1, 2):
        x, y = (values(14, 3, *tail, seed=step).requires_grad_() for _ in range(2))
        parts, means, variances = [], [], []
        for ghost in (y[:4], y[4:8], y[8:]):
            parts.append(oracle(ghost))
            means.append(oracle.running_mean.clone())
            variances.append(oracle.running_var.clone())
        out, expected = ours(x), torch.cat(parts)
        torch.testing.assert_close(out, expected)
        out.pow(3).sum().backward()
        expected.pow(3).sum().backward()
        torch.testing.assert_close(x.grad, y.grad)
        factor = momentum or 1 / step
        mean = (1 - factor) * mean + factor * sum(means) / 3
        var = (1 - factor) * var + factor * sum(variances) / 3
    torch.testing.assert_close(ours.weight.grad, oracle.weight.grad)
    torch.testing.assert_close(ours.bias.grad, oracle.bias.grad)
    torch.testing.assert_close(ours.running_mean, mean)
    torch.testing.assert_close(ours.running_var, var)
    assert int(ours.num_batches_tracked) == 2
    ours.eval()
    view = (-1, *[1] * len(tail))
    x_hat = (x - mean.view(view)) / torch.sqrt(var + 1e-3).view(view)
    torch.testing.assert_close(ours(x), ours.weight.view(view) * x_hat + ours.bias.view(view))


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_batch_below_two_ghosts_is_plain_batch_norm(n):
    ghost, plain = GhostNorm(3, 4).double(), BatchNorm(3).double()
    assert torch.equal(ghost(values(n, 3)), plain(values(n, 3)))
    for name, value in plain.state_dict().items():
        assert torch.equal(ghost.state_dict()[name], value)


def test_a_ghost_of_one_sample_is_refused():
    with pytest.raises(InputError, match="at least 2, got 1"):
        GhostNorm(3, 1)
