"""A history as tables of plain numbers, for the download as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np

from bnviz.telemetry.history import History
from bnviz.telemetry.records import (
    BINS,
    PARAMETERS,
    QUANTILES,
    STAGES,
    UNIT_PERCENTILES,
    BoundaryRecord,
    Frame,
    SurfaceRecord,
)

Row = tuple[object, ...]
Table = tuple[tuple[str, ...], Iterator[Row]]

_STAGE_NAMES = dict(zip(STAGES, ("linear", "norm", "activation"), strict=True))
"""What downloads have always called the stages."""


def to_csv(table: Table) -> str:
    """Return a table as CSV text: a header, one line per row, and a point as the decimal separator."""
    header, rows = table
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def distributions(history: History, frame: Frame, stage: str) -> Table:
    """One row per bin: arm and layer from 1, edges of the bin (none beyond the axis), count and share (0..1)."""
    low, high = history.description.edges.of(stage)
    inner = np.linspace(low, high, BINS + 1)
    edges = ["", *(f"{edge:.6g}" for edge in inner), ""]
    index = STAGES.index(stage)

    def rows() -> Iterator[Row]:
        for arm, record in enumerate(frame.arms):
            for layer, counts in enumerate(np.asarray(record.histogram)[:, index]):
                total = max(int(counts.sum()), 1)
                for position, count in enumerate(counts.tolist()):
                    low_high, share = edges[position : position + 2], f"{count / total:.6g}"
                    yield frame.step, arm + 1, layer + 1, _STAGE_NAMES[stage], *low_high, count, share

    return ("step", "arm", "layer", "stage", "bin_low", "bin_high", "count", "share"), rows()


def figure1(history: History, layer: int, unit: int) -> Table:
    """One row per frame and arm: percentiles of the input of one unit's nonlinearity."""

    def rows() -> Iterator[Row]:
        for frame in history.frames:
            for arm, record in enumerate(frame.arms):
                units = history.description.arms[arm].recorded_units(layer)
                if unit in units and layer < len(record.unit_percentiles):
                    values = record.unit_percentiles[layer, units.index(unit)]
                    yield frame.step, arm + 1, layer + 1, unit, *map(_number, values)

    return ("step", "arm", "layer", "unit", *(f"p{round(100 * q)}" for q in UNIT_PERCENTILES)), rows()


def layers(frame: Frame) -> Table:
    """One row per arm and layer: saturation, gradients and moments; the head has gradients only."""
    moments = [f"{kind}_{stage}" for stage in _STAGE_NAMES.values() for kind in ("mean", "std")]

    def rows() -> Iterator[Row]:
        for arm, record in enumerate(frame.arms):
            hidden = len(record.saturated_fraction)
            for layer in range(len(record.grad_norm)):
                inside = layer < hidden
                name = str(layer + 1) if inside else "head"
                shares = (
                    [
                        _number(getattr(record, field)[layer])
                        for field in ("saturated_fraction", "derivative", "dead_fraction")
                    ]
                    if inside
                    else [""] * 3
                )
                steps = [_number(record.grad_norm[layer]), _number(record.update_to_data_ratio[layer])]
                rest = [_number(v) for v in record.moments[layer].ravel()] if inside else [""] * len(moments)
                yield frame.step, arm + 1, name, *shares, *steps, *rest

    fields = ("saturated", "mean_derivative", "dead", "grad_norm", "update_to_data_ratio")
    return ("step", "arm", "layer", *fields, *moments), rows()


def parameters(frame: Frame) -> Table:
    """One row per arm, layer and parameter: quantiles over units."""

    def rows() -> Iterator[Row]:
        for arm, record in enumerate(frame.arms):
            for layer, table in enumerate(record.parameters):
                for name, values in zip(PARAMETERS, table, strict=True):
                    yield frame.step, arm + 1, layer + 1, name, *map(_number, values)

    return ("step", "arm", "layer", "parameter", *(f"q{round(100 * q):02d}" for q in QUANTILES)), rows()


def curves(history: History) -> Table:
    """One row per point of a curve: the training loss (smallest, mean and largest of its steps) or a test."""

    def rows() -> Iterator[Row]:
        for arm, loss in enumerate(history.curves):
            columns = (loss.step, loss.loss_min, loss.loss_mean, loss.loss_max)
            for step, *values in zip(*columns, strict=True):
                yield arm + 1, int(step), "train", *map(_number, values), "", ""
        for arm, test in enumerate(history.evaluations):
            for step, *values in zip(test.step, test.test_loss, test.test_accuracy, strict=True):
                yield arm + 1, int(step), "test", "", "", "", *map(_number, values)

    names = ("train_loss_min", "train_loss_mean", "train_loss_max", "test_loss", "test_accuracy")
    return ("arm", "step", "kind", *names), rows()


def surface(record: SurfaceRecord) -> Table:
    """One row per arm and point of the plane."""
    names = ("step", "arm", "x", "y", "loss", "plane", "bn_stats")
    points = _grid(record.xs, record.ys, record.loss)
    return names, ((record.step, arm, x, y, v, record.plane, record.bn_stats) for arm, x, y, v in points)


def boundary(record: BoundaryRecord) -> Table:
    """One row per arm and point of the input plane: the probability of the last class."""
    points = _grid(record.xs, record.ys, record.probability[:, -1])
    return ("step", "arm", "x1", "x2", "probability_of_last_class"), ((record.step, *point) for point in points)


def _grid(xs: np.ndarray, ys: np.ndarray, values: np.ndarray) -> Iterator[tuple[int, str, str, str]]:
    for arm, plane in enumerate(values):
        for y, row in zip(ys, plane, strict=True):
            for x, value in zip(xs, row, strict=True):
                yield arm + 1, _number(x), _number(y), _number(value)


def _number(value: float | np.generic) -> str:
    """Return a number as text; numbers that are not finite become nan or inf."""
    return f"{float(value):.6g}"
