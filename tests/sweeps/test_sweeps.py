"""Sweeps: the grid, the rule, the same numbers as alone, stopping and resuming, the file."""

import json
import math
import threading
from dataclasses import replace

import pytest

from bnviz.config import InputError, RunConfig
from bnviz.data import load_dataset
from bnviz.sweeps import (
    Axis,
    Sweep,
    SweepResult,
    load_sweep,
    outcome_of,
    parse_axis,
    read_progress,
    run_sweep,
    save_sweep,
)
from bnviz.sweeps.engine import SweepStopped
from bnviz.sweeps.result import cell_to_dict

BASE = RunConfig(dataset="moons", depth=2, width=6, activation="tanh", batch_size=16)
SWEEP = Sweep(BASE, Axis("lr", (0.01, 0.1)), Axis("init_scale", (0.3, 1.0, 3.0)), seeds=2, steps=12)


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons")


@pytest.fixture(scope="module")
def whole(moons):
    return [cell for cells in run_sweep(SWEEP, moons) for cell in cells]


def by_key(cells):
    return {cell.key: cell for cell in cells}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("lr=0.001:10:5", (0.001, 0.01, 0.1, 1.0, 10.0)),
        ("dropout=0:0.4:3", (0.0, 0.2, 0.4)),
        ("depth=2:20:4", (2, 8, 14, 20)),
        ("lr=0.5,2", (0.5, 2.0)),
        ("activation=tanh,relu", ("tanh", "relu")),
        ("momentum=none,0.1", (None, 0.1)),
    ],
)
def test_axes_from_text(text, values):
    assert parse_axis(text).values == pytest.approx(values) if text.startswith("lr") else values
    assert parse_axis(text).field == text.partition("=")[0]
    assert [type(value) for value in parse_axis(text).values] == [type(value) for value in values]


@pytest.mark.parametrize(
    "text",
    [
        "lr",
        "lr=",
        "speed=1,2",
        "lr=1:2",
        "lr=1:2:x",
        "lr=1:2:1",
        "lr=1:2:99",
        "lr=0.1,0.1",
        "lr=0:1:3",
        "activation=tanh:relu:2",
        "seed=0,1",
        "lr=1e9,1",
        "momentum=none:0.1:3",
        "lr=1:2:-3",
        "lr=0.1:1:²",
        "lr=0.1:1:٣",
        pytest.param("lr=0.1:1:" + "9" * 5000, id="long"),
    ],
)
def test_what_is_no_axis_is_refused(text):
    with pytest.raises(InputError):
        parse_axis(text)


def test_a_sweep_refuses_what_has_no_map():
    lr, scale = Axis("lr", (0.1, 1.0)), Axis("init_scale", (1.0,))
    with pytest.raises(InputError, match="two axes must be different"):
        Sweep(BASE, lr, lr)
    with pytest.raises(InputError, match="lr cannot be an axis and set an arm apart"):
        Sweep(BASE, lr, scale, arms=((("lr", 0.1),), (("lr", 1.0),)))
    with pytest.raises(InputError, match="1 to 20 seeds"):
        Sweep(BASE, lr, scale, seeds=0)
    many = Axis("lr", tuple(0.1 + 0.01 * k for k in range(40)))
    with pytest.raises(InputError, match="at most 20,000 nets, this one would have 64,000"):
        Sweep(BASE, many, Axis("init_scale", many.values), seeds=20)


def test_every_place_arm_and_seed_is_a_cell_once():
    cells = SWEEP.cells()
    assert len(cells) == SWEEP.size == 2 * 2 * 3 * 2
    assert len({(c.arm, c.row, c.column, c.config.seed) for c in cells}) == SWEEP.size
    assert len({c.key(12, "data") for c in cells}) == SWEEP.size
    for cell in cells:
        assert cell.config.lr == SWEEP.x.values[cell.column]
        assert cell.config.init_scale == SWEEP.y.values[cell.row]
        assert cell.config.norm == ("none", "batch")[cell.arm]
    one, other = (Sweep(BASE, Axis("lr", v), Axis("depth", (1,))).cells() for v in ((1, 2), (1.0, 2.0)))
    assert [cell.key(12, "data") for cell in one] == [cell.key(12, "data") for cell in other]
    first = cells[0]
    assert len({first.key(12, "data"), first.key(13, "data"), first.key(12, "other")}) == 3


def test_stacked_and_alone_come_to_the_same(moons, whole):
    alone = by_key(cell for cells in run_sweep(SWEEP, moons, unstacked=True) for cell in cells)
    assert len(alone) == len(whole) == SWEEP.size
    for cell in whole:
        other = alone[cell.key]
        assert cell.loss == pytest.approx(other.loss, rel=1e-3, abs=1e-4)
        assert cell.test_loss == pytest.approx(other.test_loss, rel=1e-3, abs=1e-4)
        assert cell.accuracy == pytest.approx(other.accuracy, abs=0.011)
        assert cell.idle == pytest.approx(other.idle, abs=0.01)
        assert (cell.arm, cell.row, cell.column, cell.seed) == (other.arm, other.row, other.column, other.seed)


