"""One training run with measurements at chosen steps: covariate shift by both definitions, and smoothness."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from torch import Tensor, nn
from torch.optim import Optimizer

from bnviz.array_types import Floats
from bnviz.chapters.why.covariate_shift import LayerPart, Loss, gradient_shift
from bnviz.chapters.why.moments import LEVELS, Moments, drift
from bnviz.chapters.why.probe import Statistics, inputs_of_nonlinearities, statistics_of
from bnviz.chapters.why.smoothness import walk_along_gradient
from bnviz.nets import head, hidden_layers
from bnviz.training.pace import pause_point

SHIFT = ("l2", "norm", "cosine")
DRIFT = ("jump_mean", "jump_spread", "batch_mean", "drift_mean")
WALK = ("loss", "loss_low", "loss_high", "change_low", "change_high", "beta", "gradient")
ACCURACIES = ("accuracy", "as_trained", "refreshed")
PROGRESS = "train_loss"
"""Names of the measurements; see ``ProbeResults``."""

LAG = 100
"""Updates over which "drift_mean" is measured."""

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
        progress: the loss of a copy in training mode on fixed training images, or None.
    """

    net: nn.Module
    optimizer: Optimizer
    losses: Iterator[Loss]
    probe: Tensor
    lengths: Floats
    accuracies: Mapping[str, Callable[[nn.Module], float]] = field(default_factory=dict)
    progress: Callable[[nn.Module], float] | None = None


@dataclass(slots=True, eq=False)
class ProbeResults:
    """Measurements at T steps; NaN after a run has diverged.

    Attributes:
        values: arrays by name. (T, L) for ``SHIFT``, layers with the head: norm(G - G'), norm(G), cos(G, G').
            (T, H) for ``DRIFT``, hidden layers, all on the probe: drift of the mean and of the spread in one update,
            normalized by the batch of the step before and after it; drift of the mean to the next step, each
            normalized by its own batch; and so over the last ``LAG`` updates (or since the start).
            (T, H, 3) for "quantiles", of the first unit. (T,) for ``PROGRESS``, the loss on fixed images; for ``WALK``:
            loss and its range, range of the gradient's change, effective beta-smoothness, norm of the gradient; and
            for ``ACCURACIES``, in 0..1. (T, K) for ``POINTS``: the loss at each of the K step lengths of the walk,
            and the change of the gradient there.
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


def probe_run(subject: Subject, steps: Sequence[int], on_measured: Callable[[], object] = lambda: None) -> ProbeResults:
    """Train, and measure on copies at the given steps.

    At a step t of ``steps`` the batch of step t gives the covariate shift between t and t + 1, the walk along
    its gradient at t, and the statistics that normalize the probe before and after the update.

    Args:
        subject: the network; it is trained through the last of ``steps``.
        steps: steps in rising order, the first one 0.
        on_measured: called after each measurement.
    """
    found, parts = _empty(subject.net, len(steps), len(subject.lengths)), layer_parts(subject.net)
    wanted = {step: index for index, step in enumerate(steps)}
    former: dict[int, list[Moments]] = {}
    needed = {max(0, step - LAG) for step in steps}
    for step, (loss, next_loss) in zip(range(steps[-1] + 1), pairwise(subject.losses), strict=False):
        index = wanted.get(step)
        before = deepcopy(subject.net) if index is not None else None
        if step in needed:
            former[step] = inputs_of_nonlinearities(subject.net, subject.probe, statistics_of(subject.net, loss))
        if not _update(subject, loss):
            break
        if before is not None and index is not None:
            _measure(found, index, before, subject, loss, parts)
            _measure_drift(found, index, before, subject, (loss, next_loss), former[max(0, step - LAG)])
            on_measured()
    return ProbeResults(found)


def _update(subject: Subject, loss: Loss) -> bool:
    """Make one update; return False, and change nothing, when the loss is not finite."""
    value = loss(subject.net)
    if not math.isfinite(value.item()):
        return False
    subject.optimizer.zero_grad(set_to_none=True)
    pause_point()
    value.backward()  # type: ignore[no-untyped-call]
    subject.optimizer.step()
    return True


def _measure(
    found: Mapping[str, Floats], index: int, before: nn.Module, subject: Subject, loss: Loss, parts: Sequence[LayerPart]
) -> None:
    after = dict(subject.net.named_parameters())
    shift = gradient_shift(before, after, parts, loss)
    for name in SHIFT:
        found[name][index] = getattr(shift, name)
    walk = walk_along_gradient(before, loss, subject.lengths)
    row = (walk.loss, *walk.loss_range, *walk.change_range, walk.beta_smoothness, walk.norm)
    for name, value in zip(WALK, row, strict=True):
        found[name][index] = value
    found["walk_loss"][index], found["walk_change"][index] = walk.losses, walk.changes
    for name, accuracy in subject.accuracies.items():
        found[name][index] = accuracy(deepcopy(subject.net))
    if subject.progress is not None:
        found[PROGRESS][index] = subject.progress(deepcopy(subject.net))


def _measure_drift(
    found: Mapping[str, Floats],
    index: int,
    before: nn.Module,
    subject: Subject,
    losses: tuple[Loss, Loss],
    former: Sequence[Moments],
) -> None:
    """Measure how far the probe's moments move: in the update, to the next batch, and since ``former``."""

    def moments(net: nn.Module, statistics: Statistics) -> list[Moments]:
        return inputs_of_nonlinearities(net, subject.probe, statistics)

    now = moments(before, statistics_of(before, losses[0]))
    then, following = (moments(subject.net, statistics_of(subject.net, loss)) for loss in losses)
    for layer, (earlier, here, there, later) in enumerate(zip(former, now, then, following, strict=True)):
        jump = drift(here, there)
        found["jump_mean"][index, layer], found["jump_spread"][index, layer] = jump.mean, jump.spread
        found["batch_mean"][index, layer] = drift(here, later).mean
        found["drift_mean"][index, layer] = drift(earlier, here).mean
        found["quantiles"][index, layer] = here.quantiles


def _empty(net: nn.Module, n_steps: int, n_points: int) -> dict[str, Floats]:
    hidden = len(hidden_layers(net))
    shapes: Iterable[tuple[str, tuple[int, ...]]] = (
        *((name, (n_steps, hidden + 1)) for name in SHIFT),
        *((name, (n_steps, hidden)) for name in DRIFT),
        ("quantiles", (n_steps, hidden, len(LEVELS))),
        *((name, (n_steps,)) for name in (*WALK, *ACCURACIES, PROGRESS)),
        *((name, (n_steps, n_points)) for name in POINTS),
    )
    return {name: np.full(shape, np.nan) for name, shape in shapes}
