"""The noise of "noisy" BatchNorm without the BatchNorm, in a plain network."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from bnviz.config import RunConfig
from bnviz.nets import build_net, hidden_layers
from bnviz.nets.seeds import draw_seeds

N_MU, N_S, R_MU, R_S = 0.5, 1.25, 0.1, 0.1
"""Constants of Santurkar et al. 2018, appendix A.2.1."""


class LayerNoise(nn.Module):
    """In training a <- s * a + m, with new centers of m and s per channel at every step.

    Centers mu ~ U(-n_mu, n_mu) and sigma ~ U(1, n_s) per channel, then m ~ U(mu - r_mu, mu + r_mu) and
    s ~ N(sigma, r_s) per value: the noise of ``bnviz.norms.NoisyBatchNorm`` after its normalization, drawn in
    the same order, so that equal seeds give equal noise. In evaluation mode the values do not change.

    Args:
        channels: C of (B, C) or (B, C, H, W).
        seed: seed of the layer's generator; the global random state does not change.

    Source: Santurkar et al. 2018, appendix A.2.1, algorithm 1.
    """

    def __init__(self, channels: int, seed: int) -> None:
        super().__init__()
        self.channels = channels
        self._generator = torch.Generator().manual_seed(seed)

    def forward(self, a: Tensor) -> Tensor:
        """Return the values with noise in training mode, and unchanged in evaluation mode."""
        if not self.training:
            return a
        shape = (self.channels,) + (1,) * (a.dim() - 2)
        mu = a.new_empty(shape).uniform_(-N_MU, N_MU, generator=self._generator)
        sigma = a.new_empty(shape).uniform_(1, N_S, generator=self._generator)
        shape_last = a.movedim(1, -1).shape  # channels last, as NoisyBatchNorm draws them
        m = a.new_empty(shape_last).uniform_(-R_MU, R_MU, generator=self._generator).movedim(-1, 1) + mu
        s = a.new_empty(shape_last).normal_(0, R_S, generator=self._generator).movedim(-1, 1) + sigma
        return s * a + m


def build_with_noise(config: RunConfig, inputs: int | tuple[int, ...], n_classes: int) -> nn.Module:
    """Return a network from the recipe's seed with ``LayerNoise`` before every nonlinearity.

    The noise of layer i has the seed that a norm of that layer would get, so a plain network and one with
    norm "noisy" get the same noise.

    Args:
        config: an mlp or a vgg11.
        inputs: shape of a sample, or its number of features.
        n_classes: number of logits.
    """
    net = build_net(config, inputs, n_classes, torch.Generator().manual_seed(config.seed))
    random = torch.Generator().manual_seed(config.seed)
    draw_seeds(random)  # the seeds of the head
    noises = {
        id(layer.activation): LayerNoise(layer.linear.weight.shape[0], draw_seeds(random).norm)
        for layer in hidden_layers(net)
    }
    children: OrderedDict[str, nn.Module] = OrderedDict()
    for name, child in net.named_children():
        if id(child) in noises:
            children[name.replace("activation", "noise")] = noises[id(child)]
        children[name] = child
    return nn.Sequential(children)
