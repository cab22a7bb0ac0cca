"""The identity of the gradient before BN, checked in every layer of a trained network, in float64."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.array_types import Floats
from bnviz.chapters.why.identity import gradient_identity
from bnviz.chapters.why.results import GradientIdentity
from bnviz.config import PRESETS, InputError
from bnviz.data import load_dataset
from bnviz.nets import build_net, hidden_layers
from bnviz.norms import BatchNorm
from bnviz.training.batches import batch_indices
from bnviz.training.optimizers import make_optimizer
from bnviz.training.pace import pause_point
from bnviz.training.threads import one_thread

BASE = PRESETS["figure1"].with_fields(norm="batch")
MAX_STEPS = 1000


@one_thread()
def identity_in_net(steps: int, batch_size: int, eps: float, seed: int = 0) -> tuple[GradientIdentity, ...]:
    """Train figure 1's network (Ioffe & Szegedy 2015) with BN and compare the gradients before and after BN.

    Everything is in float64. BN trains with epsilon 1e-5; at the trained weights one more batch is passed
    with the given epsilon.

    Args:
        steps: updates before the check, 0 to 1,000.
        batch_size: size of the checked batch, at least 2.
        eps: epsilon of the check; 0 is allowed.
        seed: seed of weights and batches.

    Returns:
        One GradientIdentity per hidden layer.

    Raises:
        InputError: a number is out of these bounds.
    """
    if not 0 <= steps <= MAX_STEPS or batch_size < 2 or not 0 <= eps <= 10:
        raise InputError(
            f"a check needs 0 to {MAX_STEPS} steps, a batch of at least 2 and an epsilon from 0 to 10, "
            f"got {steps}, {batch_size} and {eps:g}"
        )
    config = BASE.with_fields(seed=seed)
    data = load_dataset(config.dataset)
    x, y = data.x_train.flatten(1).double(), data.y_train
    net = build_net(config, data.input_size, data.n_classes, torch.Generator().manual_seed(seed)).double()
    optimizer, batches = make_optimizer(config, net), batch_indices(len(y), config.batch_size, seed)
    for _ in range(steps):
        indices = next(batches)
        optimizer.zero_grad(set_to_none=True)
        pause_point()
        F.cross_entropy(net(x[indices]), y[indices]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    chosen = next(batch_indices(len(y), batch_size, seed + 1))
    return identities(net, x[chosen], y[chosen], eps)


def identities(net: nn.Module, x: Tensor, y: Tensor, eps: float) -> tuple[GradientIdentity, ...]:
    """Pass one batch through a network with BN and compare the gradients at each of its norms.

    Args:
        net: the network, in training mode; epsilon and running statistics of its norms change.
        x: (m, D), inputs.
        y: (m,), classes.
        eps: epsilon of all norms.
    """
    passed: list[tuple[Tensor, Tensor]] = []

    def keep_gradients(module: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
        args[0].retain_grad()
        output.retain_grad()
        passed.append((args[0], output))

    norms = [layer.norm for layer in hidden_layers(net) if isinstance(layer.norm, BatchNorm)]
    for norm in norms:
        norm.eps = eps
    hooks = [norm.register_forward_hook(keep_gradients) for norm in norms]
    F.cross_entropy(net(x), y).backward()  # type: ignore[no-untyped-call]
    for hook in hooks:
        hook.remove()
    return tuple(
        gradient_identity(
            before.detach().double().numpy(), _grad(after), _grad(before), norm.weight.detach().double().numpy(), eps
        )
        for norm, (before, after) in zip(norms, passed, strict=True)
    )


def _grad(tensor: Tensor) -> Floats:
    assert tensor.grad is not None  # backward was just called
    return np.asarray(tensor.grad.numpy(), np.float64)
