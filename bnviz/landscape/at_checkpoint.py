"""Loss surfaces and decision boundaries of a run's checkpoint, computed beside the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from bnviz.data import Dataset
from bnviz.landscape import surface_of_twins
from bnviz.landscape.boundary import decision_boundary
from bnviz.nets import build_net
from bnviz.telemetry.records import BoundaryRecord, SurfaceRecord
from bnviz.training.permits import CorePermits
from bnviz.training.state import Checkpoint
from bnviz.training.trajectory import WeightPath, weights_of

GRID, COARSE_GRID = 25, 13
"""Points per axis; where a class waits for surfaces, every second one of them, which takes a quarter of the time."""

SAMPLES = 500
"""Training images that a live surface is measured on, always the same ones."""

LARGE_SAMPLES = 64
"""Training images for nets other than an mlp, where every point costs a forward pass: as many as a batch."""

LARGE_GRIDS = (11, 9, 7)
"""Points per axis of such a net, the first that the budget allows, else the last."""

BUDGET = 2.5e11
"""Multiplications that such a surface may cost in all arms: some 6 s on one core of 2024."""

BOUNDARY_GRID = 60
"""Points per axis of a decision boundary."""

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
    grid: int | None = None,
    n_samples: int | None = None,
    on_chunk: Callable[[], None] = lambda: None,
    permits: CorePermits | None = None,
    is_coarse: bool = False,
) -> SurfaceRecord:
    """Measure the loss around all arms of a checkpoint on one plane, on the first training samples.

    Args:
        checkpoint: weights, statistics and paths of all arms.
        dataset: the data that they train on.
        plane: "random" (filter-normalized) or "pca" (of the paths).
        bn_stats: "batch" or "running".
        grid: points per axis; by default GRID, of nets other than an mlp as many as BUDGET allows.
        n_samples: training samples that the loss is averaged over; by default SAMPLES or LARGE_SAMPLES.
        on_chunk: called between chunks of work; may raise to give up.
        permits: cores that may help, as in ``evaluate_plane``.
        is_coarse: whether an mlp gets COARSE_GRID by default.

    Raises:
        InputError: unknown plane, statistics or a grid too small.
    """
    nets = rebuild(checkpoint, dataset)
    large = checkpoint.configs[0].net != "mlp"
    n_samples = n_samples or (LARGE_SAMPLES if large else SAMPLES)
    x, y = dataset.x_train[:n_samples].flatten(1), dataset.y_train[:n_samples]
    paths = [_weights(net, path) for net, path in zip(nets, checkpoint.paths, strict=True)]
    seed = checkpoint.configs[0].seed
    if grid is None:
        grid = _affordable(nets, x) if large else COARSE_GRID if is_coarse else GRID
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
        on_chunk=on_chunk,
        permits=permits,
    )


def _affordable(nets: Sequence[nn.Module], x: Tensor) -> int:
    """Return how many points per axis cost no more than the budget; the same on every machine."""
    point = len(x) * sum(multiplications(net, x[:1]) for net in nets)
    return next((grid for grid in LARGE_GRIDS if grid * grid * point <= BUDGET), LARGE_GRIDS[-1])


def multiplications(net: nn.Module, x: Tensor) -> int:
    """Return the multiplications of one forward pass in its linear layers and convolutions."""
    counts: list[int] = []

    def count(module: nn.Module, _args: object, output: Tensor) -> None:
        weight = module.weight
        assert isinstance(weight, Tensor)  # both kinds have one
        places = output.numel() // weight.shape[0]  # of all samples
        counts.append(places * weight.numel())

    layers = [module for module in net.modules() if isinstance(module, (nn.Linear, nn.Conv2d))]
    handles = [layer.register_forward_hook(count) for layer in layers]
    was_training = net.training
    try:
        with torch.no_grad():
            net.eval()(x)
    finally:
        net.train(was_training)
        for handle in handles:
            handle.remove()
    return sum(counts)


def boundary_at(checkpoint: Checkpoint, dataset: Dataset, grid: int = BOUNDARY_GRID) -> BoundaryRecord:
    """Return what all arms of a checkpoint answer over the plane that their data lie in."""
    low, high = float(dataset.x_train.min()), float(dataset.x_train.max())
    margin = _BOUNDARY_MARGIN * (high - low)
    side = (low - margin, high + margin)
    return decision_boundary(rebuild(checkpoint, dataset), side, grid, step=checkpoint.step)


def _weights(net: nn.Module, path: WeightPath) -> Sequence[dict[str, Tensor]]:
    """Turn a path of flat vectors into weights by name, its start first."""
    shapes = [(name, weight.shape) for name, weight in weights_of(net).items()]
    rows = [path.start, *(path.start + moved.float() for moved in path.displacement)]
    points = []
    for row in rows:
        parts = row.split([shape.numel() for _, shape in shapes])
        points.append({name: part.view(shape) for (name, shape), part in zip(shapes, parts, strict=True)})
    return points
