"""The mean derivative of a nonlinearity, from its output: that of autograd, also where a shortcut enters it."""

import numpy as np
import pytest
import torch

from bnviz.config import RunConfig
from bnviz.nets import build_net, head, hidden_layers
from bnviz.telemetry.recorder import Recorder, edges_for
from bnviz.telemetry.saturation import activation, derivative
from bnviz.telemetry.slopes import FROM_OUTPUT, slopes_from_outputs


@pytest.mark.parametrize("name", FROM_OUTPUT)
def test_the_slope_is_that_of_the_input(name):
    x = torch.cat([torch.linspace(-30, 30, 601), torch.tensor([0.0, -0.0])])
    found = FROM_OUTPUT[name](activation(name, x).numpy())
    np.testing.assert_allclose(found, derivative(name, x).numpy(), rtol=1e-6, atol=1e-7)


def test_layers_of_any_names_and_sizes_keep_their_places():
    outputs = {0: np.float32([0.5, 0.5]), 1: np.float32([0, 2, 3]), 2: np.float32([7]), 3: np.float32([0.25])}
    found = slopes_from_outputs(["sigmoid", "relu", "gelu", "sigmoid"], outputs)
    np.testing.assert_allclose(found, np.float32([0.25, 2 / 3, np.nan, 0.1875]))


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_a_shortcut_that_enters_the_nonlinearity_counts(name):
    config = RunConfig(net="resnet20", dataset="cifar10", width=2, activation=name, batch_size=4)
    net = build_net(config, (3, 4, 4), 10, torch.Generator().manual_seed(0))
    entering = {}

    def note(module, args, _output):
        entering[module] = args[0].detach()

    layers = hidden_layers(net)
    for layer in layers:
        layer.activation.register_forward_hook(note)
    recorder = Recorder(layers, head(net), name, edges_for([name]))
    with recorder.observing():
        net(3 * torch.randn(1, 48)).mean().backward()  # one image: none of its places is left out
    found = recorder.record((float("nan"),) * 4).derivative
    assert len(found) == len(entering) == 19
    expected = [derivative(name, entering[layer.activation]).mean().item() for layer in layers]
    assert found.tolist() == pytest.approx(expected, rel=1e-5)
