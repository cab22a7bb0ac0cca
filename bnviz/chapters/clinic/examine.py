"""The examination: every BN layer's batch beside its running statistics, and the accuracy in both modes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnviz.array_types import Floats
from bnviz.chapters.clinic.case import Case, served, unchanged, use_batch, with_batches
from bnviz.chapters.clinic.nets import norms
from bnviz.chapters.clinic.results import Examination, LayerState

BATCH = 256
"""Images whose statistics stand beside the running ones."""
KNOWN = 500
"""Training images on which the accuracy in training is measured."""


def examine(case: Case) -> Examination:
    """Return what is found in a net; neither its parameters nor its buffers nor its mode change."""
    known = tuple((x[: KNOWN // len(case.train)], y[: KNOWN // len(case.train)]) for x, y in case.train)
    return Examination(
        with_batches(case, case.test),
        served(case),
        with_batches(case, known),
        any(norm.training or norm.running_mean is None for norm in norms(case.net)),
        case.service.size,
        case.service.by_class,
        layer_states(case.net, case.test[0][0]),
    )


@torch.no_grad()
def layer_states(net: nn.Module, x: Tensor) -> tuple[LayerState, ...]:
    """Return every BN layer while the net normalizes one batch of ``BATCH`` images with itself."""
    found: dict[str, tuple[Tensor, Tensor]] = {}

    def seen(name: str) -> object:
        def keep(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0].movedim(1, -1).flatten(0, -2)
            found[name] = (rows.mean(0), rows.var(0, correction=0))

        return keep

    kept = {name: (norm.running_mean, norm.running_var) for name, norm in _named(net)}
    kept = {name: tuple(None if one is None else one.clone() for one in pair) for name, pair in kept.items()}  # type: ignore[misc]
    hooks = [norm.register_forward_pre_hook(seen(name)) for name, norm in _named(net)]  # type: ignore[arg-type]
    try:
        with unchanged(net):
            use_batch(net)
            net(x[:BATCH])
    finally:
        for hook in hooks:
            hook.remove()
    return tuple(_state(name, norm, found[name], kept[name]) for name, norm in _named(net))


def _named(net: nn.Module) -> list[tuple[str, nn.BatchNorm2d | nn.BatchNorm1d]]:
    kinds = nn.BatchNorm2d | nn.BatchNorm1d
    return [(name, module) for name, module in net.named_modules() if isinstance(module, kinds)]


def _state(
    name: str,
    norm: nn.BatchNorm2d | nn.BatchNorm1d,
    batch: tuple[Tensor, Tensor],
    running: tuple[Tensor | None, Tensor | None],
) -> LayerState:
    gamma = torch.ones(norm.num_features) if norm.weight is None else norm.weight.detach()
    mean, var = (None if one is None else _floats(one) for one in running)
    return LayerState(name, _floats(batch[0]), _floats(batch[1]), mean, var, float(norm.eps), _floats(gamma))


def _floats(values: Tensor) -> Floats:
    return values.double().numpy().copy()
