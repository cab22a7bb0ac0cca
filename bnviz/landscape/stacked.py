"""The loss on a plane for multilayer perceptrons, several points at once.

Three ideas make it fast. The first layer's output is linear in the two coefficients, so its large matrix product is
needed three times and not once per point. All later layers are evaluated for a chunk of points in one stacked product,
with samples as the last axis, so that a unit's batch statistics are taken over contiguous memory. And products are
written where those of the chunk before were, in memory that the processor's cache holds.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from bnviz.landscape.chunk import Chunk
from bnviz.landscape.on_cores import compute_chunks
from bnviz.landscape.plain import Direction
from bnviz.landscape.stack import Stack
from bnviz.norms.batch import BatchNorm
from bnviz.training.permits import CorePermits

CHUNK_BYTES = 1 << 20
"""Size of one layer's output over a chunk of points: more would leave the processor's cache."""

CHUNK_POINTS = 5
"""So many points are in a chunk even if it is twice as large: the cost of a call, during which other threads wait for
Python, is spread over them."""

_EXACTLY = (nn.Linear, nn.BatchNorm1d, BatchNorm)
"""Of these, no derived class will do: it may compute something else (ghost and noisy batches, normalized weights)."""

_ACTIVATIONS = (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.GELU, nn.Identity)


def is_mlp(net: nn.Module) -> bool:
    """Return whether ``stacked_losses`` knows all of this net's layers."""
    if not isinstance(net, nn.Sequential) or not len(net):
        return False
    layers = list(net)[1:] if isinstance(net[0], nn.Flatten) else list(net)
    return (
        len(layers) > 0
        and type(layers[0]) is nn.Linear
        and len({id(layer) for layer in layers}) == len(layers)
        and all(type(m) in _EXACTLY or isinstance(m, (nn.Dropout, *_ACTIVATIONS)) for m in layers)
        and all(p.dtype == torch.float32 for p in net.parameters())
    )


def stacked_losses(
    net: nn.Sequential,
    x: Tensor,
    y: Tensor,
    directions: tuple[Direction, Direction],
    points: Tensor,
    bn_stats: str,
    on_chunk: Callable[[], None],
    permits: CorePermits | None = None,
) -> Tensor:
    """Return the mean cross-entropy at every point; arguments as in ``evaluate_plane``, points (P, 2).

    The net must satisfy ``is_mlp``; it is only read.
    """
    with torch.inference_mode():
        stack = Stack(net, x.flatten(1), directions, bn_stats)
        coefficients = torch.cat([torch.ones(len(points), 1), points], 1).to(x.device)  # (P, 3)
        size = min(len(points), _points_per_chunk(4 * stack.widest * len(x)))
        chunks = torch.split(coefficients, size)
        losses = torch.empty(len(points), device=x.device)
        parts = torch.split(losses, size)

    def make_worker() -> Callable[[int], None]:
        sizes: dict[int, Chunk] = {}  # the last chunk may be smaller

        @torch.inference_mode()
        def compute(number: int) -> None:
            points = len(chunks[number])
            chunk = sizes.get(points) or sizes.setdefault(points, Chunk(stack, y, points))
            parts[number].copy_(chunk.losses(chunks[number]))

        return compute

    compute_chunks(len(chunks), make_worker, permits, on_chunk)
    return losses.cpu()


def _points_per_chunk(point_bytes: int) -> int:
    return max(1, CHUNK_BYTES // point_bytes, min(CHUNK_POINTS, 2 * CHUNK_BYTES // point_bytes))
