"""The long table of a history: one row per known number, with the names of its layer and its quantity."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hand_made_history import frame, meta

from bnviz.config import InputError
from bnviz.telemetry.data_frame import COLUMNS, data_frame
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.norm_records import NORM_FIELDS, NormRecords
from bnviz.telemetry.run_description import RunDescription

pandas = pytest.importorskip("pandas", reason="no pandas")


@pytest.fixture
def history() -> RunHistory:
    history = RunHistory(RunDescription.from_dict(meta()))
    for step in (0, 3):
        history.add_frame(frame(step))
    return history


def value(table, **named: object) -> float:
    chosen = table
    for column, wanted in named.items():
        chosen = chosen[chosen[column] == wanted]
    assert len(chosen) == 1, named
    return float(chosen["value"].iloc[0])


def test_each_number_has_its_row(history: RunHistory) -> None:
    table = history.to_frame()
    assert tuple(table.columns) == COLUMNS
    assert set(table["step"]) == {0, 3}
    record = history.frames[1].arms[1]
    at = {"step": 3, "arm": 1}
    assert value(table, **at, layer="hidden2", quantity="grad_norm") == record.grad_norm[1]
    assert value(table, **at, layer="head", quantity="update_to_data_ratio") == record.update_to_data_ratio[2]
    assert value(table, **at, layer="hidden1", stage="norm", quantity="std") == record.moments[0, 1, 1]
    assert value(table, **at, layer="hidden1", stage="activation", quantity="q85") == record.quantiles[0, 2, 3]
    assert value(table, **at, layer="hidden2", quantity="running_var.q05") == record.parameters[1, 5, 0]
    assert value(table, **at, layer="", quantity="test_accuracy") == record.scalars[3]
    # Unknown numbers, here the shares of dead units, have no row.
    assert not (table["quantity"] == "dead_fraction").any()
    assert table["value"].notna().all()
    assert not table.duplicated(subset=list(COLUMNS[:-1])).any()


def test_a_history_without_frames_gives_an_empty_table_of_the_same_form() -> None:
    table = RunHistory(RunDescription.from_dict(meta())).to_frame()
    assert tuple(table.columns) == COLUMNS
    assert table.empty
    assert table["value"].dtype == np.float64


def test_what_normalization_layers_did_has_rows_by_phase_and_call() -> None:
    named = [{"name": "block.bn", "kind": "batch", "channels": 3}]
    history = RunHistory(RunDescription.from_dict(meta() | {"watched": {"model": "Net", "norms": named}}))
    rng = np.random.default_rng(0)

    def call(number: int, phase: int) -> dict[str, object]:
        row = {name: rng.normal(size=shape).astype(dtype) for name, (dtype, shape) in NORM_FIELDS.items()}
        return row | {"step": 7, "norm": 0, "call": number, "phase": phase, "momentum": np.nan}

    records = NormRecords.of_rows([call(0, 0), call(1, 0), call(0, 1)])
    history.add_norm_records(records)
    table = history.to_frame()
    at = {"step": 7, "arm": 0, "layer": "block.bn"}
    assert value(table, **at, stage="training", quantity="z.q95") == pytest.approx(float(records.z[0, -1]))
    assert value(table, **at, stage="training", quantity="ratio.q50#2") == pytest.approx(float(records.ratio[1, 2]))
    assert value(table, **at, stage="evaluation", quantity="m") == records.m[2]
    assert not (table["quantity"] == "momentum").any()
    assert not table.duplicated(subset=list(COLUMNS[:-1])).any()


def test_without_pandas_one_sentence_says_so(history: RunHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match="to_frame needs pandas"):
        data_frame(history.frames, history.description.arms)
