"""The example that the page shows before a file is opened: one sick net, recorded, diagnosed and saved."""

from __future__ import annotations

from pathlib import Path

from bnviz.chapters.own_network.report_strip import read_report
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.diagnosis.inspection import Inspection, inspect_checkpoint
from bnviz.telemetry import recording
from bnviz.telemetry.history import History

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "own_network"
RECORDING, REPORT, CHECKPOINT = FOLDER / "run.npz", FOLDER / "report.json", FOLDER / "model.pt"


def example_recording() -> History:
    """Load the recording of the net's training."""
    return recording.load(RECORDING)


def example_report() -> Diagnosis:
    """Load the report about the trained net."""
    return read_report(REPORT.name, REPORT.read_bytes())


def example_inspection() -> Inspection:
    """Inspect the checkpoint of the trained net."""
    return inspect_checkpoint(CHECKPOINT)
