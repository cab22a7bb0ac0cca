"""wrong-channels: running statistics fit the data as a set, but each stands at another channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import LayerFacts, Layers, Measurements, severity_of
from bnviz.diagnosis.rules.common import Evidence
from bnviz.diagnosis.rules.stale import WORN

FEWEST_CHANNELS = 4
FITS = (0.35, 0.2, 0.1)
"""Mismatches, in standard deviations, up to which a channel's own statistics fit; the one that fits best counts."""
SURE = 0.25
FEWEST_MOVED = 6
"""An order of at least so many channels that leaves this part of the mismatch is taken whatever the metric says."""
SHARE_OF_THE_GAIN = 0.7
"""Part of the gain of a full re-estimation that the order alone must bring."""


def wrong_channels(found: Measurements) -> Iterator[Finding]:
    """One finding per layer whose statistics fit in another order; the cure puts all of them in that order."""
    orders: dict[str, Tensor] = {}
    certain = False
    for fact in found.keeping:
        matched = None if fact.name in found.explained or fact.worn <= WORN else _order(fact)
        if matched is None:
            continue
        order, sure = matched
        if not sure:
            alone = {fact.name: order}
            _, gain = found.try_cure("reordered", lambda layers, o=alone: _reorder(layers, o))  # type: ignore[misc]
            _, full = found.reestimated([fact.name])
            # Beside another fault a right order may bring nothing alone: it counts where measuring brings no more.
            if gain < SHARE_OF_THE_GAIN * full:
                continue
        certain = certain or sure
        orders[fact.name] = order
    effect, gain = found.try_cure("reordered", lambda layers: _reorder(layers, orders)) if orders else (None, 0.0)
    if gain < 1 and not certain:
        return
    for name, order in orders.items():
        found.explained.add(name)
        moved = [channel for channel, source in enumerate(order.tolist()) if channel != source]
        evidence: Evidence = {"n": len(moved), "of": found.facts[name].channels}
        severity = severity_of(gain, "warning")
        yield Finding("wrong-channels", severity, name, tuple(moved[:4096]), evidence, effect if gain >= 1 else None)


def _order(fact: LayerFacts) -> tuple[Tensor, bool] | None:
    """Return which channel's statistics fit each channel, (C,), where that is another order that fits; else None.

    The second value says whether the order is beyond doubt, whatever the metric: where the weights after the layer
    are in another order too, putting the statistics in order brings nothing.

    Channels are matched by the mean and the logarithm of the variance together, the nearest pair first.
    """
    if fact.fresh is None or fact.mean is None or fact.var is None or fact.channels < FEWEST_CHANNELS:
        return None
    eps = fact.layer.eps + 1e-12
    # Each channel's deviation is the unit of its mean, so that the distance is that of ``LayerFacts.worn``.
    unit = (fact.fresh.var + eps).sqrt()
    means = (fact.fresh.mean[:, None] - fact.mean[None, :]) / unit[:, None]
    widths = ((fact.fresh.var + eps)[:, None] / (fact.var.clamp(min=0) + eps)[None, :]).log() / 2
    distance = torch.nan_to_num(means.square() + widths.square(), nan=torch.inf)
    same = torch.arange(len(distance))
    before = distance[same, same].mean().sqrt()
    orders = [_matched(distance, fits) for fits in FITS]
    order = min(orders, key=lambda each: float(distance[same, each].mean()))
    after = distance[same, order].mean().sqrt()
    moved = int((order != same).sum())
    if moved < 2 or float(after) >= min(WORN, 0.5 * float(before)):
        return None
    return order, moved >= FEWEST_MOVED and float(after) < SURE * float(before)


def _matched(distance: Tensor, fits: float) -> Tensor:
    """Match rows with columns, the nearest free pair first; a channel that fits where it is stays."""
    c = len(distance)
    own = distance.diagonal() < fits**2
    order = torch.where(own, torch.arange(c), -1)
    rows = {channel for channel in range(c) if not own[channel]}
    columns = set(rows)
    for flat in distance.flatten().argsort().tolist():
        row, column = divmod(flat, c)
        if row in rows and column in columns:
            order[row] = column
            rows.discard(row)
            columns.discard(column)
            if not rows:
                break
    return order


def _reorder(layers: Layers, orders: Mapping[str, Tensor]) -> None:
    for name, order in orders.items():
        for buffer in (layers[name].running_mean, layers[name].running_var):
            if buffer is not None:
                buffer.copy_(buffer[order.to(buffer.device)])
