import csv
import io

import pytest

from bnviz.telemetry import tables
from bnviz.telemetry.history import History
from bnviz.telemetry.records import BINS, BoundaryRecord, SurfaceRecord


def rows(table: tables.Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables.to_csv(table))))


def test_distributions_have_a_row_a_bin(history: History) -> None:
    found = rows(tables.distributions(history, history.frames[1], "pre_activation"))
    assert len(found) == 2 * 2 * (BINS + 2)
    assert found[0] == {
        "step": "2",
        "arm": "1",
        "layer": "1",
        "stage": "linear",
        "bin_low": "",
        "bin_high": "-6",
        "count": "10",
        "share": "0.1",
    }
    assert (found[31]["bin_low"], found[31]["bin_high"], found[31]["share"]) == ("0", "0.2", "0.9")


def test_figure1_has_a_row_a_frame_and_arm(history: History) -> None:
    found = rows(tables.figure1(history, 1, 5))
    assert [(row["step"], row["p15"], row["p50"], row["p85"]) for row in found if row["arm"] == "2"] == [
        ("0", "-1", "0", "1"),
        ("2", "1", "2", "3"),
        ("10", "9", "10", "11"),
    ]


def test_layers_keep_what_is_not_finite(history: History) -> None:
    found = rows(tables.layers(history.frames[0]))
    assert [row["layer"] for row in found] == ["1", "2", "head"] * 2
    assert found[2]["update_to_data_ratio"] == "inf"
    assert found[2]["saturated"] == ""
    assert found[4]["saturated"] == "0.5"


def test_parameters_of_a_plain_arm_are_nan(history: History) -> None:
    found = rows(tables.parameters(history.frames[0]))
    assert found[0]["q50"] == "nan"
    assert found[-1]["parameter"] == "running_var"
    assert float(found[-1]["q95"]) == pytest.approx(1.5)


def test_curves_hold_training_and_tests(history: History) -> None:
    found = rows(tables.curves(history))
    assert [row["train_loss_mean"] for row in found if row["kind"] == "train" and row["arm"] == "1"] == [
        "2.5",
        "2",
        "3",
    ]
    assert [row["test_accuracy"] for row in found if row["kind"] == "test"] == ["0.125", "0.75"]


def test_grids_are_read_row_by_row(surface: SurfaceRecord, plane: BoundaryRecord) -> None:
    found = rows(tables.surface(surface))
    assert [found[2][name] for name in ("arm", "x", "y", "loss", "plane", "bn_stats")] == [
        "1",
        "1",
        "-1",
        "1",
        "pca",
        "running",
    ]
    assert rows(tables.boundary(plane))[0]["probability_of_last_class"] == "0.75"
