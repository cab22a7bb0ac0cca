"""L1: looking into layers that were built: what they hold, where they stand, what they put out."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from bnviz.chapters.convolution.feature_maps import counts
from bnviz.chapters.why.covariate_shift import gradients
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.ledger.claim_test import Effects, trial
from bnviz.ledger.tests.inference import learned_affine
from bnviz.nets import build_net, hidden_layers
from bnviz.norms import BatchNorm

_SAMPLES, _CHANNELS, _MAP = 32, 8, 6


def layers(seed: int) -> Effects:
    """L1: count tensors, follow the order of a VGG11, normalize random numbers."""
    random = torch.Generator().manual_seed(seed)
    norm = BatchNorm(_CHANNELS)
    x = 3 * torch.randn(_SAMPLES, _CHANNELS, generator=random) + 1
    y = norm(x).detach()
    weight = torch.randn(4, _CHANNELS, generator=random)
    small = x[:8]
    seen = BatchNorm(_CHANNELS, momentum=1.0)
    seen(small)
    held = [*norm.parameters(), *(each for each in norm.buffers() if each.ndim)]
    pooled = F.avg_pool2d(torch.rand(1, 1, 8, 8, generator=random) + 1, 2)
    vgg = _vgg(seed)
    return {
        "tensors": float(abs(len(list(norm.parameters())) - 2) + abs(len(held) - 4)),
        "lengths": float(sum(len(each) != _CHANNELS for each in held)),
        "every": float(sum(layer.norm is None for layer in hidden_layers(vgg))),
        "last": float(_weights_after_last_norm(vgg)),
        "sample": float(_SAMPLES * _CHANNELS - _gammas(norm)),
        "unit": float((y.norm(dim=0) - 1).abs().max()),
        "bounds": 100 * float(((y < 0) | (y > 1)).double().mean()),
        "locations": float(counts("map", _SAMPLES, _CHANNELS, _MAP, _MAP).values - _SAMPLES),
        "pool": float((pooled - pooled * 4 / 64).abs().max()),
        "stacked": float((x[:3] @ weight.T - torch.stack([weight @ row for row in x[:3]])).abs().max()),
        "batch": _batch_error(seed, 16) / _batch_error(seed, 256),
        "learned": learned_affine(seed),
        "together": float(y.mean(1).abs().max()),
        "biased": _excess(seen, small),
    }


def _vgg(seed: int) -> nn.Module:
    config = RunConfig(net="vgg11", width=4, activation="relu", init="kaiming")
    return build_net(config, (1, 28, 28), 10, torch.Generator().manual_seed(seed))


def _gammas(norm: BatchNorm) -> int:
    return 0 if norm.weight is None else norm.weight.numel()


def _excess(norm: BatchNorm, x: torch.Tensor) -> float:
    """Return by what share the running variance exceeds the biased one that normalized the same batch."""
    assert norm.running_var is not None  # it keeps statistics
    return float((norm.running_var / x.var(0, correction=0)).mean()) - 1


def _weights_after_last_norm(net: nn.Module) -> int:
    """Return how many layers with weights of their own stand behind the last norm."""
    parts = [part for part in net.modules() if not list(part.children()) and list(part.parameters())]
    last = max(place for place, part in enumerate(parts) if isinstance(part, BatchNorm))
    return len(parts) - 1 - last


def _batch_error(seed: int, size: int, draws: int = 12) -> float:
    """Return the distance of mini-batch gradients from that of 2,000 images, root mean square."""
    data = load_dataset("mnist")
    x, y = data.x_train[:2000].flatten(1), data.y_train[:2000]
    config = RunConfig(depth=1, width=16, activation="relu", init="kaiming", norm="none")
    random = torch.Generator().manual_seed(seed)
    net = build_net(config, data.input_shape, data.n_classes, random)
    names = [name for name, _ in net.named_parameters()]

    def of(rows: torch.Tensor) -> torch.Tensor:
        found = gradients(net, names, lambda made: F.cross_entropy(made(x[rows]), y[rows]))
        return torch.cat([each.flatten() for each in found])

    whole = of(torch.arange(len(y)))
    off = [(of(torch.randperm(len(y), generator=random)[:size]) - whole).square().sum() for _ in range(draws)]
    return float(torch.stack(off).mean().sqrt())


TRIALS = (
    trial(
        "L1",
        layers,
        tensors=("within", 0, "count"),
        lengths=("within", 0, "count"),
        every=("within", 0, "count"),
        last=("within", 0, "count"),
        sample=("within", 0, "count"),
        unit=("within", 0.01, "difference"),
        bounds=("within", 0, "percent"),
        locations=("within", 0, "count"),
        pool=("within", 1e-6, "difference"),
        stacked=("within", 1e-5, "difference"),
        batch=("ratio", 1, "times"),
        learned=("more", 0.01, "difference"),
        together=("within", 1e-3, "difference"),
        biased=("within", 0.01, "share"),
    ),
)
