"""The norm of one layer's weights over a run, with and without weight decay, and what is left of the rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.array_types import Floats
from bnviz.chapters.initialization.weight_norms import balance, effective_lr, squared_norm_after
from bnviz.config import RunConfig, Value
from bnviz.data import Dataset, load_dataset
from bnviz.nets import build_net, hidden_layers
from bnviz.training.batches import batch_indices
from bnviz.training.optimizers import make_optimizer

Progress = Callable[[int, int], None]
NET = RunConfig(depth=2, width=64, activation="relu", init="kaiming")
ARMS = ("none", "plain", "decay")
"""Without BN; with BN; with BN and weight decay. All from the same weights on the same batches."""


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
        """In how many steps the norm became smaller."""
        return int((np.diff(self.squared_norm) < 0).sum())

    @property
    def formula_error(self) -> float:
        """Largest relative error of the formula for norm(W')^2."""
        return float(np.abs(self.formula / self.squared_norm[1:] - 1).max())

    @property
    def pythagoras_error(self) -> float:
        """Largest relative error of norm(W)^2 + lr^2 norm(g)^2 alone: what <W, g> (and decay) add."""
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


def norm_runs(
    lr: float, decay: float, steps: int, seed: int = 0, eps: float = 1e-5, progress: Progress = lambda done, total: None
) -> dict[str, NormRun]:
    """Train the three arms in float64 and follow the weights of their last hidden layer.

    Args:
        lr: rate of plain SGD.
        decay: weight decay of the arm "decay".
        steps: updates.
        seed: of weights and batches.
        eps: BN's epsilon.
        progress: told (arms done, arms in all).
    """
    data, found = load_dataset(NET.dataset), {}
    changes: dict[str, dict[str, Value]] = {"none": {"norm": "none"}, "plain": {}, "decay": {"weight_decay": decay}}
    for number, arm in enumerate(ARMS, 1):
        config = NET.with_fields(lr=lr, seed=seed, eps=eps, **changes[arm])
        found[arm] = follow(config, data, steps)
        progress(number, len(ARMS))
    return found


def follow(config: RunConfig, data: Dataset, steps: int) -> NormRun:
    """Train one net with plain SGD in float64 and record its last hidden layer at every step."""
    x, y = data.x_train.flatten(1).double(), data.y_train
    generator = torch.Generator().manual_seed(config.seed)
    net = build_net(config, data.input_size, data.n_classes, generator).double()
    weight = hidden_layers(net)[-1].linear.weight
    optimizer = make_optimizer(config, net)
    batches = batch_indices(len(y), config.batch_size, config.seed)
    rows: list[tuple[float, ...]] = []
    for _ in range(steps):
        indices = next(batches)
        loss = F.cross_entropy(net(x[indices]), y[indices])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        rows.append(_before_update(weight, loss, config))
        optimizer.step()
    table = np.asarray(rows).T
    after = weight.detach().square().sum().item()
    return NormRun(np.append(table[0], after), table[1], table[2], table[3], table[4], config.lr, config.weight_decay)


def _before_update(weight: Tensor, loss: Tensor, config: RunConfig) -> tuple[float, ...]:
    w, g = weight.detach(), weight.grad
    assert g is not None  # backward was just called
    squared, inner, grad = w.square().sum().item(), (w * g).sum().item(), g.square().sum().item()
    after = squared_norm_after(squared, inner, grad, config.lr, config.weight_decay)
    return squared, grad, inner, after, loss.item()
