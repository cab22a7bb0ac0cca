"""A history as one long table of pandas: one row per number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.telemetry.norm_records import PHASES, NormRecords
from bnviz.telemetry.records import PARAMETERS, QUANTILES, SCALARS, STAGES, ArmRecord, Array, Frame
from bnviz.telemetry.run_description import ArmDescription, WatchedNorm

if TYPE_CHECKING:
    import pandas

COLUMNS = ("step", "arm", "layer", "stage", "quantity", "value")

Row = tuple[str, str, str, float]
"""Layer, stage, quantity and value."""

_PER_LAYER = ("saturated_fraction", "derivative", "dead_fraction", "grad_norm", "update_to_data_ratio")
_OF_CHANNELS = ("z", "ratio")
_OF_CALLS = (
    *("training", "uses_batch", "m", "momentum", "not_finite", "batch_not_finite", "constant", "running_constant"),
    *("zero_gamma", "grad_gamma", "grad_beta"),
)
_LEVELS = tuple(f"q{round(100 * level):02d}" for level in QUANTILES)


def data_frame(
    frames: Iterable[Frame],
    arms: Sequence[ArmDescription],
    calls: NormRecords | None = None,
    norms: Sequence[WatchedNorm] = (),
) -> pandas.DataFrame:
    """Return what the frames hold in long form; numbers that are unknown have no row.

    Columns: ``step``; ``arm``, counted from 0; ``layer``, its name, "head" for the last linear layer and "" for what
    belongs to no layer; ``stage``, one of ``records.STAGES``, "parameters" or ""; ``quantity``, for example "mean",
    "q50", "grad_norm", "gamma.q50" or "train_loss"; ``value``. What normalization layers did has as its stage the phase
    of the call, one of ``norm_records.PHASES``, and quantities such as "z.q95", "ratio.q05", "m" or "not_finite"; those
    of the second call of a step end in "#2". Histograms and the percentiles of single units are left
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
    if calls is not None and len(calls):
        parts = [part for part in (table, package.DataFrame(_columns_of_calls(calls, norms))) if len(part)]
        table = package.concat(parts, ignore_index=True) if parts else table
    return table.astype({"step": "int64", "arm": "int64", "value": "float64"})


def _columns_of_calls(calls: NormRecords, norms: Sequence[WatchedNorm]) -> dict[str, Array]:
    """Return COLUMNS of all known numbers of the calls of normalization layers, one quantity after the other."""
    names = np.array([norm.name for norm in norms] or [""], dtype=object)
    layer, phase = names[np.minimum(calls.norm, len(names) - 1)], np.array(PHASES, dtype=object)[calls.phase]
    suffix = np.array([f"#{call + 1}" if call else "" for call in calls.call.tolist()], dtype=object)
    parts: list[tuple[Array, ...]] = []
    for quantity in (*_OF_CHANNELS, *_OF_CALLS):
        values = np.asarray(getattr(calls, quantity), np.float64).reshape(len(calls), -1)
        levels = [f".{level}" for level in _LEVELS] if quantity in _OF_CHANNELS else [""]
        for column, level in zip(values.T, levels, strict=True):
            known = ~np.isnan(column)
            named = f"{quantity}{level}" + suffix[known]
            arm = np.zeros(int(known.sum()), np.int64)
            parts.append((calls.step[known], arm, layer[known], phase[known], named, column[known]))
    return dict(zip(COLUMNS, map(np.concatenate, zip(*parts, strict=True)), strict=True))


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


def numbers_of_calls(calls: NormRecords, norms: Sequence[WatchedNorm]) -> Iterator[tuple[int, Row]]:
    """Yield every known number of the calls of normalization layers: its step; layer, phase, quantity and value."""
    names = [norm.name for norm in norms]
    columns = {name: values.tolist() for name, values in calls.columns()}
    for index in range(len(calls)):
        norm, phase, call = columns["norm"][index], PHASES[columns["phase"][index]], columns["call"][index]
        layer, suffix = names[norm] if norm < len(names) else str(norm), f"#{call + 1}" if call else ""
        for quantity in (*_OF_CHANNELS, *_OF_CALLS):
            value = columns[quantity][index]
            pairs = zip(_LEVELS, value, strict=True) if quantity in _OF_CHANNELS else (("", value),)
            rows = ((layer, phase, f"{quantity}{level and f'.{level}'}{suffix}", float(of)) for level, of in pairs)
            yield from ((columns["step"][index], row) for row in _known(rows))


def _known(rows: Iterable[Row]) -> Iterator[Row]:
    return (row for row in rows if not np.isnan(row[-1]))
