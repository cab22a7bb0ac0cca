"""Clouds on a plane, by the chapter on whitening and numpy."""

from __future__ import annotations

import math

import numpy as np
from golden_case import Case, draws, tensor
from oracle_symmetric import MATRICES, eigen, inverse_root_case

from bnviz.array_types import Floats
from bnviz.chapters.whitening.whiten import correlated_batch, covariance, per_feature, zca


def cases() -> list[Case]:
    """Return correlated clouds, one of them far from 0, and the ellipses of covariances."""
    clouds = [correlated_batch(12, 2, 0.8, 0), correlated_batch(9, 2, -0.5, 1) - 30, draws(6).normal(0, 1, (4, 2))]
    found = []
    for cloud in clouds:
        found += [
            Case("mean", [cloud], cloud.mean(0)),
            Case("covariance", [cloud], covariance(cloud)),
            Case("standardize", [cloud], per_feature(tensor(cloud))),
            Case("zca", [cloud], zca(tensor(cloud))),
            Case("zca", [cloud, 0.1], zca(tensor(cloud), 0.1)),
            Case("standardize", [cloud, 0.1], per_feature(tensor(cloud), 0.1)),
            Case("pca", [cloud], _pca(cloud, 1e-5)),
            Case("pca", [cloud, 0.1], _pca(cloud, 0.1)),
        ]
    return [
        *found,
        *(_ellipse(matrix, deviations) for matrix in MATRICES for deviations in (1, 2)),
        inverse_root_case(MATRICES[0]),
    ]


def _pca(cloud: Floats, eps: float) -> Floats:
    found = eigen(covariance(cloud) + eps * np.eye(2))
    return np.asarray((cloud - cloud.mean(0)) @ found["vectors"].T / np.sqrt(found["values"]))


def _ellipse(matrix: list[list[float]], deviations: int) -> Case:
    found = eigen(matrix)
    major, minor = (deviations * math.sqrt(value) for value in found["values"])
    return Case("ellipse", [matrix, deviations], {"major": major, "minor": minor, "angle": found["angle"]})
