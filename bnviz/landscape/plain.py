"""The loss on a plane, point by point: works for any module, and is the oracle of the fast way."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from bnviz.landscape.on_cores import compute_chunks
from bnviz.training.permits import CorePermits

Direction = Mapping[str, Tensor]


def plain_losses(
    net: nn.Module,
    x: Tensor,
    y: Tensor,
    directions: tuple[Direction, Direction],
    points: Tensor,
    bn_stats: str,
    on_chunk: Callable[[], None],
    permits: CorePermits | None = None,
) -> Tensor:
    """Return the mean cross-entropy at every point; arguments as in ``evaluate_plane``, points (P, 2)."""
    at, losses = points.tolist(), torch.empty(len(points))
    nets = [net]
    with ExitStack() as restored:

        def make_worker() -> Callable[[int], None]:
            own = nets.pop() if nets else _with_the_tensors_of(net)  # a thread puts its weights into the module
            restored.enter_context(_statistics(own, bn_stats))
            loss_at = _loss_of(own, x, y, directions)

            def compute(number: int) -> None:
                losses[number] = loss_at(*at[number])

            return compute

        compute_chunks(len(at), make_worker, permits, on_chunk)
    return losses


def _loss_of(
    net: nn.Module, x: Tensor, y: Tensor, directions: tuple[Direction, Direction]
) -> Callable[[float, float], Tensor]:
    parameters = {name: p.detach() for name, p in net.named_parameters()}
    buffers = dict(net.named_buffers())
    moving = [name for name in parameters if name in directions[0] or name in directions[1]]

    @torch.no_grad()
    def loss_at(a: float, b: float) -> Tensor:
        moved = {name: _moved(name, parameters[name], directions, (a, b)) for name in moving}
        # A forward pass may write running statistics, into copies that no other point sees.
        held = {name: buffer.clone() for name, buffer in buffers.items()}
        logits = functional_call(net, {**parameters, **held, **moved}, (x,))
        return functional.cross_entropy(logits, y)

    return loss_at


def _with_the_tensors_of(net: nn.Module) -> nn.Module:
    """Return a copy of the modules that holds the same parameters and buffers, so that it needs no memory."""
    tensors = [*net.parameters(), *net.buffers()]
    return copy.deepcopy(net, {id(tensor): tensor for tensor in tensors})


def _moved(name: str, start: Tensor, directions: tuple[Direction, Direction], at: tuple[float, float]) -> Tensor:
    for direction, distance in zip(directions, at, strict=True):
        if name in direction:
            start = torch.add(start, direction[name], alpha=distance)
    return start


@contextmanager
def _statistics(net: nn.Module, bn_stats: str) -> Iterator[None]:
    """Put the net into evaluation mode, for "batch" all that keeps running statistics into training mode.

    All flags are restored afterwards.
    """
    flags = [(module, module.training) for module in net.modules()]
    try:
        net.eval()
        for module, _ in flags:
            kept = (getattr(module, name, None) for name in ("running_mean", "running_var"))
            if isinstance(module, _BatchNorm) or any(value is not None for value in kept):
                module.training = bn_stats == "batch"
        yield
    finally:
        for module, flag in flags:
            module.training = flag
