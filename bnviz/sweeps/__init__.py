"""Sweeps: two fields over a grid, every arm, several seeds; which nets live and which die."""

from bnviz.sweeps.engine import run_sweep
from bnviz.sweeps.grid import Axis, Cell, Sweep, parse_axis
from bnviz.sweeps.outcome import OUTCOMES, outcome_of
from bnviz.sweeps.result import CellResult, SweepResult, load_sweep, save_sweep
from bnviz.sweeps.work import read_work

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
    "read_work",
    "run_sweep",
    "save_sweep",
]
