"""What the CPU adds up of channels-last maps is off; nothing else in a step of a convolutional net is."""

import numpy as np
import pytest
import torch

from bnviz.bench.device.scenes import DeviceScene
from bnviz.bench.device.sums_of_maps import gradients_off, sums_of_maps
from bnviz.config import Experiment, RunConfig, parse_arms

VGG11 = RunConfig(net="vgg11", width=2, batch_size=64, activation="relu", init="kaiming", lr=0.05)


def off(config):
    plain, normalized = gradients_off(DeviceScene("small", Experiment(config, parse_arms("none,batch")), 1))
    assert plain is None
    return normalized


def test_only_bn_over_channels_last_maps_is_off():
    found = off(VGG11)
    in_float32, channels_first, only_bn = (found[how] for how in ("float32", "BN channels first", "only BN in float32"))
    assert in_float32.worst > 1e-2
    assert channels_first.worst < 1e-3 * in_float32.worst
    assert only_bn.worst == pytest.approx(in_float32.worst, rel=0.2)
    assert channels_first.loss < 1e-6 < in_float32.loss


def test_without_maps_float32_is_right():
    assert off(RunConfig(depth=3, width=20)).pop("float32").worst < 1e-5


def test_the_sum_over_a_constant_background_loses_to_one_side():
    """The kernel's mean of channels-last maps is that of a loop that adds one value after another in float32."""
    maps = torch.full((64, 2, 32, 32), 0.3)
    maps[:, :, 8:24, 8:24] = torch.randn(64, 2, 16, 16, generator=torch.Generator().manual_seed(0))
    exact = maps.double().mean((0, 2, 3))
    means = {}
    for memory in (torch.contiguous_format, torch.channels_last):
        means[memory], _ = torch.batch_norm_update_stats(maps.contiguous(memory_format=memory), None, None, 0.0)
    far = {memory: (mean - exact).abs().max().item() for memory, mean in means.items()}
    assert far[torch.channels_last] > 20 * far[torch.contiguous_format]
    one_by_one = np.cumsum(maps[:, 0].flatten().numpy(), dtype=np.float32)[-1] / np.float32(maps[:, 0].numel())
    assert means[torch.channels_last][0].item() == pytest.approx(float(one_by_one), rel=1e-6)


def test_the_table_names_the_parameter():
    (row,) = sums_of_maps(DeviceScene("small", Experiment(VGG11, parse_arms("batch")), 1))
    assert row.what.startswith("small: gradients of arm 0")
    assert row.numbers["float32"]["name"] in row.found
