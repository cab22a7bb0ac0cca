"""What each normalization layer did at each observed call: one row per call, numbers only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bnviz.telemetry.records import PARAMETERS, QUANTILES, Array

PHASES = ("training", "evaluation", "no_grad")
"""What a call belongs to: a forward pass in training mode, one of a model in evaluation mode, or one in training
mode without gradients. The model's mode decides, the layer's own mode is ``training``."""

N_WORST = 4
"""Channels that are kept by number: those whose batch fits the running statistics worst."""

MAX_ROWS = 60_000
"""Most rows that a history keeps and a file may hold, about 17 MB; beyond them every second step is dropped."""

_Q, _W = (len(QUANTILES),), (N_WORST,)
NORM_FIELDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "step": ("u4", ()),
    "norm": ("u4", ()),
    "call": ("u4", ()),
    "calls": ("u4", ()),
    "phase": ("u1", ()),
    "training": ("u1", ()),
    "uses_batch": ("u1", ()),
    "m": ("u4", ()),
    "momentum": ("f4", ()),
    "batches_tracked": ("i8", ()),
    "not_finite": ("u4", ()),
    "batch_not_finite": ("u4", ()),
    "constant": ("u4", ()),
    "running_constant": ("u4", ()),
    "zero_gamma": ("u4", ()),
    "z": ("f4", _Q),
    "ratio": ("f4", _Q),
    "worst_z_channels": ("i4", _W),
    "worst_z": ("f4", _W),
    "worst_ratio_channels": ("i4", _W),
    "worst_ratio": ("f4", _W),
    "parameters": ("f4", (len(PARAMETERS), len(QUANTILES))),
    "grad_gamma": ("f4", ()),
    "grad_beta": ("f4", ()),
}
"""Type and shape of one row of each column, in recordings as in memory."""


@dataclass(frozen=True, slots=True, eq=False)
class NormRecords:
    """A table with one row per observed call of a normalization layer. Missing numbers are NaN.

    Attributes:
        step: the step of the call.
        norm: index of the layer in ``RunDescription.watched.norms``.
        call: which call of the layer within its step and phase, from 0.
        calls: how often the layer was called in this step and phase, as far as it was observed.
        phase: index in PHASES.
        training: whether the layer itself was in training mode.
        uses_batch: whether it normalized with the statistics of its input rather than with the running ones.
        m: number of values that one mean is taken over.
        momentum: of the running statistics; NaN where there are none, or where they are a cumulative average.
        batches_tracked: ``num_batches_tracked`` after the call; -1 where the layer does not count.
        not_finite: channels whose gamma, beta or running statistics (after the call) are not finite.
        batch_not_finite: channels whose batch mean or variance is not finite.
        constant: channels whose batch variance is about 0.
        running_constant: channels whose running variance (after the call) is about 0.
        zero_gamma: channels whose gamma is about 0.
        z: quantiles QUANTILES over channels of z = (batch mean - running mean) / sqrt(running variance + eps), with
            the running statistics as they were before the call.
        ratio: quantiles over channels of (batch variance + eps) / (running variance + eps), the batch variance
            unbiased as the running one is.
        worst_z_channels: the channels of the largest absolute z, the largest first; -1 where there are fewer.
        worst_z: their z.
        worst_ratio_channels: the channels whose ratio is farthest from 1, as a factor; -1 where there are fewer.
        worst_ratio: their ratio.
        parameters: quantiles over channels of each of ``records.PARAMETERS``; the running ones before the call.
        grad_gamma: norm of the gradient of gamma.
        grad_beta: norm of the gradient of beta.
    """

    step: Array
    norm: Array
    call: Array
    calls: Array
    phase: Array
    training: Array
    uses_batch: Array
    m: Array
    momentum: Array
    batches_tracked: Array
    not_finite: Array
    batch_not_finite: Array
    constant: Array
    running_constant: Array
    zero_gamma: Array
    z: Array
    ratio: Array
    worst_z_channels: Array
    worst_z: Array
    worst_ratio_channels: Array
    worst_ratio: Array
    parameters: Array
    grad_gamma: Array
    grad_beta: Array

    def __len__(self) -> int:
        return len(self.step)

    @classmethod
    def of_rows(cls, rows: Sequence[dict[str, object]]) -> NormRecords:
        """Return the table of these rows; each has all of NORM_FIELDS."""
        return cls(
            **{
                name: np.array([row[name] for row in rows], dtype).reshape(len(rows), *shape)
                for name, (dtype, shape) in NORM_FIELDS.items()
            }
        )

    @classmethod
    def joined(cls, tables: Sequence[NormRecords]) -> NormRecords:
        """Return the rows of all tables, one table after the other."""
        if not tables:
            return cls.of_rows(())
        return cls(**{name: np.concatenate([getattr(table, name) for table in tables]) for name in NORM_FIELDS})

    def where(self, chosen: Array | slice) -> NormRecords:
        """Return the rows that a boolean array or a slice chooses."""
        return NormRecords(**{name: getattr(self, name)[chosen] for name in NORM_FIELDS})

    def of(self, norm: int, phase: str = "training") -> NormRecords:
        """Return the rows of one layer in one phase, ascending in step and call."""
        return self.where((self.norm == norm) & (self.phase == PHASES.index(phase)))

    def columns(self) -> Iterator[tuple[str, Array]]:
        """Yield every column by name, in the order of NORM_FIELDS."""
        for name in NORM_FIELDS:
            yield name, getattr(self, name)


class NormLog:
    """Norm records that grow step by step, bounded by MAX_ROWS: then every second step is dropped, never the newest."""

    def __init__(self, max_rows: int = MAX_ROWS) -> None:
        self._max_rows = max_rows
        self._steps: list[NormRecords] = []
        self._rows = 0
        self._joined: NormRecords | None = None

    def append(self, table: NormRecords) -> None:
        """Keep the rows of one step; a table beyond the bound is cut."""
        if not len(table):
            return
        if len(table) > self._max_rows:
            table = table.where(slice(self._max_rows))
        self._steps.append(table)
        self._rows += len(table)
        while self._rows > self._max_rows:
            self._steps = [*self._steps[:-1:2], self._steps[-1]] if len(self._steps) > 2 else self._steps[-1:]
            self._rows = sum(map(len, self._steps))
        self._joined = None

    def table(self) -> NormRecords:
        """Return all rows that are kept."""
        if self._joined is None:
            self._joined = NormRecords.joined(self._steps)
        return self._joined
