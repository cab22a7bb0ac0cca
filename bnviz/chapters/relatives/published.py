"""Published errors of batch and group normalization over the batch size.

Source: Wu & He 2018 (arXiv 1803.08494).
"""

from __future__ import annotations

from collections.abc import Mapping

SIZES = (32, 16, 8, 4, 2)
"""Images per GPU, on eight GPUs; the statistics of BN are those of one GPU."""

ERRORS: Mapping[str, tuple[float, ...]] = {
    "batch": (23.6, 23.7, 24.8, 27.3, 34.7),
    "group": (24.1, 24.2, 24.0, 24.2, 24.1),
}
"""Validation error in %, in the order of ``SIZES``."""

ERRORS_AT_32: Mapping[str, float] = {"layer": 25.3, "instance": 28.4}
"""Validation error in % at 32 images per GPU."""
