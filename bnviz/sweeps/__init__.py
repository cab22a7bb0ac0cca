"""Sweeps: two fields over a grid, every arm, several seeds; which nets train and which fail."""

from bnviz.sweeps.engine import run_sweep
from bnviz.sweeps.grid import Axis, Cell, Sweep, parse_axis
from bnviz.sweeps.outcome import OUTCOMES, outcome_of
from bnviz.sweeps.progress_file import read_progress
from bnviz.sweeps.result import CellResult, SweepResult, load_sweep, save_sweep

__all__ = [
    "OUTCOMES",
    "Axis",
    "Cell",
    "CellResult",
    "Sweep",
    "SweepResult",
    "load_sweep",
    "outcome_of",
    "parse_axis",
    "read_progress",
    "run_sweep",
    "save_sweep",
]
