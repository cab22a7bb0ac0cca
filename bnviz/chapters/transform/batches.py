"""Small batches of numbers to normalize: drawn, checked, and written into an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.config.numbers import number

SAMPLES = (3, 32)
FEATURES = (2, 8)
LARGEST = 1e4
"""Largest magnitude of a number that a reader may type."""

_SCALES = np.array([1.0, 6.0, 0.5, 2.0, 10.0, 0.2, 3.0, 1.5])
_SHIFTS = np.array([2.0, -10.0, 0.0, 5.0, 40.0, 1.0, -3.0, -1.0])
_LONGEST = 4096


def _tiny(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.integers(-3, 4, shape).astype(np.float64)


def _bimodal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.choice([-1.5, 1.5], shape) + 0.4 * rng.standard_normal(shape)


def _skewed(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.exponential(1.0, shape)


def _heavy(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.standard_t(5, shape)


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.standard_normal(shape)


DISTRIBUTIONS: Mapping[str, Callable[[np.random.Generator, tuple[int, ...]], Floats]] = {
    "bimodal": _bimodal,
    "skewed": _skewed,
    "heavy": _heavy,
    "normal": _normal,
}
"""Two bumps at -1.5 and 1.5; exponential; Student's t with 5 degrees of freedom; standard normal."""

PRESETS: Mapping[str, tuple[int, int]] = {"tiny": (3, 2), "bimodal": (16, 4), "skewed": (16, 4), "heavy": (16, 4)}
"""Batches by name, with their usual numbers of samples and features."""


def draw_batch(preset: str, n_samples: int, n_features: int, seed: int) -> Floats:
    """Return a batch (m, D) whose features differ in scale and shift, rounded to two decimals.

    Args:
        preset: a name of ``PRESETS``; "tiny" has whole numbers only.
        n_samples: m, 3 to 32.
        n_features: D, 2 to 8.
        seed: of the draw; the same seed gives the same numbers.

    Raises:
        InputError: an unknown preset or a size out of bounds.
    """
    if preset not in PRESETS:
        raise InputError(f"unknown batch {preset!r:.80}; known are {', '.join(PRESETS)}")
    _check_size(n_samples, n_features)
    rng = np.random.default_rng(seed)
    draw = _tiny if preset == "tiny" else DISTRIBUTIONS[preset]
    values = draw(rng, (n_samples, n_features))
    scales = np.ceil(_SCALES) if preset == "tiny" else _SCALES
    return np.asarray(np.round(scales[:n_features] * values + _SHIFTS[:n_features], 2) + 0.0)  # no -0


def check_batch(values: npt.ArrayLike) -> Floats:
    """Return a batch (m, D) as numbers; raises InputError when a cell is empty, huge, or the size is off."""
    batch = np.asarray(values, np.float64)
    if batch.ndim != 2:
        raise InputError(f"a batch has rows and columns, got {batch.ndim} dimension(s)")
    _check_size(*batch.shape)
    return _check_numbers(batch)


def check_affine(values: npt.ArrayLike, n_features: int) -> Floats:
    """Return gamma and beta (2, D) as numbers; raises InputError when one is missing or huge."""
    rows = np.asarray(values, np.float64)
    if rows.shape != (2, n_features):
        raise InputError(f"a gamma and a beta for each of {n_features} features are needed, got {rows.shape}")
    return _check_numbers(rows)


def batch_to_text(batch: Floats) -> str:
    """Write a batch for an address: commas between features, underscores between samples."""
    return "_".join(",".join(f"{value:.6g}" for value in row) for row in batch)


def batch_from_text(text: str, shape: tuple[int, int]) -> Floats:
    """Read a batch that ``batch_to_text`` wrote. An address may come from anyone, so it is checked.

    Args:
        text: rows of numbers.
        shape: what the batch must be, (m, D).

    Raises:
        InputError: too long, not numbers, or another shape.
    """
    if len(text) > _LONGEST:
        raise InputError(f"the batch in this link is longer than {_LONGEST} characters")
    try:
        rows = [[number(cell) for cell in row.split(",")] for row in text.split("_")]
    except ValueError:
        raise InputError("the batch in this link has something that is not a number") from None
    if len(rows) != shape[0] or {len(row) for row in rows} != {shape[1]}:
        raise InputError(f"the batch in this link is not {shape[0]} x {shape[1]}")
    return _check_numbers(np.array(rows))


def _check_size(n_samples: int, n_features: int) -> None:
    if not (SAMPLES[0] <= n_samples <= SAMPLES[1] and FEATURES[0] <= n_features <= FEATURES[1]):
        accepted = f"{SAMPLES[0]} x {FEATURES[0]} to {SAMPLES[1]} x {FEATURES[1]}"
        raise InputError(f"a batch here has {accepted} numbers, got {n_samples} x {n_features}")


def _check_numbers(values: Floats) -> Floats:
    if not np.isfinite(values).all():
        raise InputError("every cell needs a number; one is empty or infinite")
    if np.abs(values).max() > LARGEST:
        raise InputError(f"numbers from {-LARGEST:g} to {LARGEST:g} are accepted, got {np.abs(values).max():g}")
    return values
