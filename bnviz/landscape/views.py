"""The position of each arm in its plane, and its path to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from bnviz.landscape.directions import Weights, current_weights, random_plane
from bnviz.landscape.plane import Coordinates, Displacement, Plane, path_plane

Track = Sequence[Weights]
"""An arm's finite checkpoints and, last, its current weights whatever they are."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One arm's share of the picture.

    Attributes:
        plane: the directions of its surface.
        here: plane coordinates of its current weights.
        path: (T, 2), coordinates of its checkpoints, the current weights last.
        captured: share of the path's squared length that lies in the plane; NaN where nothing moved.
    """

    plane: Plane
    here: tuple[float, float]
    path: Coordinates
    captured: float


def track_of(net: nn.Module, path: Sequence[Weights]) -> Track:
    """Return an arm's finite checkpoints and, last, its current weights whatever they are."""
    now = current_weights(net)
    track = [{name: w[name].detach().cpu().float() for name in now} for w in path]
    if track and all(torch.equal(track[-1][name], now[name]) for name in now):
        track.pop()
    return [weights for weights in track if _finite(weights)] + [now]


def random_view(track: Track, seed: int) -> View:
    """Return a random, filter-normalized plane through the current weights."""
    now = track[-1]
    plane = Plane(*random_plane(now, seed))
    if not _finite(now):
        return View(plane, (0.0, 0.0), np.full((len(track), 2), np.nan), float("nan"))
    coordinates, captured = plane.coordinates([Displacement(now, w) for w in track])
    return View(plane, (0.0, 0.0), coordinates, captured)


def pooled_views(tracks: list[Track], seed: int) -> list[View]:
    """Return every arm in the one plane of all arms' displacements from their start."""
    moves = [_moves(track) for track in tracks]
    plane = path_plane([move for arm in moves for move in arm], seed)
    return [_path_view(plane, arm, track) for arm, track in zip(moves, tracks, strict=True)]


def own_views(tracks: list[Track], seed: int) -> list[View]:
    """Return every arm in the plane of its own path."""
    return [pooled_views([track], seed)[0] for track in tracks]


def _moves(track: Track) -> Track:
    """Return the displacements from the start; a start that is not finite did not move."""
    if not _finite(track[0]):
        return [{name: torch.zeros_like(value) for name, value in track[0].items()}]
    return [Displacement(track[0], weights) for weights in track if _finite(weights)]


def _path_view(plane: Plane, moves: Track, track: Track) -> View:
    coordinates, captured = plane.coordinates(moves)
    here = coordinates[-1] if _finite(track[-1]) else np.zeros(2)
    return View(plane, (float(here[0]), float(here[1])), coordinates, captured)


def shapes(weights: Weights) -> tuple[tuple[str, torch.Size], ...]:
    """Return names and shapes: arms that agree in them can share a plane."""
    return tuple((name, value.shape) for name, value in weights.items())


def _finite(weights: Weights) -> bool:
    return all(bool(value.isfinite().all()) for value in weights.values())
