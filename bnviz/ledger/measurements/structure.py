"""L1: looking into layers that were built: what they hold, where they stand, what they put out."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from bnviz.chapters.convolution.feature_maps import counts
from bnviz.chapters.why.covariate_shift import gradients
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.ledger.claim_test import Effects, claim_test, exact
from bnviz.ledger.measurements.inference import learned_affine
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
        "wrong_tensor_count": float(abs(len(list(norm.parameters())) - 2) + abs(len(held) - 4)),
        "wrong_tensor_lengths": float(sum(len(each) != _CHANNELS for each in held)),
        "layers_without_norm": float(sum(layer.norm is None for layer in hidden_layers(vgg))),
        "layers_after_last_norm": float(_weights_after_last_norm(vgg)),
        "missing_gammas": float(_SAMPLES * _CHANNELS - _gammas(norm)),
        "unit_length_error": float((y.norm(dim=0) - 1).abs().max()),
        "share_outside_bounds": 100 * float(((y < 0) | (y > 1)).double().mean()),
        "extra_values_per_mean": float(counts("map", _SAMPLES, _CHANNELS, _MAP, _MAP).values - _SAMPLES),
        "pooling_error": float((pooled - pooled * 4 / 64).abs().max()),
        "stacking_difference": float((x[:3] @ weight.T - torch.stack([weight @ row for row in x[:3]])).abs().max()),
        "gradient_noise_ratio": _batch_error(seed, 16) / _batch_error(seed, 256),
        "affine_change": learned_affine(seed),
        "largest_unit_mean": float(y.mean(1).abs().max()),
        "running_variance_error": _excess(seen, small),
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


TESTS = (
    claim_test(
        "L1",
        layers,
        wrong_tensor_count=exact("within", 0, "count"),
        wrong_tensor_lengths=exact("within", 0, "count"),
        layers_without_norm=exact("within", 0, "count"),
        layers_after_last_norm=exact("within", 0, "count"),
        missing_gammas=exact("within", 0, "count"),
        unit_length_error=exact("within", 0.01, "difference"),
        share_outside_bounds=exact("within", 0, "percent"),
        extra_values_per_mean=exact("within", 0, "count"),
        pooling_error=exact("within", 1e-6, "difference"),
        stacking_difference=exact("within", 1e-5, "difference"),
        gradient_noise_ratio=("ratio", 1, "times"),
        affine_change=("more", 0.01, "difference"),
        largest_unit_mean=exact("within", 1e-3, "difference"),
        running_variance_error=exact("within", 0.01, "share"),
    ),
)
