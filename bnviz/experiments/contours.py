"""Loss surfaces and decision boundaries of a run's checkpoint, computed beside the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from bnviz.analysis.boundary import decision_boundary
from bnviz.analysis.landscape import surface_of_twins
from bnviz.data import Dataset
from bnviz.nets import build_net
from bnviz.telemetry.records import BoundaryRecord, SurfaceRecord
from bnviz.training.path import WeightPath
from bnviz.training.state import Checkpoint

GRID = 25
SAMPLES = 500
"""Training images that a live surface is measured on: the same ones every time."""

_BOUNDARY_MARGIN = 0.15


def rebuild(checkpoint: Checkpoint, dataset: Dataset) -> tuple[nn.Module, ...]:
    """Return networks on the CPU that hold a checkpoint's weights and statistics."""
    nets = []
    for config, state in zip(checkpoint.configs, checkpoint.states, strict=True):
        generator = torch.Generator().manual_seed(config.seed)
        net = build_net(config, dataset.input_shape, dataset.n_classes, generator)
        net.load_state_dict(state)
        nets.append(net)
    return tuple(nets)


def surface_at(
    checkpoint: Checkpoint,
    dataset: Dataset,
    plane: str = "random",
    bn_stats: str = "batch",
    grid: int = GRID,
    samples: int = SAMPLES,
    between: Callable[[], None] = lambda: None,
) -> SurfaceRecord:
    """Measure the loss around all arms of a checkpoint on one plane, on the first training samples.

    Args:
        checkpoint: weights, statistics and paths of all arms.
        dataset: what they train on.
        plane: "random" (filter-normalized) or "pca" (of the paths).
        bn_stats: "batch" or "running".
        grid: points per axis.
        samples: training samples that the loss is averaged over.
        between: called between chunks of work; may raise to give up.

    Raises:
        InputError: unknown plane, statistics or a grid too small.
    """
    nets = rebuild(checkpoint, dataset)
    x, y = dataset.x_train[:samples].flatten(1), dataset.y_train[:samples]
    paths = [_weights(net, path) for net, path in zip(nets, checkpoint.paths, strict=True)]
    seed = checkpoint.configs[0].seed
    return surface_of_twins(
        nets,
        paths,
        x,
        y,
        plane=plane,
        bn_stats=bn_stats,
        grid=grid,
        seed=seed,
        step=checkpoint.step,
        between=between,
    )


def boundary_at(checkpoint: Checkpoint, dataset: Dataset) -> BoundaryRecord:
    """Return what all arms of a checkpoint answer over the plane that their data lie in."""
    low, high = float(dataset.x_train.min()), float(dataset.x_train.max())
    margin = _BOUNDARY_MARGIN * (high - low)
    side = (low - margin, high + margin)
    return decision_boundary(rebuild(checkpoint, dataset), side, step=checkpoint.step)


def _weights(net: nn.Module, path: WeightPath) -> Sequence[dict[str, Tensor]]:
    """Turn a path of flat vectors into weights by name, its start first."""
    shapes = [(name, p.shape) for name, p in net.named_parameters() if p.dim() > 1]
    rows = [path.start, *(path.start + moved.float() for moved in path.moved)]
    points = []
    for row in rows:
        parts = row.split([shape.numel() for _, shape in shapes])
        points.append({name: part.view(shape) for (name, shape), part in zip(shapes, parts, strict=True)})
    return points
