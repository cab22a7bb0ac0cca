"""The plane that holds most of an optimization path, and paths in plane coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from bnviz.landscape.directions import Weights

Coordinates = npt.NDArray[np.float64]

_NO_MOTION = 1e-6
"""Share of the variance below which a principal component counts as none: float32 products carry no more."""

_TRIES = 8


class Displacement(Mapping[str, Tensor]):
    """Weights minus other weights, taken when asked for: a whole path of them would double its memory."""

    def __init__(self, start: Weights, end: Weights) -> None:
        self._start, self._end = start, end

    def __getitem__(self, name: str) -> Tensor:
        return self._end[name] - self._start[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._end)

    def __len__(self) -> int:
        return len(self._end)


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Two directions in weight space, of any length and angle."""

    first: dict[str, Tensor]
    second: dict[str, Tensor]

    def coordinates(self, moves: Sequence[Weights]) -> tuple[Coordinates, float]:
        """Return each move's coordinates (T, 2) in the plane, and the share of their squared length kept.

        Args:
            moves: T displacements in weight space. The fit is least squares; the share is 0..1, NaN when
                nothing moved.
        """
        if not moves:
            return np.zeros((0, 2)), float("nan")
        basis = [self.first, self.second]
        gram, mixed = products(basis, basis), products(moves, basis)
        coordinates = mixed @ np.linalg.pinv(gram, hermitian=True)
        total = sum(_square(move) for move in moves)
        kept = float((coordinates * mixed).sum())
        return coordinates, min(1.0, kept / total) if total > 0 else float("nan")


def products(left: Sequence[Weights], right: Sequence[Weights]) -> Coordinates:
    """Return all inner products (len(left), len(right)), summed over parameters in float64."""
    total = np.zeros((len(left), len(right)))
    for name in left[0]:
        rows = torch.stack([w[name].flatten() for w in left])
        columns = rows if left is right else torch.stack([w[name].flatten() for w in right])
        product = rows @ columns.T
        if not product.isfinite().all():  # weights of an arm that diverges: their squares are beyond float32
            product = rows.double() @ columns.double().T
        total += product.double().numpy()
    return total


def path_plane(moves: Sequence[Weights], seed: int) -> Plane:
    """Return the plane of the top two principal components of displacements from the start.

    The variance is about the start, not about the mean, so that the plane goes through the start. The
    components come from the T x T matrix of inner products, never from the P x P covariance. Where the path
    has fewer than two dimensions, a random direction takes the missing component's place.

    Args:
        moves: T displacements theta_t - theta_0, same names and shapes, all finite.
        seed: of the random direction.
    """
    gram = products(moves, moves)
    values, vectors = np.linalg.eigh(gram)
    directions: list[dict[str, Tensor]] = []
    for value, vector in list(zip(values, vectors.T, strict=True))[:-3:-1]:
        if value <= _NO_MOTION * max(values[-1], 1e-30):
            break
        sign = 1.0 if (gram @ vector).sum() >= 0 else -1.0  # eigenvectors have none; pick the path's side
        directions.append(_combine(moves, sign * vector / np.sqrt(value)))
    generator = torch.Generator().manual_seed(seed)
    while len(directions) < 2:
        directions.append(_random_unit(moves[0], directions, generator))
    return Plane(*directions)


def _combine(moves: Sequence[Weights], factors: Coordinates) -> dict[str, Tensor]:
    total = {name: torch.zeros_like(value) for name, value in moves[0].items()}
    for move, factor in zip(moves, factors.tolist(), strict=True):
        for name, value in total.items():
            value.add_(move[name], alpha=factor)
    return total


def _random_unit(like: Weights, others: Sequence[Weights], generator: torch.Generator) -> dict[str, Tensor]:
    """Return a random direction of length 1, orthogonal to the others; zeros when there is none."""
    for _ in range(_TRIES):
        draw = {name: torch.randn(weight.shape, generator=generator) for name, weight in like.items()}
        drawn = _square(draw)
        for other in others:
            along = float(products([draw], [other])[0, 0])
            draw = {name: value - along * other[name] for name, value in draw.items()}
        left = _square(draw)
        if left > 1e-6 * drawn:  # else the draw was one of the others
            return {name: value / left**0.5 for name, value in draw.items()}
    return {name: torch.zeros_like(value) for name, value in like.items()}  # a net of one weight has no other


def _square(move: Weights) -> float:
    return sum(float(value.double().square().sum()) for value in move.values())
