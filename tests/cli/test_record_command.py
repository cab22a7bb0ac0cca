"""``python -m bnviz record``: every recording and document, made in a tiny form."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bnviz.api.record import RecordOptions
from bnviz.chapters.convolution import late_bn_study, recorded_weights
from bnviz.chapters.inference import stage_net, statistics_study
from bnviz.chapters.initialization.scale_sweep import sweep_from_dict
from bnviz.chapters.regularization.overfit import study_from_dict
from bnviz.chapters.saturation.layer_scenes import SCENES
from bnviz.chapters.why import linear_net, recipes, record
from bnviz.chapters.why.recipes import read_parts
from bnviz.chapters.why.study import ShiftStudy
from bnviz.cli import experiments_document, record_studies
from bnviz.cli.main import main
from bnviz.cli.record import RECORDINGS, recorders
from bnviz.cli.record_default import split_digits
from bnviz.cli.record_studies import command_of
from bnviz.data import load_dataset
from bnviz.ledger.records import load_ledger
from bnviz.studies import load_study
from bnviz.sweeps import load_sweep
from bnviz.telemetry.recording import load


def made(folder: Path, *words: str) -> Path:
    """Make a recording in a folder; return its only file."""
    assert main(["record", *words, "--out", str(folder)]) == 0
    (path,) = folder.iterdir()
    return path


def plain(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_name_has_a_function_and_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(recorders()) == list(RECORDINGS)
    assert main(["record", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(RECORDINGS)


def test_the_default_scene(tmp_path: Path) -> None:
    history = load(made(tmp_path, "default", "--steps", "3"))
    assert [frame.step for frame in history.frames] == [0, 1, 2]
    assert history.surfaces


def test_initialization(tmp_path: Path) -> None:
    content = plain(made(tmp_path, "initialization", "rate-tanh", "--seeds", "2", "--steps", "2"))
    assert content["provenance"]["script"] == "python -m bnviz record initialization"
    (name,) = content["sweeps"]
    sweep = sweep_from_dict(content["sweeps"][name])
    assert (name, tuple(sweep.seeds)) == ("rate-tanh", (0, 1))


def test_regularization(tmp_path: Path) -> None:
    study = study_from_dict(plain(made(tmp_path, "regularization", "--seeds", "1", "--steps", "15"))["study"])
    assert tuple(study.seeds) == (0,)


def test_inference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path, "inference", "--seeds", "1", "--steps", "10")
    monkeypatch.setattr(statistics_study, "RECORDED", path)
    statistics_study.recorded_study.cache_clear()
    found = statistics_study.recorded_study()
    statistics_study.recorded_study.cache_clear()
    assert (found.steps, found.seeds, found.accuracy.shape) == ((10,), (0,), (4, 1, 5, 1))


def test_the_small_net_of_inference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_net, "N_DRAWS", 8)
    content = plain(made(tmp_path, "inference-net", "--steps", "40"))
    assert content["provenance"]["script"] == "python -m bnviz record inference-net"
    assert content["steps"] == 40
    assert stage_net.rebuilt(content)(torch.zeros(2, 24, dtype=torch.float64)).shape == (2, 10)


def test_saturation(tmp_path: Path) -> None:
    content = plain(made(tmp_path, "saturation", "--steps", "20"))
    assert content["provenance"]["script"] == "python -m bnviz record saturation"
    assert {name: scene["steps"] for name, scene in content["scenes"].items()} == {name: [0, 20] for name in SCENES}


def test_a_survival_map(tmp_path: Path) -> None:
    result = load_sweep(made(tmp_path, "survival", "points", "--seeds", "1", "--steps", "2"))
    assert (result.sweep.seeds, result.sweep.steps, len(result.cells)) == (1, 2, result.sweep.size)
    assert result.provenance["script"] == "python -m bnviz record survival"


@pytest.fixture
def _shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five linear layers where the recording has 25: most of the time goes into copies of them."""
    monkeypatch.setattr(linear_net, "deep_linear_net", partial(linear_net.deep_linear_net, layers=5))


@pytest.mark.usefixtures("_shallow")
def test_the_scenes_of_why_are_added_to_the_file(tmp_path: Path) -> None:
    made(tmp_path, "why", "linear", "--seeds", "1", "--steps", "4")
    found = read_parts(made(tmp_path, "why", "figure1", "--seeds", "1", "--steps", "2"))
    assert {scene: study.steps for scene, study in found.studies.items()} == {"linear": (0, 3), "figure1": (0, 1)}
    assert set(found.provenance["cpu_seconds"]) == {"linear", "figure1"}


