"""Symmetric matrices of size 2, by numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from golden_case import Case

MATRICES = (
    [[2.0, 0.7], [0.7, 1.0]],
    [[1.0, -0.9], [-0.9, 3.0]],
    [[5.0, 0.0], [0.0, 0.01]],
    [[0.2, 0.0], [0.0, 4.0]],
    [[3.0, 0.0], [0.0, 3.0]],
    [[100.0, 9.9], [9.9, 1.0]],
    [[1e8, 0.0], [0.0, 1e-3]],
)


def eigen(matrix: Any) -> dict[str, Any]:
    """Return the eigenvalues, the larger first, and vectors of the browser's orientation."""
    values, vectors = np.linalg.eigh(np.asarray(matrix))
    first = np.array([1.0, 0.0]) if values[0] == values[1] else vectors[:, 1]
    if first[0] < 0 or (first[0] == 0 and first[1] < 0):
        first = -first
    second = np.array([-first[1], first[0]])
    return {"values": values[::-1], "vectors": np.stack([first, second]), "angle": math.atan2(first[1], first[0])}


def inverse_root_case(matrix: Any) -> Case:
    """Return M^(-1/2), by numpy's eigenvectors."""
    values, vectors = np.linalg.eigh(np.asarray(matrix))
    return Case("inverseSquareRoot", [matrix], vectors / np.sqrt(values) @ vectors.T)


def cases() -> list[Case]:
    """Return full, diagonal, round and nearly flat matrices, and one that is not positive."""
    return [
        *(Case("eigen", [matrix], eigen(matrix)) for matrix in (*MATRICES, [[-2.0, 0.5], [0.5, -1.0]])),
        *(inverse_root_case(matrix) for matrix in MATRICES),
    ]
