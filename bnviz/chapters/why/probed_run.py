"""One training run with measurements at chosen steps: covariate shift, moments and smoothness."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from bnviz.array_types import Floats
from bnviz.chapters.why.covariate_shift import LayerPart, Loss, gradient_shift
from bnviz.chapters.why.moments import LEVELS, Moments, drift, moments_of
from bnviz.chapters.why.smoothness import walk_along_gradient
from bnviz.nets import head, hidden_layers

SHIFT = ("l2", "norm", "cosine")
DRIFT = ("jump_mean", "jump_spread", "far_mean")
WALK = ("loss", "loss_low", "loss_high", "change_low", "change_high", "beta", "gradient")
ACCURACIES = ("accuracy", "as_trained", "refreshed")
"""Names of the measurements; see ``ProbeResults``."""

POINTS = ("walk_loss", "walk_change")
"""Names of what is measured at every point of a walk; see ``ProbeResults``."""


@dataclass(slots=True)
class Subject:
    """A network to train and measure.

    Attributes:
        net: the network, in training mode, with children as ``bnviz.nets.build_net`` names them.
        optimizer: its optimizer.
        losses: one loss per step, each of a fixed batch, without end.
        probe: (B, D), fixed inputs whose moments are measured.
        lengths: step lengths of the walk along the gradient.
        accuracies: functions that return an accuracy of a copy of the network, 0..1, by name; empty for
            regression.
    """

    net: nn.Module
    optimizer: Optimizer
    losses: Iterator[Loss]
    probe: Tensor
    lengths: Floats
    accuracies: Mapping[str, Callable[[nn.Module], float]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class ProbeResults:
    """Measurements at T steps; NaN after a run has diverged.

    Attributes:
        values: arrays by name. (T, L) for ``SHIFT``, layers with the head: norm(G - G'), norm(G), cos(G, G').
            (T, H) for ``DRIFT``, hidden layers: drift of the mean and of the spread to the next step, drift
            of the mean since step 0, all on the probe. (T, H, 3) for "quantiles", of the first unit.
            (T,) for ``WALK``: loss and its range, range of the gradient's change, effective beta-smoothness,
            norm of the gradient; and for ``ACCURACIES``, in 0..1. (T, K) for ``POINTS``: the loss at each of the
            K step lengths of the walk, and the change of the gradient there.
    """

    values: dict[str, Floats] = field(default_factory=dict)


def layer_parts(net: nn.Module) -> tuple[LayerPart, ...]:
    """Return the layers of a bnviz network, with the head, each with the names of its parameters."""
    names = {id(parameter): name for name, parameter in net.named_parameters()}
    groups = [(layer.name, layer.linear, layer.norm) for layer in hidden_layers(net)]
    parts = []
    for name, linear, norm in [*groups, ("head", head(net), None)]:
        found = [*linear.parameters(), *(norm.parameters() if norm is not None else ())]
        parts.append(LayerPart(name, names[id(linear.weight)], tuple(names[id(p)] for p in found)))
    return tuple(parts)


def inputs_of_nonlinearities(net: nn.Module, x: Tensor) -> list[Moments]:
    """Return the moments of the inputs of each hidden layer's nonlinearity, measured on a copy in its mode.

    In training mode batch normalization uses the statistics of x; running statistics, noise and random state
    of ``net`` do not change.
    """
    copy, found = deepcopy(net), []

    def measure(module: nn.Module, args: tuple[Tensor, ...]) -> None:
        found.append(moments_of(args[0].numpy()))

    for layer in hidden_layers(copy):
        layer.activation.register_forward_pre_hook(measure)
    with torch.no_grad():
        copy(x)
    return found


def probe_run(subject: Subject, steps: Sequence[int], on_measured: Callable[[], object] = lambda: None) -> ProbeResults:
    """Train, and measure on copies at the given steps.

    At a step t of ``steps`` the batch of step t gives the covariate shift between t and t + 1, the walk along
    its gradient at t, and the moments of the probe before and after the update.

    Args:
        subject: the network; it is trained through the last of ``steps``.
        steps: steps in rising order, the first one 0.
        on_measured: called after each measurement.
    """
    found, parts = _empty(subject.net, len(steps), len(subject.lengths)), layer_parts(subject.net)
    start = inputs_of_nonlinearities(subject.net, subject.probe)
    wanted = {step: index for index, step in enumerate(steps)}
    for step, loss in zip(range(steps[-1] + 1), subject.losses, strict=False):
        index = wanted.get(step)
        before = deepcopy(subject.net) if index is not None else None
        if not _update(subject, loss):
            break
        if before is not None and index is not None:
            _measure(found, index, before, subject, loss, parts, start)
            on_measured()
    return ProbeResults(found)


def _update(subject: Subject, loss: Loss) -> bool:
    """Make one update; return False, and change nothing, when the loss is not finite."""
    value = loss(subject.net)
    if not math.isfinite(value.item()):
        return False
    subject.optimizer.zero_grad(set_to_none=True)
    value.backward()  # type: ignore[no-untyped-call]
    subject.optimizer.step()
    return True


def _measure(
    found: Mapping[str, Floats],
    index: int,
    before: nn.Module,
    subject: Subject,
    loss: Loss,
    parts: Sequence[LayerPart],
    start: Sequence[Moments],
) -> None:
    after = dict(subject.net.named_parameters())
    shift = gradient_shift(before, after, parts, loss)
    for name in SHIFT:
        found[name][index] = getattr(shift, name)
    now = inputs_of_nonlinearities(before, subject.probe)
    then = inputs_of_nonlinearities(subject.net, subject.probe)
    for layer, (first, here, there) in enumerate(zip(start, now, then, strict=True)):
        jump = drift(here, there)
        found["jump_mean"][index, layer], found["jump_spread"][index, layer] = jump.mean, jump.spread
        found["far_mean"][index, layer] = drift(first, here).mean
        found["quantiles"][index, layer] = here.quantiles
    walk = walk_along_gradient(before, loss, subject.lengths)
    row = (walk.loss, *walk.loss_range, *walk.change_range, walk.beta_smoothness, walk.norm)
    for name, value in zip(WALK, row, strict=True):
        found[name][index] = value
    found["walk_loss"][index], found["walk_change"][index] = walk.losses, walk.changes
    for name, accuracy in subject.accuracies.items():
        found[name][index] = accuracy(deepcopy(subject.net))


def _empty(net: nn.Module, n_steps: int, n_points: int) -> dict[str, Floats]:
    hidden = len(hidden_layers(net))
    shapes: Iterable[tuple[str, tuple[int, ...]]] = (
        *((name, (n_steps, hidden + 1)) for name in SHIFT),
        *((name, (n_steps, hidden)) for name in DRIFT),
        ("quantiles", (n_steps, hidden, len(LEVELS))),
        *((name, (n_steps,)) for name in (*WALK, *ACCURACIES)),
        *((name, (n_steps, n_points)) for name in POINTS),
    )
    return {name: np.full(shape, np.nan) for name, shape in shapes}