@pytest.mark.usefixtures("_shallow")
def test_a_recording_of_why_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seeds of the file are kept as they are, if they were measured at the same steps."""
    ran: list[tuple[int, ...]] = []

    def full_study(*told: Any) -> ShiftStudy:
        ran.append(told[3])
        return recipes.full_study(*told)

    monkeypatch.setattr(record, "full_study", full_study)
    first = read_parts(made(tmp_path, "why", "linear", "--seeds", "1", "--steps", "4")).studies["linear"]
    file = made(tmp_path, "why", "linear", "--seeds", "2", "--steps", "4")
    kept = read_parts(file)
    assert kept.studies["linear"].seeds == (0, 1)
    assert kept.provenance["seeds"] == [0, 1]
    assert (kept.studies["linear"].values["l2"][:, :1] == first.values["l2"]).all()
    again = file.read_bytes()
    made(tmp_path, "why", "linear", "--seeds", "2", "--steps", "4")
    assert file.read_bytes() == again, "nothing was missing"
    fresh = read_parts(made(tmp_path, "why", "linear", "--seeds", "1", "--steps", "11")).studies["linear"]
    assert (fresh.seeds, len(fresh.steps)) == ((0,), 3)
    assert ran == [(0,), (1,), (0,)]


def test_the_weights_of_convolution(tmp_path: Path) -> None:
    moment, provenance = recorded_weights.load(made(tmp_path, "convolution", "weights", "--steps", "1"))
    assert moment.steps == 1
    assert provenance["script"] == "python -m bnviz record convolution"


def test_bn_inserted_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_bn_study, "INSERT_AT", (1,))
    monkeypatch.setattr(late_bn_study, "LAYER_CHOICES", ("never", "start"))
    content = plain(made(tmp_path, "convolution", "insert", "--seeds", "1", "--steps", "2"))
    assert len(content["curves"]) == 3


def test_the_twins_of_a_convolutional_net(tmp_path: Path) -> None:
    history = load(made(tmp_path, "convolution", "vgg11", "--dataset", "mnist", "--steps", "1"))
    assert history.last_evaluation(0)[0] == 1


def test_some_claims(tmp_path: Path) -> None:
    ledger = load_ledger(made(tmp_path, "claims", "E2", "--seeds", "1"))
    assert list(ledger.tests) == ["E2"]
    assert ledger.provenance["seeds"] == 1
    more = load_ledger(made(tmp_path, "claims", "E18", "--seeds", "1"))  # the other test stays in the file
    assert list(more.tests) == ["E2", "E18"]
    assert more.values("E2.shape_change") == ledger.values("E2.shape_change")
    assert main(["record", "claims", "E2", "--seeds", "2", "--out", str(tmp_path)]) == 2


def test_a_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_here(command: list[str], *, check: bool) -> None:
        assert check
        assert main(command[3:]) == 0

    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(record_studies, "WORKERS", 1)
    monkeypatch.setattr("subprocess.run", run_here)
    folder = tmp_path / "out"
    folder.mkdir()
    result = load_study(made(folder, "studies", "figure1", "--seeds", "1", "--steps", "1"))
    assert (result.name, result.seeds, result.steps) == ("figure1", (0,), 1)
    assert main(["record", "studies", "figure1", "--out", str(folder)]) == 0  # kept as it is
    assert load_study(folder / "figure1.json") == result


def test_a_study_of_cifar10_is_given_its_images() -> None:
    options = RecordOptions(dataset="file:c.npz")
    assert command_of("adabn", Path("x.json"), options)[-4:-2] == ["--dataset", "file:c.npz"]
    assert "--dataset" not in command_of("figure1", Path("x.json"), options)


def test_the_shipped_document_of_the_experiments_is_the_generated_one(tmp_path: Path) -> None:
    assert made(tmp_path, "experiments-doc").read_text("utf-8") == experiments_document.DOC.read_text("utf-8")


def test_the_sample_of_mnist_is_split_by_class() -> None:
    labels = np.repeat(np.arange(10), 500)
    pixels = np.zeros((5000, 784))
    pixels[:, 0] = labels
    parts = split_digits(pixels, labels)
    assert np.bincount(parts["y_train"]).tolist() == [400] * 10
    assert np.bincount(parts["y_test"]).tolist() == [100] * 10
    assert np.array_equal(parts["x_train"][:, 0, 0], parts["y_train"])
    shipped = load_dataset("mnist")
    assert (len(parts["x_train"]), len(parts["x_test"])) == (len(shipped.x_train), len(shipped.x_test))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["record"], "record takes one of default, scenes, mnist-sample"),
        (["record", "nothing"], "got 'nothing'"),
        (["record", "why", "nothing"], "unknown part 'nothing'; known are figure1"),
        (["record", "why", "--steps", "0"], "--steps must be at least 1"),
        (["record", "why", "--out", "nowhere"], "--out must name a folder that exists"),
    ],
)
def test_bad_input_is_one_line(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert sentence in err
