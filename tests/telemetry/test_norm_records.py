import copy
import io
import pickle
from dataclasses import fields

import hand_made_history as hand_made
import numpy as np
import pytest
from hand_made_history import as_bytes, full_history, packed, parts

from bnviz.config import InputError
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.norm_records import NORM_FIELDS, NormLog, NormRecords
from bnviz.telemetry.recording import load, save
from bnviz.telemetry.records import MAX_LAYERS
from bnviz.telemetry.run_description import RunDescription


def rows(step, norms=2, seed=0):
    rng = np.random.default_rng(seed + step)

    def cell(dtype, shape):
        return rng.integers(0, 3, shape) if dtype[0] in "ui" else rng.normal(size=shape)

    table = [{name: cell(*kind) for name, kind in NORM_FIELDS.items()} for _ in range(norms)]
    return NormRecords.of_rows([row | {"step": step, "norm": k, "phase": k % 3} for k, row in enumerate(table)])


def watched_history(norms=2):
    named = [{"name": f"bn{k}", "kind": "batch", "channels": 3} for k in range(norms)]
    meta = hand_made.meta() | {"watched": {"model": "Net", "norms": named, "missed": [["fc", "was not called"]]}}
    return RunHistory(RunDescription.from_dict(meta))


def same(a, b):
    return all(np.array_equal(x, getattr(b, name), equal_nan=x.dtype.kind == "f") for name, x in a.columns())


def test_every_field_has_a_type_and_a_shape():
    assert tuple(field.name for field in fields(NormRecords)) == tuple(NORM_FIELDS)


def test_records_are_written_and_read_again():
    history = watched_history()
    for step in (0, 10):
        history.add_norm_records(rows(step))
    buffer = io.BytesIO()
    save(history, buffer)
    again = load(buffer.getvalue())
    assert len(again.norm_records) == 4
    assert same(history.norm_records, again.norm_records)
    assert again.norm_records.of(1, "evaluation").step.tolist() == [0, 10]
    assert [norm.name for norm in again.description.watched.norms] == ["bn0", "bn1"]
    assert again.description.watched.missed == (("fc", "was not called"),)


def test_two_thousand_layers_are_read_again():
    history = watched_history(2000)
    history.add_norm_records(rows(0, 2000))
    buffer = io.BytesIO()
    save(history, buffer)
    assert len(load(buffer.getvalue()).description.watched.norms) == 2000 < MAX_LAYERS


def test_a_recording_without_them_has_an_empty_table():
    assert len(load(as_bytes(full_history())).norm_records) == 0


@pytest.mark.parametrize(("name", "value"), [("norm", 2), ("phase", 3)])
def test_an_index_beyond_its_names_is_refused(name, value):
    history = watched_history()
    history.add_norm_records(rows(0))
    meta, arrays = parts(as_bytes(history))
    arrays[f"norms.{name}"][0] = value
    with pytest.raises(InputError, match=rf"norms\.{name}: found {value}, expected less than {value}"):
        load(packed(meta, arrays))


def test_beyond_the_bound_every_second_step_is_dropped_and_never_the_newest():
    log = NormLog(max_rows=20)
    for step in range(50):
        log.append(rows(step))
    kept = log.table().step
    assert len(kept) <= 20
    assert kept[-1] == 49
    log.append(rows(50, norms=30))
    assert set(log.table().step.tolist()) == {50}


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda h: pickle.loads(pickle.dumps(h))])  # noqa: S301
def test_a_copy_of_a_growing_history_is_a_recording(copied):
    history = full_history()
    again = copied(history)
    assert [frame.step for frame in again.frames] == [frame.step for frame in history.frames]
    assert as_bytes(again) == as_bytes(history)
