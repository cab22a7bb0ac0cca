"""The description of a watched model: its layers as far as they have run, and what was seen of them."""

from __future__ import annotations

from functools import cache

from msgspec import UNSET
from torch import nn

from bnviz.config import ACTIVATIONS, Experiment, RunConfig
from bnviz.files.provenance import today, versions
from bnviz.telemetry.records import MAX_LAYERS, kept_units
from bnviz.telemetry.run_description import (
    ArmDescription,
    DatasetDescription,
    Provenance,
    RunDescription,
    WatchedModel,
    WatchedNorm,
)
from bnviz.telemetry.saturation import saturation_region
from bnviz.watching.coverage import Coverage
from bnviz.watching.frames import MAX_FRAME_LAYERS, FrameLayers

MAX_TEXT = 240
"""Longest name or reason in a description, so that thousands of layers fit; the beginning is cut."""

_NORMS = {
    "batch": "batch",
    "frozen": "batch",
    "instance": "instance",
    "layer": "layer",
    "rms": "layer",
    "group": "group",
}


def describe(model: nn.Module, coverage: Coverage, layers: FrameLayers) -> RunDescription:
    """Return the description; its experiment is only a placeholder, as ``watched`` tells."""
    names, widths = _layers(coverage, layers)
    functions = set(layers.functions.values()) - ({"identity"} if len(set(layers.functions.values())) > 1 else set())
    common = next(iter(functions)) if len(functions) == 1 and functions <= set(ACTIVATIONS) else None
    norm = _NORMS[coverage.norms[0][1]] if coverage.norms else "none"
    arm = ArmDescription(
        changes={},
        config={"activation": common or "mixed"},
        layers=tuple(names),
        units=tuple(int(unit) for unit in kept_units(max(widths))),
        width=max(widths),
        widths=tuple(widths),
        functions=tuple(layers.functions[name] for name in layers.names) or UNSET,
        normalized=layers.normalized or (not layers.names and bool(coverage.norms)),
        position=layers.position,
        saturation=None if common is None else saturation_region(common),
        weights_hash="",
    )
    parameter = next(model.parameters(), None)
    return RunDescription(
        watched=_watched(coverage),
        experiment=Experiment(RunConfig(), ((("norm", norm),),), "watched").to_dict(),
        arms=(arm,),
        edges=layers.edges,
        dataset=DatasetDescription(
            name="watched", n_train=0, n_test=0, classes=(), source="your own loop", is_plane=False, points=None
        ),
        chance=0.0,
        max_steps=0,
        provenance=Provenance(today(), None, dict(_versions()), "cpu" if parameter is None else str(parameter.device)),
    )


@cache
def _versions() -> dict[str, str]:
    """Read the versions once: it takes as long as some steps of a small net."""
    return dict(versions())


def _layers(coverage: Coverage, layers: FrameLayers) -> tuple[list[str], list[int]]:
    """Return names and widths of the layers of a frame; before the first frame, of the normalization layers."""
    if layers.names:
        return [_cut(name) for name in layers.names], layers.widths
    norms = coverage.norms[:MAX_FRAME_LAYERS]
    if norms:
        return [_cut(name) for name, *_ in norms], [max(1, channels) for _, _, channels, _ in norms]
    return [_cut(coverage.model)], [1]


def _watched(coverage: Coverage) -> WatchedModel:
    norms = tuple(
        WatchedNorm(_cut(name), kind, channels)  # type: ignore[arg-type]  # a Kind
        for name, kind, channels, _ in coverage.norms
    )
    missed = tuple((_cut(name), _cut(why)) for name, why in list(coverage.missed.items())[:MAX_LAYERS])
    return WatchedModel(_cut(coverage.model), norms, missed, tuple(_cut(note) for note in coverage.notes[:20]))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else "…" + text[-MAX_TEXT + 1 :]
