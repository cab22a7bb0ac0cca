"""Loss surfaces of all arms on one plane and one grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from torch import Tensor, nn

from bnviz.array_types import Floats32
from bnviz.config import InputError
from bnviz.landscape.directions import Weights
from bnviz.landscape.plane import Coordinates
from bnviz.landscape.surface import evaluate_plane
from bnviz.landscape.views import View, own_views, pooled_views, random_view, shapes, track_of
from bnviz.telemetry.records import SurfaceRecord
from bnviz.training.permits import CorePermits

PLANES = ("random", "pca")

_MARGIN = 0.25
"""Room around the paths, as a share of their extent on either side."""


def surface_of_twins(
    nets: Sequence[nn.Module],
    paths: Sequence[Sequence[Weights]],
    x: Tensor,
    y: Tensor,
    plane: str = "pca",
    bn_stats: str = "batch",
    grid: int = 25,
    seed: int = 0,
    step: int = 0,
    span: float = 1.0,
    on_chunk: Callable[[], None] = lambda: None,
    permits: CorePermits | None = None,
) -> SurfaceRecord:
    """Return the loss around every arm's weights, with the path that led there.

    - "random": filter-normalized directions of the same draws for every arm, through its current weights;
      coordinates -span..span.
    - "pca": the two principal components of the pooled displacements theta_t - theta_0 of all arms (their
      2-D weights). An arm's surface is shifted so that its current weights lie at their own projection:
      there the loss is exact. Elsewhere on the drawn path it is the loss in the plane, not on the path.
      Arms whose weights differ in shape get a plane each; the record then says "pca-own".

    Args:
        nets: the arms, at the step of interest; only read.
        paths: per arm its earlier weights, the first at step 0 (``current_weights``); may be empty. The
            current weights are added at the end when they are not there yet.
        x: inputs (B, ...), on the nets' device.
        y: classes (B,).
        plane: "random" or "pca".
        bn_stats: "batch" or "running".
        grid: points per axis.
        seed: of random directions.
        step: to be kept in the record.
        span: half the side of the random plane's square.
        on_chunk: called between chunks of work; may wait, or raise to give up.
        permits: cores that may help, as in ``evaluate_plane``.

    Raises:
        InputError: an unknown plane or statistics, or a grid of fewer than 2 points.
    """
    if plane not in PLANES:
        raise InputError(f"plane must be one of {', '.join(PLANES)}, got {plane!r:.80}")
    if grid < 2:
        raise InputError(f"grid must be at least 2, got {grid}")
    tracks = [track_of(net, path) for net, path in zip(nets, paths, strict=True)]
    if plane == "random":
        views = [random_view(track, seed) for track in tracks]
        xs = ys = np.linspace(-span, span, grid, dtype=np.float32)
    else:
        own = len({shapes(track[-1]) for track in tracks}) > 1
        views = own_views(tracks, seed) if own else pooled_views(tracks, seed)
        plane = "pca-own" if own else plane
        xs, ys = (grid_axis([view.path[:, k] for view in views], grid) for k in range(2))
    losses = [
        _arm_loss(net, view, x, y, (xs, ys), bn_stats, on_chunk, permits) for net, view in zip(nets, views, strict=True)
    ]
    return SurfaceRecord(
        step=step,
        xs=xs,
        ys=ys,
        loss=np.stack(losses),
        path=_pad([view.path for view in views]),
        captured=np.array([view.captured for view in views], np.float32),
        plane=plane,
        bn_stats=bn_stats,
    )


def _arm_loss(
    net: nn.Module,
    view: View,
    x: Tensor,
    y: Tensor,
    axes: tuple[Floats32, Floats32],
    bn_stats: str,
    on_chunk: Callable[[], None],
    permits: CorePermits | None,
) -> Floats32:
    xs, ys = (axis - np.float32(offset) for axis, offset in zip(axes, view.here, strict=True))
    device = next(net.parameters()).device
    first, second = (
        {name: d.to(device) for name, d in direction.items()} for direction in (view.plane.first, view.plane.second)
    )
    return evaluate_plane(net, x, y, (first, second), xs, ys, bn_stats, on_chunk, permits)


def grid_axis(values: Sequence[Coordinates], grid: int) -> Floats32:
    """Return grid points that hold all values, with room around them."""
    low, high = min(v.min() for v in values), max(v.max() for v in values)
    room = _MARGIN * (high - low) if high > low else 1.0
    return np.linspace(low - room, high + room, grid, dtype=np.float32)


def _pad(paths: Sequence[Coordinates]) -> Floats32:
    padded = np.full((len(paths), max(len(p) for p in paths), 2), np.nan, np.float32)
    for row, path in zip(padded, paths, strict=True):
        row[: len(path)] = path
    return padded
