"""One call of a normalization layer: what is kept of it while the model runs, and how it becomes a row of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from bnviz.array_types import Floats32
from bnviz.telemetry import maps
from bnviz.telemetry.measure import sorted_quantiles
from bnviz.telemetry.norm_records import N_WORST
from bnviz.telemetry.observation import NormState
from bnviz.telemetry.records import QUANTILES
from bnviz.watching.flow import channels_second, sampled
from bnviz.watching.function_calls import NormArguments
from bnviz.watching.norm_layers import values_per_mean

CONSTANT = 1e-10
"""A channel counts as constant where its variance is at most this times 1 + mean^2."""
ZERO_GAMMA = 1e-5
"""A gamma counts as zero below this."""

Row = dict[str, Any]
Statistics = tuple[Tensor | None, Tensor | None]


@dataclass(slots=True, eq=False)
class NormCall:
    """What is kept of one call; the vectors are (C,) or None where the layer has no such part.

    Attributes:
        norm: index of the layer.
        kind: what it normalizes over.
        training: whether the layer itself was in training mode.
        uses_batch: whether the statistics of the input were used.
        m: number of values that one mean is taken over.
        eps: added to the variance.
        momentum: of the running statistics; NaN where unknown.
        channels: number of channels.
        before: running mean and variance before the call, cloned.
        batch: mean and biased variance of the input.
        after: running mean and variance after the call.
        affine: gamma and beta.
        batches_tracked: its counter after the call; None where it does not count.
    """

    norm: int
    kind: str
    training: bool
    uses_batch: bool
    m: int
    eps: float
    momentum: float
    channels: int
    before: Statistics
    batch: tuple[Tensor, Tensor]
    after: Statistics
    affine: Statistics
    batches_tracked: Tensor | None

    @classmethod
    def of(cls, norm: int, given: NormArguments, before: Statistics, entering: Tensor, axis: int) -> NormCall:
        """Keep a call that has just ended.

        Args:
            norm: index of the layer.
            given: what it was called with.
            before: its running statistics before the call.
            entering: its input.
            axis: axis of the input's channels.
        """
        tracked = given.batches_tracked
        return cls(
            norm=norm,
            kind=given.kind,
            training=given.training,
            uses_batch=given.uses_batch,
            m=values_per_mean(given.kind, entering.shape, axis, given.groups, given.normalized),
            eps=given.eps,
            momentum=given.momentum,
            channels=entering.shape[axis],
            before=before,
            batch=batch_statistics(given.kind, entering, axis),
            after=cloned(given.running_mean, given.running_var),
            affine=cloned(given.gamma, given.beta),
            batches_tracked=None if tracked is None else tracked.clone(),
        )

    @property
    def state(self) -> NormState:
        """Gamma, beta and the running statistics after the call, as far as they are one number per channel."""
        return NormState(*(v if _fits(self, v) else None for v in (*self.affine, *self.after)))


def cloned(first: Tensor | None, second: Tensor | None) -> Statistics:
    """Return copies of two tensors, or None for None."""
    return None if first is None else first.clone(), None if second is None else second.clone()


def batch_statistics(kind: str, entering: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Return the mean and the biased variance of each channel of a normalization's input, both (C,).

    Over all values for kinds that may keep running statistics; of an instance norm, whose running statistics are
    averages over the samples, the variance within each sample, averaged. For the other kinds, which have no
    statistics per channel, over a sample of the rows.
    """
    if kind in ("layer", "rms", "group"):
        rows = sampled(entering, axis).float()
        variance, mean = torch.var_mean(rows, 0, correction=0)
        return mean, variance
    batched = channels_second(entering.detach(), axis)
    if kind == "instance":
        variance, mean = torch.var_mean(batched.float().flatten(2), 2, correction=0)
        return mean.mean(0), variance.mean(0)
    if batched.dim() > 2:
        return maps.batch_statistics(batched)
    variance, mean = torch.var_mean(batched.float(), 0, correction=0)
    return mean, variance


