"""Frames of a watched model: the layers that ran in one step, in the order in which layers were first seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from bnviz.telemetry.observation import Observation
from bnviz.telemetry.recorder import edges_for, subsample
from bnviz.telemetry.records import ArmRecord, Array, Frame, blank_record, kept_units
from bnviz.telemetry.reduce import reduce_observations
from bnviz.telemetry.run_description import Edges
from bnviz.watching.flow import Event
from bnviz.watching.layers import SeenLayer

MAX_FRAME_LAYERS = 256
"""Most layers of a frame, so that a history of frames stays below the limits of a recording: 2,000 layers of 100
channels would be 3 MB per frame. Norm records hold all layers."""


class FrameLayers:
    """The layers that frames have; new ones are added where they ran, and frames that lack one have a blank row."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.left_out = 0
        self._widths: dict[str, int] = {}
        self.edges = Edges()
        self.functions: dict[str, str] = {}
        self.position = "before"
        self.normalized = False

    @property
    def widths(self) -> list[int]:
        """Number of channels of each layer."""
        return [self._widths[name] for name in self.names]

    @property
    def n_units(self) -> int:
        """Number of channels of the widest layer whose percentiles are kept."""
        return len(kept_units(max(self.widths)))

    def add(self, layers: Sequence[SeenLayer]) -> list[int] | None:
        """Add layers that were not seen before.

        Returns:
            For each layer its former index, -1 for a new one; None if there is no new one.
        """
        former = {name: index for index, name in enumerate(self.names)}
        new = [layer for layer in layers if layer.name not in former]
        room = max(0, MAX_FRAME_LAYERS - len(former))
        if not new or (not room and former):
            self.left_out = max(self.left_out, len(new))
            return None
        chosen = np.unique(np.linspace(0, len(new) - 1, min(len(new), room)).round().astype(int))
        self.left_out = len(new) - len(chosen)
        added = {new[index].name for index in chosen}
        if not former:
            names = [layer.observation.activation_name for layer in layers if layer.name in added]
            self.edges = edges_for(names)
            self.position = "after" if layers[0].observation.norm_after_activation else "before"
        place = 0
        for layer in layers:
            if layer.name in former or layer.name in added:
                self._describe(layer)
                if layer.name in added:
                    self.names.insert(place, layer.name)
                place = self.names.index(layer.name) + 1
        return [former.get(name, -1) for name in self.names]

    def _describe(self, layer: SeenLayer) -> None:
        self._widths[layer.name] = layer.width
        self.functions[layer.name] = layer.observation.activation_name
        self.normalized |= layer.observation.norm is not None

    def record(
        self,
        layers: Sequence[SeenLayer],
        head: Event | None,
        gradients: Sequence[float],
        scalars: Sequence[float],
        is_updated: bool,
    ) -> ArmRecord:
        """Reduce the layers of one pass.

        Args:
            layers: those that ran.
            head: the last linear layer.
            gradients: norm per layer's weight, the head's last.
            scalars: in the order of SCALARS.
            is_updated: whether the optimizer has stepped since.
        """
        wanted = set(self.names)
        present = [(k, layer) for k, layer in enumerate(layers) if layer.name in wanted and self._fits(layer)]
        changes = [_change(linear if is_updated else None) for linear in (*(x.linear for _, x in present), head)]
        observation = Observation(
            layers=tuple(layer.observation for _, layer in present),
            grad_norm=torch.tensor([*(gradients[k] for k, _ in present), gradients[-1]], dtype=torch.float32),
            weights_before=torch.cat([before for before, _ in changes]),
            weight_updates=torch.cat([update for _, update in changes]),
            weight_counts=tuple(len(before) for before, _ in changes),
            edges=self.edges,
            units=self.n_units,
            scalars=tuple(scalars),
        )
        record = reduce_observations([observation])[0]
        index = {name: k for k, name in enumerate(self.names)}
        return spread(record, [index[layer.name] for _, layer in present], len(self.names), self.n_units)

    def _fits(self, layer: SeenLayer) -> bool:
        return self._widths[layer.name] == layer.width


def _change(linear: Event | None) -> tuple[Tensor, Tensor]:
    """Return samples of a weight before its update and of the update; zeros, whose ratio is NaN, where unknown."""
    if linear is None or linear.weight is None or linear.weight_before is None:
        return torch.zeros(2), torch.zeros(2)
    before = linear.weight_before
    return before.float(), (subsample(linear.weight) - before).float()


def rewritten(frame: Frame, former: Sequence[int], n_units: int) -> Frame:
    """Return a frame with rows for layers that were added later.

    Args:
        frame: of one arm.
        former: for each layer of the new frame its index in the old one, -1 for an added one.
        n_units: number of channels of the widest layer whose percentiles are kept.
    """
    rows = {old: new for new, old in enumerate(former) if old >= 0}
    return Frame(frame.step, (spread(frame.arms[0], [rows[old] for old in sorted(rows)], len(former), n_units),))


def spread(record: ArmRecord, rows: Sequence[int], layers: int, n_units: int) -> ArmRecord:
    """Return a record of more layers: row i of the given one is row ``rows[i]``, all others are blank."""
    wide = blank_record(layers, n_units)
    target = np.asarray(rows, np.intp)
    with_head = np.append(target, layers)
    units = min(n_units, record.unit_percentiles.shape[1])
    parts: dict[str, Array] = {}
    for field in fields(ArmRecord):
        values, given = np.array(getattr(wide, field.name)), getattr(record, field.name)
        if field.name == "scalars":
            values = given
        elif field.name == "unit_percentiles":
            values[target, :units] = given[:, :units]
        else:
            values[with_head if field.name in ("grad_norm", "update_to_data_ratio") else target] = given
        parts[field.name] = values
    return ArmRecord(**parts)
