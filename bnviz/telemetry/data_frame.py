"""A history as one long table of pandas: one row per number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.telemetry.records import PARAMETERS, QUANTILES, SCALARS, STAGES, ArmRecord, Frame
from bnviz.telemetry.run_description import ArmDescription

if TYPE_CHECKING:
    import pandas

COLUMNS = ("step", "arm", "layer", "stage", "quantity", "value")

Row = tuple[str, str, str, float]
"""Layer, stage, quantity and value."""

_PER_LAYER = ("saturated_fraction", "derivative", "dead_fraction", "grad_norm", "update_to_data_ratio")
_LEVELS = tuple(f"q{round(100 * level):02d}" for level in QUANTILES)


def data_frame(frames: Iterable[Frame], arms: Sequence[ArmDescription]) -> pandas.DataFrame:
    """Return what the frames hold in long form; numbers that are unknown have no row.

    Columns: ``step``; ``arm``, counted from 0; ``layer``, its name, "head" for the last linear layer and "" for what
    belongs to no layer; ``stage``, one of ``records.STAGES``, "parameters" or ""; ``quantity``, for example "mean",
    "q50", "grad_norm", "gamma.q50" or "train_loss"; ``value``. Histograms and the percentiles of single units are left
    out: ``bnviz.telemetry.tables`` has them.

    Raises:
        InputError: pandas is not installed.
    """
    try:
        package = import_module("pandas")
    except ModuleNotFoundError as error:
        raise InputError("to_frame needs pandas, which is not installed") from error
    rows = [
        (frame.step, arm, *row)
        for frame in frames
        for arm, (record, description) in enumerate(zip(frame.arms, arms, strict=True))
        for row in numbers_of(record, description.layers)
    ]
    table: pandas.DataFrame = package.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"step": "int64", "arm": "int64", "value": "float64"})


def numbers_of(record: ArmRecord, layers: Sequence[str]) -> Iterator[Row]:
    """Yield every number of a record that is known: layer, stage, quantity and value; see ``data_frame``."""
    names = (*layers, "head")
    for field in _PER_LAYER:
        values: Floats = np.asarray(getattr(record, field), np.float64)
        yield from _known((names[index], "", field, value) for index, value in enumerate(values.tolist()))
    for index, layer in enumerate(layers):
        for position, stage in enumerate(STAGES):
            moments = zip(("mean", "std"), record.moments[index, position].tolist(), strict=True)
            levels = zip(_LEVELS, record.quantiles[index, position].tolist(), strict=True)
            yield from _known((layer, stage, name, value) for name, value in (*moments, *levels))
        for position, parameter in enumerate(PARAMETERS):
            of_units = zip(_LEVELS, record.parameters[index, position].tolist(), strict=True)
            yield from _known((layer, "parameters", f"{parameter}.{level}", value) for level, value in of_units)
    yield from _known(("", "", name, value) for name, value in zip(SCALARS, record.scalars.tolist(), strict=True))


def _known(rows: Iterable[Row]) -> Iterator[Row]:
    return (row for row in rows if not np.isnan(row[-1]))
