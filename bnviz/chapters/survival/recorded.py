"""The recorded survival maps, and the settings that they were made with."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

from bnviz.chapters.survival.request import DIGITS, POINTS, RELU, MapRequest
from bnviz.sweeps.result import SweepResult, load_sweep

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "recordings"
FILES = {DIGITS: "survival.json", RELU: "survival_relu.json", POINTS: "survival_points.json"}

RATES = "rates"
RATES_FILE = "survival_rates.json"
RATES_REQUEST = MapRequest(seeds=5, steps=1000, x="lr=0.125:32:9", y="init_scale=1:8:4")
"""The sweep of the lab's scene with best rates: the best learning rate of each arm was chosen by it."""


def recorded_map(net: str, folder: Path = FOLDER) -> SweepResult | None:
    """Return the recorded map of a network at its default settings, or None where there is none.

    Args:
        net: key of ``request.BASES``.
        folder: where the recordings are.
    """
    path = folder / FILES[net]
    return load_sweep(path) if path.is_file() else None


def recorded_rates(folder: Path = FOLDER) -> SweepResult | None:
    """Return the recorded sweep of ``RATES_REQUEST``, or None."""
    path = folder / RATES_FILE
    return load_sweep(path) if path.is_file() else None


def best_cell(found: SweepResult, arm: int) -> tuple[int, int]:
    """Return row and column at which the mean test accuracy over the seeds of an arm is highest; a tie goes first."""
    places = [(row, column) for row in range(len(found.sweep.y.values)) for column in range(len(found.sweep.x.values))]
    return max(places, key=lambda place: fmean(cell.accuracy for cell in found.at(arm, *place)))


def recorded_request(net: str) -> MapRequest:
    """Return the settings of the recorded map of a net."""
    return MapRequest(net=net)
