"""Results of the chapter on learning rate and initialization: one layer, its norm over a run, sweeps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.config import Value


@dataclass(frozen=True, slots=True, eq=False)
class EpsilonCurve:
    """How far BN(a W u) is from exact invariance, over a.

    Attributes:
        scales: (K,), a.
        measured: (K,), largest abs(BN_eps(a W u) - BN_0(W u)).
        formula: (K,), the distance by ``distance_formula``.
        grad_ratio: (K,), norm(dL/d(aW)) over its value at a = 1.
        step_ratio: (K,), (norm(dL/d(aW)) / norm(aW)) over its value at a = 1.
        edge: the a at which a^2 sigma^2 = eps for the median unit; below it epsilon dominates; 0 without epsilon.
        eps: epsilon.
    """

    scales: Floats
    measured: Floats
    formula: Floats
    grad_ratio: Floats
    step_ratio: Floats
    edge: float
    eps: float


@dataclass(frozen=True, slots=True)
class ScaleCheck:
    """What autograd measures at the weights a * W.

    Attributes:
        scale: a.
        eps: BN's epsilon.
        output_change: largest abs(BN(a W u) - BN(W u)).
        loss: value of the loss at a * W.
        grad_norm: norm of dL/d(aW).
        grad_ratio: grad_norm over its value at a = 1; the paper says 1 / a.
        input_grad_change: largest abs(dL/du at a - dL/du at 1), over the largest abs(dL/du at 1); 0 is exact.
        step_ratio: (grad_norm / norm(aW)) over its value at a = 1: how far one SGD step turns W; 1 / a^2.
        radial: largest abs(<w, dL/dw>) / (norm(w) norm(dL/dw)) over the units; 0 is a right angle.
        variance_share: smallest over the units of a^2 sigma^2 / (a^2 sigma^2 + eps); 1 = epsilon does not matter.
    """

    scale: float
    eps: float
    output_change: float
    loss: float
    grad_norm: float
    grad_ratio: float
    input_grad_change: float
    step_ratio: float
    radial: float
    variance_share: float

    @property
    def exact_grad_ratio(self) -> float:
        """Value of grad_ratio without epsilon: 1 / a."""
        return 1 / self.scale

    @property
    def exact_step_ratio(self) -> float:
        """Value of step_ratio without epsilon: 1 / a^2."""
        return 1 / self.scale**2


@dataclass(frozen=True, slots=True, eq=False)
class NormRun:
    """One arm's last hidden layer, before each of T updates.

    Attributes:
        squared_norm: (T + 1,), norm(W)^2; the last entry is after the last update.
        squared_grad: (T,), norm(g)^2 of the loss's gradient.
        inner: (T,), <W, g>.
        formula: (T,), norm(W')^2 by ``squared_norm_after``.
        loss: (T,), training loss of the batch.
        lr: the rate.
        decay: the optimizer's weight_decay.
    """

    squared_norm: Floats
    squared_grad: Floats
    inner: Floats
    formula: Floats
    loss: Floats
    lr: float
    decay: float

    @property
    def effective(self) -> Floats:
        """Effective rate lr / norm(W)^2, (T + 1,)."""
        return np.asarray(effective_lr(self.lr, self.squared_norm))

    @property
    def shrank(self) -> int:
        """Number of steps in which the norm shrank."""
        return int((np.diff(self.squared_norm) < 0).sum())

    @property
    def formula_error(self) -> float:
        """Largest relative error of the formula for norm(W')^2."""
        return float(np.abs(self.formula / self.squared_norm[1:] - 1).max())

    @property
    def pythagoras_error(self) -> float:
        """Largest relative error of norm(W)^2 + lr^2 norm(g)^2 alone: the part of <W, g> (and of decay)."""
        plain = self.squared_norm[:-1] + self.lr**2 * self.squared_grad
        return float(np.abs(plain / self.squared_norm[1:] - 1).max())

    @property
    def radial(self) -> float:
        """Largest abs(<W, g>) / (norm(W) norm(g)) over the steps."""
        size = np.sqrt(self.squared_norm[:-1] * self.squared_grad)
        return float(np.abs(self.inner / np.maximum(size, 1e-300)).max())

    @property
    def growth(self) -> float:
        """Norm(W) at the end over norm(W) at the start."""
        return float(np.sqrt(self.squared_norm[-1] / self.squared_norm[0]))

    @property
    def final_balance(self) -> float:
        """Growth over shrinkage by decay in the last quarter: 1 at equilibrium, NaN without decay."""
        last = slice(-max(1, len(self.squared_grad) // 4), None)
        if self.decay == 0:
            return float("nan")
        grown = balance(self.lr, self.decay, self.squared_norm[:-1][last], self.squared_grad[last])
        return float(np.mean(grown))


@dataclass(frozen=True, slots=True, eq=False)
class Equivalence:
    """Full-batch losses of two runs from the same weights.

    Attributes:
        decayed: (T,), constant rate with weight decay on the weights before BN.
        growing: (T,), no weight decay, their rate growing by (1 - lr decay)^(-2) a step.
        last_rate: the growing rate at the last step.
        difference: largest abs(decayed - growing).
        plain: (T,), constant rate, no weight decay, for comparison.
        plain_difference: largest abs(decayed - plain).
    """

    decayed: Floats
    growing: Floats
    last_rate: float
    difference: float
    plain: Floats
    plain_difference: float


@dataclass(frozen=True, slots=True)
class ShortRun:
    """How a short training ended.

    Attributes:
        loss: mean training loss of the last 20 steps in nats; NaN when it diverged.
        diverged_at: the step at which the loss was not finite any more, or None.
    """

    loss: float
    diverged_at: int | None


@dataclass(frozen=True, slots=True, eq=False)
class FieldSweep:
    """Short trainings over the values of one field.

    Attributes:
        field: the field of RunConfig that is swept.
        values: (K,).
        arms: what each arm changes of the base.
        base: fields of the base recipe.
        seeds: (S,).
        steps: updates of each run.
        loss: (A, K, S), mean loss of the last steps; NaN = diverged.
        chance: loss of guessing, ln(number of classes).
    """

    field: str
    values: tuple[float, ...]
    arms: tuple[Mapping[str, Value], ...]
    base: Mapping[str, Value]
    seeds: tuple[int, ...]
    steps: int
    loss: Floats
    chance: float

    def median_loss(self, arm: int) -> Floats:
        """Return the median loss of an arm over the seeds, per value (K,); a diverged run counts as infinite."""
        loss = np.where(np.isnan(self.loss[arm]), np.inf, self.loss[arm])
        return np.median(loss, axis=1)

    def optimizer(self, arm: int) -> str:
        """Return the name of an arm's optimizer."""
        return str(self.arms[arm].get("optimizer", self.base["optimizer"]))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; a diverged run is null."""
        loss = [[[_plain(x) for x in row] for row in arm] for arm in self.loss.tolist()]
        return {
            "field": self.field,
            "values": list(self.values),
            "arms": [dict(arm) for arm in self.arms],
            "base": dict(self.base),
            "seeds": list(self.seeds),
            "steps": self.steps,
            "loss": loss,
            "chance": self.chance,
        }


@dataclass(frozen=True, slots=True, eq=False)
class RecordedSweep:
    """A recorded sweep and its provenance: date, versions, script."""

    sweep: FieldSweep
    provenance: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LargestUsable:
    """The largest value of a sweep at which an arm still learns, over the seeds.

    Attributes:
        per_seed: one value per seed; NaN where no value of the sweep was usable.
        median: over the seeds.
        low: smallest over the seeds.
        high: largest over the seeds.
    """

    per_seed: tuple[float, ...]
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeCounts:
    """How the seeds of one arm ended, per value: each (K,), adding up to the number of seeds."""

    learned: npt.NDArray[np.int64]
    stalled: npt.NDArray[np.int64]
    diverged: npt.NDArray[np.int64]


def effective_lr(lr: float | Floats, squared_norm: float | Floats) -> float | Floats:
    """Return lr / norm(W)^2, the rate at which the direction of W moves (van Laarhoven 2017)."""
    return lr / squared_norm


def balance(lr: float, decay: float, squared_norm: Floats, squared_grad: Floats) -> Floats:
    """Return lr norm(g)^2 / (2 decay norm(W)^2): growth over shrinkage of one step, 1 at equilibrium.

    Growth is lr^2 norm(g)^2, shrinkage 2 lr decay norm(W)^2 (first order in lr decay).
    """
    return lr * squared_grad / (2 * decay * squared_norm)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