def test_idle_is_what_saturates_or_never_fires(moons):
    wide = Sweep(BASE, Axis("init_scale", (0.1, 100.0)), Axis("lr", (1e-5,)), ((("norm", "none"),),), 1, 1)
    small, large = sorted((c for cells in run_sweep(wide, moons) for c in cells), key=lambda c: c.column)
    assert small.idle == 0.0
    assert large.idle > 0.9
    dead = replace(wide, base=BASE.with_fields(activation="relu"), x=Axis("depth", (2, 3)))
    assert all(0 <= c.idle < 0.9 for cells in run_sweep(dead, moons) for c in cells)
    flat = replace(wide, base=BASE.with_fields(activation="identity"))
    assert all(math.isnan(c.idle) for cells in run_sweep(flat, moons) for c in cells)


@pytest.mark.parametrize(
    ("accuracy", "idle", "diverged", "expected"),
    [
        (0.99, 0.0, None, "converged"),
        (0.9, 1.0, None, "converged"),
        (0.89, 0.0, None, "slow"),
        (0.56, 0.9, None, "slow"),
        (0.54, 0.4, None, "stalled"),
        (0.3, math.nan, None, "stalled"),
        (0.54, 0.6, None, "saturated"),
        (0.99, 0.0, 7, "diverged"),
        (math.nan, 0.0, None, "diverged"),
    ],
)
def test_the_rule(accuracy, idle, diverged, expected):
    assert outcome_of(accuracy, 0.5, idle, diverged) == expected


def test_a_wild_rate_diverges_in_its_own_cells_only(moons):
    base = BASE.with_fields(activation="identity", norm="none", sgd_momentum=0.9)
    sweep = Sweep(base, Axis("lr", (0.01, 100.0)), Axis("init_scale", (1.0,)), ((("norm", "none"),),), 2, 40)
    cells = [cell for cells in run_sweep(sweep, moons) for cell in cells]
    assert {(cell.column, cell.diverged is not None) for cell in cells} == {(0, False), (1, True)}
    result = SweepResult(sweep, tuple(cells), 0.5, {})
    assert result.counts()[0]["diverged"] == 2


def test_a_stopped_sweep_goes_on_to_the_same_map(moons, whole, tmp_path):
    stop, work, handed = threading.Event(), tmp_path / "work.jsonl", []
    sweep = SWEEP
    chunks = run_sweep(sweep, moons, stop=stop)
    first = next(chunks)
    stop.set()
    with pytest.raises(SweepStopped):
        next(chunks)
    work.write_text("".join(json.dumps(cell_to_dict(cell)) + "\n" for cell in first) + '{"key": "cut o')
    found = read_progress(sweep, moons, work)
    assert by_key(found) == by_key(first)
    assert 0 < len(found) < sweep.size
    told = []
    rest = run_sweep(sweep, moons, [c.key for c in found], on_progress=lambda done, of: told.append((done, of)))
    handed = [cell for cells in rest for cell in cells]
    assert told[-1] == ((sweep.size - len(found)) * sweep.steps,) * 2
    again = by_key([*found, *handed])
    assert again.keys() == by_key(whole).keys()
    assert all(again[cell.key].loss == pytest.approx(cell.loss, rel=1e-6) for cell in whole)


def test_cells_of_another_sweep_are_not_taken(moons, whole, tmp_path):
    work = tmp_path / "work.jsonl"
    work.write_text("".join(json.dumps(cell_to_dict(cell)) + "\n" for cell in whole))
    assert read_progress(replace(SWEEP, steps=13), moons, work) == []
    moved = [replace(cell, row=0) for cell in whole if cell.row]
    work.write_text("".join(json.dumps(cell_to_dict(cell)) + "\n" for cell in moved))
    assert read_progress(SWEEP, moons, work) == []


def test_the_file_comes_back_as_it_was(whole, tmp_path):
    odd = replace(whole[0], loss=math.nan, idle=math.nan, diverged=3)
    result = SweepResult(SWEEP, (odd, *whole[1:]), 0.5, {"date": "2026-01-01"})
    save_sweep(result, tmp_path / "map.json")
    again = load_sweep(tmp_path / "map.json")
    assert again.sweep == SWEEP
    assert again.row() == result.row()
    assert [cell.key for cell in again.at(0, 0, 0)] == [cell.key for cell in result.at(0, 0, 0)]
    assert math.isnan(by_key(again.cells)[odd.key].loss)
    assert sum(sum(counts.values()) for counts in again.counts()) == SWEEP.size


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.update(version=9),
        lambda c: c.pop("cells"),
        lambda c: c["cells"][0].update(row=99),
        lambda c: c["cells"][0].update(row=-1),
        lambda c: c["cells"][0].pop("loss"),
        lambda c: c.update(chance=2),
        lambda c: c["cells"].extend(c["cells"]),
        lambda c: c["sweep"]["x"].update(field="nothing"),
        lambda c: c["cells"][0].update(loss=1e999),
        lambda c: c.update(sweep=[]),
    ],
)
def test_a_foreign_file_is_refused_in_one_sentence(whole, tmp_path, spoil):
    path = tmp_path / "map.json"
    save_sweep(SweepResult(SWEEP, tuple(whole), 0.5, {}), path)
    content = json.loads(path.read_text())
    spoil(content)
    path.write_text(json.dumps(content))
    with pytest.raises(InputError):
        load_sweep(path)


def test_no_json_is_no_sweep(tmp_path):
    for text in ("", "[1", "null", "{}"):
        (tmp_path / "map.json").write_text(text)
        with pytest.raises(InputError, match=r"map\.json"):
            load_sweep(tmp_path / "map.json")
    with pytest.raises(InputError):
        load_sweep(tmp_path / "none.json")
