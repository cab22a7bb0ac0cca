"""The norm of one layer's weights over a run, with and without weight decay, and what is left of the rate."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.chapters.initialization.results import NormRun
from bnviz.chapters.initialization.weight_norms import squared_norm_after
from bnviz.config import RunConfig, Value
from bnviz.data import Dataset, load_dataset
from bnviz.nets import build_net, hidden_layers
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.batches import batch_indices
from bnviz.training.optimizers import make_optimizer
from bnviz.training.pace import pause_point

NET = RunConfig(depth=2, width=64, activation="relu", init="kaiming")
ARMS = ("none", "plain", "decay")
"""Without BN; with BN; with BN and weight decay. All start from the same weights and see the same batches."""


def norm_runs(
    lr: float, decay: float, n_steps: int, seed: int = 0, eps: float = 1e-5, on_progress: ProgressCallback = no_progress
) -> dict[str, NormRun]:
    """Train the three arms in float64 and record the weights of their last hidden layer.

    Args:
        lr: rate of plain SGD.
        decay: weight decay of the arm "decay".
        n_steps: updates.
        seed: of weights and batches.
        eps: BN's epsilon.
        on_progress: called with (arms done, arms in all).
    """
    data, found = load_dataset(NET.dataset), {}
    changes: dict[str, dict[str, Value]] = {"none": {"norm": "none"}, "plain": {}, "decay": {"weight_decay": decay}}
    for number, arm in enumerate(ARMS, 1):
        config = NET.with_fields(lr=lr, seed=seed, eps=eps, **changes[arm])
        found[arm] = record_norms(config, data, n_steps)
        on_progress(number, len(ARMS))
    return found


def record_norms(config: RunConfig, data: Dataset, n_steps: int) -> NormRun:
    """Train one net with plain SGD in float64 and record its last hidden layer at every step."""
    x, y = data.x_train.flatten(1).double(), data.y_train
    generator = torch.Generator().manual_seed(config.seed)
    net = build_net(config, data.input_size, data.n_classes, generator).double()
    weight = hidden_layers(net)[-1].linear.weight
    optimizer = make_optimizer(config, net)
    batches = batch_indices(len(y), config.batch_size, config.seed)
    rows: list[tuple[float, ...]] = []
    for _ in range(n_steps):
        indices = next(batches)
        loss = F.cross_entropy(net(x[indices]), y[indices])
        optimizer.zero_grad(set_to_none=True)
        pause_point()
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
