"""VGG11 and ResNet-20 as experiments of the live view, and the recordings that stand in for them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bnviz.config import PRESETS, Changes, Experiment, InputError, Value
from bnviz.telemetry import recording
from bnviz.telemetry.history import History

NETS = tuple(name for name in ("vgg11", "resnet20") if name in PRESETS)
COMPARED = {"vgg11": ("bn",), "resnet20": ("bn", "skip", "skip_plain")}
"""Per net what its arms may differ in; without BN, or with it, skips can be left out."""

RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
WIDTHS = (4, 8, 16, 32)
STEPS = {"vgg11": 600, "resnet20": 300}
"""Of the recordings."""
FOLDER = Path(__file__).resolve().parents[3] / "assets" / "recordings"
RECORDED_ON = "file:cifar10-12k.npz"
"""The sample that the recordings were made on; it does not come with the app."""

_BN: tuple[Changes, ...] = ((("norm", "none"),), (("norm", "batch"),))
_SKIP: tuple[Changes, ...] = ((("skip", False),), (("skip", True),))


def live_experiment(net: str, compared: str, **fields: Value) -> Experiment:
    """Return the twins of a net.

    Args:
        net: "vgg11" or "resnet20".
        compared: "bn", or for resnet20 "skip" (with BN) or "skip_plain" (without).
        fields: what differs from the net's scene: dataset, lr, width.

    Raises:
        InputError: the net has no such comparison.
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
    """Load the recording of a net's twins; None where there is none."""
    file = FOLDER / f"{net}.npz"
    return recording.load(file) if file.is_file() else None


def stands_in(net: str, experiment: Experiment) -> History | None:
    """Return the recording of the same twins on other data, or None."""
    found = recorded_twins(net)
    if found is None or found.experiment.arms != experiment.arms:
        return None
    same = replace(found.experiment.base, dataset=experiment.base.dataset) == experiment.base
    return found if same else None
