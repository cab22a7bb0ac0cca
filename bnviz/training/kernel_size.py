"""How long the kernels of a network are: by its shapes, so that it does not depend on what else the machine does.

A clock cannot tell it. Where twenty runs take turns, and a page is loaded beside them, a step takes two to three times
as long as on a quiet machine: short kernels then pass for long ones, their runs are let beside each other, and make
each other's steps longer still.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from bnviz.config import LIVE_FIELDS, RunConfig
from bnviz.nets.build import build_net
from bnviz.nets.layers import hidden_layers

SHORT_FLOP = 6e6
"""A product, forward, of fewer floating-point operations consists of kernels so short that two threads hand Python's
lock to and fro more than they compute. With batches of 60 and five hidden layers, the mean product has 2.4e6 at width
100 and 12e6 at width 300. Where Python calls each kernel, two threads on two cores make 345 steps per second and one
makes 472 at width 100, 205 and 145 at width 300. Where passes are scripts (``backprop/scripted.py``), two make 1.3 to
1.5 times the steps of one at width 100 as well; but in a class of 20, on a machine that did other work too, each run
then had 1.7 frames per second instead of 3.8, so they still take turns."""

_STANDARD = RunConfig()


def kernels_are_short(configs: Sequence[RunConfig], inputs: int | tuple[int, ...], n_classes: int) -> bool:
    """Return whether the mean product of some networks on a CPU is shorter than ``SHORT_FLOP``.

    Args:
        configs: their recipes; without any, False is returned.
        inputs: number of features of one sample, or its shape (C, H, W).
        n_classes: number of classes.
    """
    counts = [_products(_shape_of(config), inputs, n_classes) for config in configs]
    flop, products = sum(count[0] for count in counts), sum(count[1] for count in counts)
    return flop < SHORT_FLOP * products


def _shape_of(config: RunConfig) -> RunConfig:
    """Return the recipe without what leaves its shapes as they are and changes often."""
    return config.with_fields(seed=_STANDARD.seed, **{name: getattr(_STANDARD, name) for name in LIVE_FIELDS})


@lru_cache(maxsize=256)
def _products(config: RunConfig, inputs: int | tuple[int, ...], n_classes: int) -> tuple[int, int]:
    """Return the floating-point operations of a batch, forward, and how many layers share them, with the last one."""
    net = build_net(config, inputs, n_classes, torch.Generator().manual_seed(config.seed))
    layers = len(hidden_layers(net)) + 1
    if config.net == "mlp":  # the counter imports torch's compiler, for which a server's first frame would wait
        weights = sum(module.weight.numel() for module in net.modules() if isinstance(module, nn.Linear))
        return 2 * config.batch_size * weights, layers
    net = net.to("meta").eval()
    features = inputs if isinstance(inputs, int) else torch.Size(inputs).numel()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(torch.empty((config.batch_size, features), device="meta"))
    return counter.get_total_flops(), layers