def rows_of(calls: Sequence[NormCall]) -> list[Row]:
    """Reduce calls to rows of ``NormRecords``, without step, phase, call, calls and gradients."""
    if not calls:
        return []
    vectors = torch.cat([_table(call) for call in calls], dim=1).cpu().numpy()
    parts = np.split(vectors, np.cumsum([call.channels for call in calls])[:-1], axis=1)
    return [_row(*each) for each in zip(calls, parts, _counters(calls), strict=True)]


def _table(call: NormCall) -> Tensor:
    """Return the vectors of a call as one (8, C) on its device; what is missing is NaN."""
    blank = call.batch[0].new_full((call.channels,), math.nan)
    vectors = (*call.batch, *call.before, *call.affine, *call.after)
    fitting = [v if v is not None and _fits(call, v) else blank for v in vectors]
    return torch.stack([v.detach().to(blank.device, blank.dtype) for v in fitting])


def _counters(calls: Sequence[NormCall]) -> list[int]:
    """Return ``num_batches_tracked`` of each call, -1 where there is none, in one transfer from the device."""
    counted = [call.batches_tracked for call in calls if call.batches_tracked is not None]
    values = iter(torch.stack(counted).tolist() if counted else ())
    return [-1 if call.batches_tracked is None else int(next(values)) for call in calls]


def _fits(call: NormCall, vector: Tensor | None) -> bool:
    return vector is not None and vector.shape == (call.channels,)


def _row(call: NormCall, table: Floats32, tracked: int) -> Row:
    mean, var, running_mean, running_var, gamma, beta, mean_after, var_after = table
    with np.errstate(all="ignore"):
        unbiased = var * (call.m / (call.m - 1)) if call.m > 1 else var
        z = (mean - running_mean) / np.sqrt(running_var + call.eps)
        ratio = (unbiased + call.eps) / (running_var + call.eps)
        held = table[4:][[_fits(call, vector) for vector in (*call.affine, *call.after)]]
        quantiles = finite_quantiles(np.stack([z, ratio, gamma, beta, mean, var, running_mean, running_var]))
        worst_z, worst_ratio = _worst(z, np.abs(z)), _worst(ratio, np.abs(np.log(ratio)))
        return {
            "norm": call.norm,
            "training": call.training,
            "uses_batch": call.uses_batch,
            "m": call.m,
            "momentum": call.momentum,
            "batches_tracked": tracked,
            "not_finite": int((~np.isfinite(held)).any(0).sum()),
            "batch_not_finite": int((~(np.isfinite(mean) & np.isfinite(var))).sum()),
            "constant": int((var <= CONSTANT * (1 + mean**2)).sum()),
            "running_constant": int((var_after <= CONSTANT * (1 + mean_after**2)).sum()),
            "zero_gamma": int((np.abs(gamma) < ZERO_GAMMA).sum()),
            "z": quantiles[0],
            "ratio": quantiles[1],
            "worst_z_channels": worst_z[0],
            "worst_z": worst_z[1],
            "worst_ratio_channels": worst_ratio[0],
            "worst_ratio": worst_ratio[1],
            "parameters": quantiles[2:],
        }


def finite_quantiles(table: Floats32) -> Floats32:
    """Return the quantiles QUANTILES of the finite values of each row, (rows, 5); NaN for a row without one."""
    if np.isfinite(table).all():
        return sorted_quantiles(np.sort(table, axis=1), QUANTILES)
    rows = [row[np.isfinite(row)] for row in table]
    blank = np.full(len(QUANTILES), np.nan, np.float32)
    return np.stack([sorted_quantiles(np.sort(row), QUANTILES) if len(row) else blank for row in rows])


def _worst(values: Floats32, badness: Floats32) -> tuple[npt.NDArray[np.int32], Floats32]:
    """Return the N_WORST channels of the largest badness and their values; -1 and NaN where there are fewer."""
    known = np.flatnonzero(~np.isnan(badness))
    order = known[np.argsort(-badness[known], kind="stable")][:N_WORST]
    channels = np.full(N_WORST, -1, np.int32)
    found = np.full(N_WORST, np.nan, np.float32)
    channels[: len(order)], found[: len(order)] = order, values[order]
    return channels, found
