"""The recorded survival maps, and the settings that they were made with."""

from __future__ import annotations

from pathlib import Path

from bnviz.chapters.survival.request import DIGITS, POINTS, RELU, MapRequest
from bnviz.sweeps.result import SweepResult, load_sweep

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "recordings"
FILES = {DIGITS: "survival.json", RELU: "survival_relu.json", POINTS: "survival_points.json"}


def recorded_map(net: str, folder: Path = FOLDER) -> SweepResult | None:
    """Return the recorded map of a network at its default settings, or None where there is none.

    Args:
        net: key of ``request.BASES``.
        folder: where the recordings are.
    """
    path = folder / FILES[net]
    return load_sweep(path) if path.is_file() else None


def recorded_request(net: str) -> MapRequest:
    """Return the settings of the recorded map of a net."""
    return MapRequest(net=net)
