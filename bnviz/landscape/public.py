"""The loss surface of anybody's model, in one call."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from bnviz.landscape.directions import Weights
from bnviz.landscape.stacked import is_mlp
from bnviz.landscape.twins import surface_of_twins
from bnviz.telemetry.records import SurfaceRecord
from bnviz.training.permits import CorePermits


def loss_surface(
    model: nn.Module,
    batch: tuple[Tensor, Tensor],
    *,
    plane: str | None = None,
    path: Sequence[Weights] = (),
    bn_stats: str = "batch",
    grid: int = 25,
    span: float = 1.0,
    seed: int = 0,
) -> SurfaceRecord:
    """Return the cross-entropy of a model around its weights; the model is left as it is.

    Args:
        model: any module that returns logits (B, C).
        batch: inputs (B, ...) and classes (B,); moved to the model's device.
        plane: "random" (filter-normalized directions) or "pca" (of the path); by default "pca" with a path.
        path: earlier weights, oldest first (``current_weights(model)`` at some steps).
        bn_stats: statistics of BN layers: of this "batch", or the "running" ones.
        grid: points per axis.
        span: half the side of the random plane; 1 moves each filter by about its own norm.
        seed: of random directions.

    Returns:
        A SurfaceRecord with one arm.

    Raises:
        InputError: an unknown plane or statistics, or a batch whose parts differ in length.
    """
    device = next(model.parameters()).device
    x, y = (part.to(device) for part in batch)
    chosen = plane or ("pca" if path else "random")
    # Helpers of any other module would run copies of it, with its hooks.
    permits = CorePermits() if is_mlp(model) else None
    return surface_of_twins([model], [path], x, y, chosen, bn_stats, grid, seed, span=span, permits=permits)
