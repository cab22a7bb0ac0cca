import numpy as np
import pytest
import torch
from torch import nn

from bnviz.config import InputError, RunConfig
from bnviz.landscape.boundary import decision_boundary
from bnviz.nets import build_net


def test_probabilities_of_a_net_whose_answer_is_known():
    net = nn.Sequential(nn.Linear(2, 2))
    with torch.no_grad():  # logits (x, 3 y)
        net[0].weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 3.0]]))
        net[0].bias.zero_()
    record = decision_boundary([net], (-1, 1), grid=5, step=7, y_range=(-2, 2))
    assert (record.step, record.probability.shape, record.probability.dtype) == (7, (1, 2, 5, 5), np.float16)
    np.testing.assert_allclose(record.xs, [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_allclose(record.ys, [-2, -1, 0, 1, 2])
    expected = 1 / (1 + np.exp(3 * record.ys[:, None] - record.xs[None, :]))
    np.testing.assert_allclose(record.probability[0, 0], expected, atol=1e-3)
    np.testing.assert_allclose(record.probability.astype(float).sum(1), 1, atol=2e-3)


def test_nets_answer_in_evaluation_mode_and_keep_their_modes():
    generator = torch.Generator().manual_seed(0)
    net = build_net(RunConfig(depth=1, width=4, dropout=0.5), 2, 3, generator)
    net.norm1.eval()
    state = {name: value.clone() for name, value in net.state_dict().items()}
    first = decision_boundary([net, net], (0, 1), grid=3).probability
    assert np.array_equal(first[0], first[1])
    assert net.training
    assert not net.norm1.training
    assert all(torch.equal(state[name], value) for name, value in net.state_dict().items())


@pytest.mark.parametrize(("x_range", "grid"), [((1.0, 1.0), 5), ((0.0, float("nan")), 5), ((0.0, 1.0), 1)])
def test_wrong_requests_are_told(x_range, grid):
    with pytest.raises(InputError):
        decision_boundary([nn.Linear(2, 2)], x_range, grid)
