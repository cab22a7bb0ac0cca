"""Every file that was shipped opens, and so does a file of each format version, whatever was renamed since.

The files in tests/formats were written by the code at commit 4a8a446 and never change.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import bnviz
from bnviz.api.surface import load_surface
from bnviz.chapters.clinic import recorded as clinic_file
from bnviz.chapters.convolution import late_bn_study, recorded_weights
from bnviz.chapters.inference import stage_net, statistics_study
from bnviz.chapters.initialization.recipes import NETS, recorded_sweep
from bnviz.chapters.regularization import recipes as regularization
from bnviz.chapters.saturation import layer_scenes
from bnviz.chapters.survival.recorded import FILES, recorded_map
from bnviz.chapters.why import recipes as why
from bnviz.chapters.why import walk_recipe
from bnviz.data import load_dataset
from bnviz.ledger.records import load_ledger
from bnviz.studies import load_study
from bnviz.studies.checkpoint import load_state
from bnviz.studies.progress_file import ProgressFile
from bnviz.sweeps import load_sweep, read_progress

SHIPPED = Path(__file__).parents[1] / "assets" / "recordings"
FORMATS = Path(__file__).parent / "formats"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.npz")), ids=lambda path: path.name)
def test_every_shipped_npz_opens(path: Path) -> None:
    if path == recorded_weights.FILE:
        moment, provenance = recorded_weights.load(path)
        assert moment is not None
        assert provenance["date"]
        return
    history = bnviz.load(path)
    assert len(history.frames) > 10
    assert all(len(curve.step) for curve in history.curves)


@pytest.mark.parametrize("path", sorted((SHIPPED / "studies").glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_study_opens(path: Path) -> None:
    result = load_study(path)
    assert len(result.units) == len(result.arms) * len(result.seeds)
    assert result.provenance["versions"]["torch"]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("survival*.json")), ids=lambda path: path.stem)
def test_every_shipped_map_opens(path: Path) -> None:
    assert load_sweep(path).cells


def test_every_other_shipped_file_opens() -> None:
    opened = {
        "clinic.json": clinic_file.recorded()["patients"],
        "claims.json": load_ledger(SHIPPED / "claims.json").tests,
        "convolution_insert.json": late_bn_study.recorded_study().curves,
        "inference.json": statistics_study.recorded_study().steps,
        "inference_net.json": stage_net.recorded_net()["first"],
        "initialization.json": [recorded_sweep("scale", net) for net in NETS],
        "regularization.json": regularization.recorded_study().study,
        "saturation.json": layer_scenes.recorded_scenes()["scenes"],
        "why.json": why.recorded().studies,
        "why_walk.json": walk_recipe.recorded_walks().studies,
    }
    others = {path.name for path in SHIPPED.glob("*.json")} - {path.name for path in SHIPPED.glob("survival*")}
    assert set(opened) == others
    assert all(opened.values())
    assert all(recorded_map(net) is not None for net in FILES)


def test_a_recording_of_version_1_opens() -> None:
    history = bnviz.load(FORMATS / "recording-v1.npz")
    assert [frame.step for frame in history.frames] == [0, 10, 20, 29]
    assert history.frames[-1].arms[1].scalar("train_loss") > 0
    assert [mark.text for mark in history.marks] == ["lr=0.1"]
    assert len(history.surfaces) == 1
    assert history.boundary is not None
    assert [len(curve.step) for curve in history.evaluations] == [4, 4]


def test_a_watched_model_of_version_1_opens() -> None:
    history = bnviz.load(FORMATS / "watched-v1.npz")
    assert [frame.step for frame in history.frames] == [0, 2, 4]
    assert len(history.curves[0].step) == 6


def test_a_surface_of_version_1_opens() -> None:
    record, experiment = load_surface(FORMATS / "surface-v1.npz")
    assert record.loss.shape == (2, 5, 5)
    assert experiment.base.dataset == "moons"


def test_a_study_of_version_1_opens() -> None:
    result = load_study(FORMATS / "study-v1.json")
    assert [unit.arm for unit in result.units] == [arm.name for arm in result.arms]


@pytest.mark.parametrize("version", [1, 2])
def test_finished_units_of_every_version_are_found(version: int, tmp_path: Path) -> None:
    lines = (FORMATS / f"study-work-v{version}.jsonl").read_text(encoding="utf-8")
    (tmp_path / "figure1.jsonl").write_text(lines, encoding="utf-8")
    assert len(ProgressFile(tmp_path, "figure1").read()) == len(lines.splitlines())


@pytest.mark.parametrize("version", [1, 2])
def test_a_checkpoint_of_every_version_opens(version: int) -> None:
    state = load_state(FORMATS / f"checkpoint-v{version}.pt", "0123abcd")
    assert state is not None
    assert set(state) == {"key", "step", "curves", "net", "optimizer", "generators"}
    assert load_state(FORMATS / f"checkpoint-v{version}.pt", "another key") is None


@pytest.mark.parametrize("version", [1, 2])
def test_a_sweep_of_version_1_opens_and_finished_cells_of_every_version_are_found(version: int) -> None:
    result = load_sweep(FORMATS / "sweep-v1.json")
    cells = (FORMATS / f"sweep-work-v{version}.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(result.cells) == len(cells) == 16
    keys = {json.loads(line)["key"] for line in cells}
    found = read_progress(result.sweep, load_dataset("moons"), FORMATS / f"sweep-work-v{version}.jsonl")
    # The keys hold the version of torch: another one computes the cells again.
    assert {cell.key for cell in found} in (keys, set())


def test_a_ledger_of_version_1_opens() -> None:
    assert set(load_ledger(FORMATS / "claims-v1.json").tests) == {"E1", "E9", "L1"}


def test_a_process_that_has_read_every_kind_of_file_ends_well() -> None:
    # A union of msgspec can free memory twice, which shows only when the process ends.
    source = f"""
import bnviz
from pathlib import Path
from bnviz.ledger.records import load_ledger
from bnviz.studies import load_study
from bnviz.sweeps import load_sweep
folder = Path({str(FORMATS)!r})
assert bnviz.load(folder / "recording-v1.npz").frames
assert load_study(folder / "study-v1.json").units
assert load_ledger(folder / "claims-v1.json").tests
assert load_sweep(folder / "sweep-v1.json").cells
"""
    root = Path(__file__).parents[1]
    ended = subprocess.run([sys.executable, "-c", source], cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
