"""From networks to cells, to a table, to an address and back."""

from __future__ import annotations

import csv
import io
import math
import shlex

import pytest

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.recorded import FILES, recorded_map
from bnviz.chapters.survival.request import AXES, BASES, DIGITS, POINTS, MapRequest, axis_parts, axis_text, from_query
from bnviz.chapters.survival.table import csv_of, rows_of
from bnviz.cli import common
from bnviz.config import InputError, RunConfig
from bnviz.data import load_dataset
from bnviz.studies.samples import fingerprint
from bnviz.sweeps import Axis, CellResult, Sweep, SweepResult, parse_axis
from bnviz.training.stacked import shape_of

SWEEP = Sweep(RunConfig(), Axis("lr", (0.1, 1.0)), Axis("init_scale", (1.0,)), seeds=3, steps=10)
NAN = math.nan


def cell(arm: int, column: int, seed: int, accuracy: float, **more: float | int | None) -> CellResult:
    numbers = {"loss": 1.0, "test_loss": 2.0, "idle": 0.25, "diverged": None} | more
    return CellResult(f"{arm}{column}{seed}", arm, 0, column, seed, accuracy=accuracy, **numbers)  # type: ignore[arg-type]


RESULT = SweepResult(
    SWEEP,
    (
        cell(0, 0, 0, 0.9),
        cell(0, 0, 1, 0.5, loss=3.0),
        cell(0, 0, 2, 0.91),
        cell(1, 1, 1, 0.1, loss=NAN, test_loss=NAN, idle=NAN, diverged=7),
        cell(1, 1, 0, 0.1, loss=NAN, test_loss=4.0, idle=NAN, diverged=4),
    ),
    0.1,
    {},
)


def test_the_seeds_of_a_cell_are_gathered() -> None:
    found = map_of(RESULT)
    first = found.at(0, 0, 0)
    assert first is not None
    assert (first.outcome, first.agree, first.done, first.diverged) == ("converged", 2, 3, ())
    assert first.accuracy == pytest.approx((0.9 + 0.5 + 0.91) / 3)
    assert first.loss == pytest.approx(5 / 3)
    last = found.at(1, 0, 1)
    assert last is not None
    assert (last.outcome, last.agree, last.done, last.diverged) == ("diverged", 2, 2, (4, 7))
    assert math.isnan(last.loss)
    assert math.isnan(last.idle)
    assert last.test_loss == 4.0
    assert found.at(0, 0, 1) is None
    assert (found.seeds, found.steps, found.x_field, found.ys) == (3, 10, "lr", (1.0,))


def test_the_table_has_one_row_per_network_and_no_nan() -> None:
    rows = rows_of(RESULT)
    assert [(row["arm"], row["lr"], row["seed"]) for row in rows] == [
        ("norm=none", 0.1, 0),
        ("norm=none", 0.1, 1),
        ("norm=none", 0.1, 2),
        ("norm=batch", 1.0, 0),
        ("norm=batch", 1.0, 1),
    ]
    assert [row["outcome"] for row in rows] == ["converged", "slow", "converged", "diverged", "diverged"]
    read = list(csv.DictReader(io.StringIO(csv_of(RESULT))))
    assert len(read) == 5
    assert read[3]["loss"] == ""
    assert read[3]["diverged_at"] == "4"
    assert float(read[1]["accuracy"]) == 0.5
    assert csv_of(SweepResult(SWEEP, (), 0.1, {})) == ""


@pytest.mark.parametrize(
    "request_",
    [
        MapRequest(),
        MapRequest(POINTS, "xor", "bn_ln", 1, 50, "depth=1:6:3", "sgd_momentum=0.0:0.9:4"),
        MapRequest("relu", x="dropout=0.0:0.5:3", y="batch_size=2:256:5"),
    ],
)
def test_the_address_gives_the_same_map_back(request_: MapRequest) -> None:
    again, error = from_query(request_.to_query())
    assert error is None
    assert again == request_
    assert again.sweep() == request_.sweep()
    assert MapRequest().to_query() == {}


@pytest.mark.parametrize(
    "query",
    [
        {"map_net": "vgg"},
        {"map_seeds": "0"},
        {"map_seeds": "9"},
        {"map_seeds": "x"},
        {"map_steps": "299"},
        {"map_x": "lr"},
        {"map_x": "lr=1:0.1:4"},
        {"map_x": "lr=0.1:1:40"},
        {"map_x": "lr=0.1,1"},
        {"map_x": "activation=tanh,relu"},
        {"map_y": "eps=1e-9:1:4"},
        {"map_arms": "all"},
        {"map_data": "mnist"},
        {"map_x": "lr=nan:1:3"},
        {"map_seeds": "²"},
    ],
)
def test_a_wrong_address_is_left_out_and_told(query: dict[str, str]) -> None:
    found, error = from_query(query | {"map_steps": "200"} if "map_steps" not in query else query)
    assert error
    assert found == MapRequest(steps=300 if "map_steps" in query else 200)


def test_a_map_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="nets"):
        MapRequest(seeds=5, x="lr=0.001:10.0:12", y="init_scale=0.1:10.0:12").sweep()
    with pytest.raises(InputError, match="steps of all nets"):
        MapRequest(seeds=5, steps=1000).sweep()
    with pytest.raises(InputError, match="two axes"):
        MapRequest(y=AXES["lr"]).sweep()


@pytest.mark.parametrize("field", list(AXES))
def test_every_offered_axis_is_one(field: str) -> None:
    assert axis_parts(AXES[field])[0] == field
    assert axis_text(*axis_parts(AXES[field])) == AXES[field]
    assert len(parse_axis(AXES[field]).values) >= 4


def test_the_nets_of_the_default_maps_are_stacked() -> None:
    for name, base in BASES.items():
        sweep = MapRequest(name).sweep()
        assert sweep.base == base
        assert all(shape_of(each.config) is not None for each in sweep.cells())
    assert BASES[DIGITS] == RunConfig()


@pytest.mark.parametrize("net", list(BASES))
def test_the_command_is_the_same_map(net: str) -> None:
    import argparse

    request = MapRequest(net, arms="bn_ln", data="moons" if net == POINTS else "circles")
    parser = argparse.ArgumentParser()
    common.add_experiment_arguments(parser)
    for name in ("--x", "--y", "--seeds"):
        parser.add_argument(name)
    arguments = parser.parse_args(shlex.split(request.command())[4:])
    experiment = common.experiment_of(arguments)
    sweep = request.sweep()
    assert (experiment.base, experiment.arms) == (sweep.base, sweep.arms)
    assert (parse_axis(arguments.x), parse_axis(arguments.y)) == (sweep.x, sweep.y)
    assert (int(arguments.seeds), arguments.steps) == (sweep.seeds, sweep.steps)


@pytest.mark.parametrize("net", list(FILES))
def test_a_recorded_net_is_known_by_the_hash_of_its_recipe(net: str) -> None:
    record = recorded_map(net)
    assert record is not None
    data_key = fingerprint(load_dataset(record.sweep.base.dataset))
    wanted = {cell.key(record.sweep.steps, data_key) for cell in record.sweep.cells()}
    assert {cell.key for cell in record.cells} == wanted  # otherwise the engine has changed: record the maps again
