"""bnviz: Batch Normalization, measured.

The public functions are imported when they are first used, so that ``import bnviz`` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bnviz.api.train import train
    from bnviz.config import Experiment, InputError, RunConfig
    from bnviz.diagnosis.compare import compare
    from bnviz.diagnosis.diagnose import diagnose
    from bnviz.diagnosis.inspection import inspect_checkpoint
    from bnviz.diagnosis.recalibrate import recalibrate
    from bnviz.landscape import loss_surface
    from bnviz.notebook.show import show
    from bnviz.standalone.export import export
    from bnviz.telemetry.history import History
    from bnviz.telemetry.recording import load, save
    from bnviz.watching.watch import watch

__version__ = "0.1.0"

_HOMES = {
    "Experiment": "bnviz.config",
    "History": "bnviz.telemetry.history",
    "InputError": "bnviz.config",
    "RunConfig": "bnviz.config",
    "compare": "bnviz.diagnosis.compare",
    "inspect_checkpoint": "bnviz.diagnosis.inspection",
    "diagnose": "bnviz.diagnosis.diagnose",
    "export": "bnviz.standalone.export",
    "load": "bnviz.telemetry.recording",
    "loss_surface": "bnviz.landscape",
    "recalibrate": "bnviz.diagnosis.recalibrate",
    "save": "bnviz.telemetry.recording",
    "show": "bnviz.notebook.show",
    "train": "bnviz.api.train",
    "watch": "bnviz.watching.watch",
}

__all__ = [
    "Experiment",
    "History",
    "InputError",
    "RunConfig",
    "compare",
    "diagnose",
    "export",
    "figures",
    "inspect_checkpoint",
    "load",
    "loss_surface",
    "recalibrate",
    "save",
    "show",
    "train",
    "watch",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the home holds
    if name == "figures":
        return import_module("bnviz.figures")
    if name not in _HOMES:
        raise AttributeError(f"module 'bnviz' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
