import math

import pytest
import torch

from bnviz.config import ACTIVATIONS
from bnviz.nets import make_activation
from bnviz.telemetry.saturation import (
    SATURATED,
    activation,
    dead_fraction,
    derivative,
    mean_derivative,
    saturated_fraction,
)


def inputs():
    return torch.cat([torch.linspace(-9, 9, 181, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_derivative_agree_with_the_module_and_autograd(name):
    x = inputs().requires_grad_()
    expected = make_activation(name)(x)
    (gradient,) = torch.autograd.grad(expected.sum(), x)
    torch.testing.assert_close(activation(name, x.detach()), expected.detach())
    torch.testing.assert_close(derivative(name, x.detach()), gradient)
    assert mean_derivative(name, x.detach()) == pytest.approx(float(gradient.mean()))


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_region_on_the_input_is_the_same_region_on_the_output(name):
    bounds = SATURATED[name]
    outputs = activation(name, torch.tensor(bounds.region, dtype=torch.float64))
    assert outputs.tolist() == pytest.approx([bounds.low, bounds.high])
    x = inputs()
    outside = (x < bounds.region[0]) | (x > bounds.region[1])
    assert saturated_fraction(name, activation(name, x)) == pytest.approx(float(outside.double().mean()))


def test_known_shares():
    assert SATURATED["sigmoid"].region[1] == pytest.approx(2.944, abs=5e-4)
    assert SATURATED["tanh"].region[1] == pytest.approx(2.092, abs=5e-4)
    x = torch.randn(400_000, generator=torch.Generator().manual_seed(0))
    assert saturated_fraction("tanh", x.tanh()) == pytest.approx(0.0365, abs=0.001)
    assert saturated_fraction("sigmoid", x.sigmoid()) == pytest.approx(0.0032, abs=0.0004)
    assert mean_derivative("sigmoid", x) == pytest.approx(0.2066, abs=0.001)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "gelu", "identity"])
def test_unbounded_nonlinearities_have_no_saturated_region(name):
    assert math.isnan(saturated_fraction(name, torch.ones(3, 3)))


def test_a_unit_is_dead_when_it_is_zero_on_every_sample():
    output = torch.tensor([[0.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, 0.0]])
    assert dead_fraction(output) == 0.5


def test_values_still_on_the_graph_may_be_measured():
    x = inputs().requires_grad_()
    assert mean_derivative("tanh", x) == mean_derivative("tanh", x.detach())
    assert mean_derivative("sigmoid", x) < 0.25
