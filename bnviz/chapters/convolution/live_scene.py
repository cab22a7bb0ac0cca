"""VGG11 and ResNet-20 as experiments of the live view, and their recordings."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bnviz.config import PRESETS, Changes, Experiment, InputError, Value
from bnviz.telemetry import recording
from bnviz.telemetry.history import History

NETS = tuple(name for name in ("vgg11", "resnet20") if name in PRESETS)
COMPARED = {"vgg11": ("bn",), "resnet20": ("bn", "skip", "skip_plain")}
"""What the arms of each network may differ in: BN, skips with BN, or skips without BN."""

RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
WIDTHS = (4, 8, 16, 32)
STEPS = {"vgg11": 600, "resnet20": 300}
"""Number of steps of the recordings."""
FOLDER = Path(__file__).resolve().parents[3] / "assets" / "recordings"
RECORDED_ON = "file:cifar10-12k.npz"
"""The data set of the recordings; it is not part of the app."""

_BN: tuple[Changes, ...] = ((("norm", "none"),), (("norm", "batch"),))
_SKIP: tuple[Changes, ...] = ((("skip", False),), (("skip", True),))


def live_experiment(net: str, compared: str, **fields: Value) -> Experiment:
    """Return the experiment that compares two versions of a network.

    Args:
        net: "vgg11" or "resnet20".
        compared: "bn", or for resnet20 "skip" (with BN) or "skip_plain" (without).
        fields: changes to the scene of the network: dataset, lr, width.

    Raises:
        InputError: the network has no such comparison.
    """
    if compared not in COMPARED.get(net, ()):
        known = "; ".join(f"{name}: {', '.join(COMPARED[name])}" for name in NETS)
        raise InputError(f"known comparisons are {known}; got {net} {compared}")
    base = PRESETS[net].with_fields(**fields)
    if compared == "bn":
        return Experiment(base, _BN, net)
    return Experiment(base.with_fields(norm="none" if compared == "skip_plain" else "batch"), _SKIP, net)


@lru_cache(maxsize=2)
def recorded_twins(net: str) -> History | None:
    """Return the recording of a network's twins, or None where there is none."""
    file = FOLDER / f"{net}.npz"
    return recording.load(file) if file.is_file() else None


def recording_for(net: str, experiment: Experiment) -> History | None:
    """Return the recording of the same experiment on other data, or None."""
    found = recorded_twins(net)
    if found is None or found.experiment.arms != experiment.arms:
        return None
    same = replace(found.experiment.base, dataset=experiment.base.dataset) == experiment.base
    return found if same else None
