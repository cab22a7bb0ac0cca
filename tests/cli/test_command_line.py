"""The command line: one JSON object or one line, and exit codes that scripts can rely on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bnviz.cli.main import main
from bnviz.telemetry.recording import load

ROOT = Path(__file__).parents[2]
TINY = ["--set", "dataset=moons", "depth=1", "width=4", "batch_size=8", "--steps", "20"]


@pytest.fixture(autouse=True)
def data_home(tmp_path, monkeypatch):
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path / "data-home"))


def run(capsys, *arguments):
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_train_prints_one_json_object_and_twice_the_same(capsys):
    outputs = []
    for _ in range(2):
        code, out, err = run(capsys, "train", *TINY, "--json")
        assert code == 0
        assert err == ""
        assert out.count("\n") == 1
        outputs.append(json.loads(out))
    assert outputs[0] == outputs[1]
    assert outputs[0]["steps"] == 20
    assert [row["arm"] for row in outputs[0]["arms"]] == [{"norm": "none"}, {"norm": "batch"}]
    assert outputs[0]["experiment"]["base"]["width"] == 4


def test_train_in_words(capsys):
    code, out, _ = run(capsys, "train", *TINY, "--arms", "lr:0.1,0.2,0.3")
    assert code == 0
    lines = out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["lr=0.1", "lr=0.2", "lr=0.3"]
    assert all("at step 20, finite throughout" in line for line in lines)


def test_train_writes_a_recording_that_loads(capsys, tmp_path):
    target = tmp_path / "run.npz"
    code, out, _ = run(capsys, "train", *TINY, "--out", str(target), "--json")
    assert code == 0
    content = json.loads(out)
    assert content["out"] == str(target)
    history = load(target)
    assert history.experiment.to_dict() == content["experiment"]
    assert history.frames[-1].step == 19
    assert history.last_evaluation(1)[2] == pytest.approx(content["arms"][1]["test_accuracy"], abs=1e-6)
    assert history.meta["batches_hashes"] == [row["batches_hash"] for row in content["arms"]]


def test_a_run_whose_arms_all_diverge_has_failed(capsys):
    arguments = ["activation=identity", "norm=none", "init_scale=100", "depth=3"]
    code, out, _ = run(capsys, "train", *TINY, "--set", *arguments, "--arms", "lr:100,90", "--steps", "300", "--json")
    assert code == 1
    assert all(row["diverged"] for row in json.loads(out)["arms"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "COMMAND"),
        (("fly",), "fly"),
        (("train", "--preset", "nope"), "unknown preset 'nope'; known are moons, default"),
        (("train", "--set", "lr"), "--set takes KEY=VALUE, got 'lr'"),
        (("train", "--set", "lr=fast"), "lr must be a number from"),
        (("train", "--set", "speed=3"), "unknown field 'speed'"),
        (("train", "--arms", "none,none"), "two arms are the same"),
        (("train", "--arms", "seed:1,2"), "arms cannot differ in 'seed'"),
        (("train", "--steps", "0"), "steps must be at least 1, got 0"),
        (("train", "--steps", "many"), "--steps"),
        (("train", "--frobnicate"), "--frobnicate"),
        (("train", "--set", "dataset=nowhere"), "unknown data set 'nowhere'"),
        (("train", "--set", "dataset=cifar10"), "cifar10"),
        (("train", "--set", "dataset=file:/nowhere.npz"), "nowhere.npz"),
        (("train", "--out", "/nowhere/at/all/run.npz"), "--out must name a file in a folder that exists"),
        (("train", "--out", "/"), "--out must name a file"),
        (("data", "fetch", "nowhere"), "nowhere"),
        (("data",), "list|fetch"),
        (("app", "--port", "0"), "--port must be from 1 to 65535"),
    ],
)
def test_bad_input_is_exit_2_with_one_line(capsys, arguments, words):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1, err
    assert lines[0].startswith("bnviz: ")
    assert words in lines[0]


def test_data_list(capsys):
    code, out, _ = run(capsys, "data", "list", "--json")
    assert code == 0
    listed = json.loads(out)["datasets"]
    assert {"mnist", "mnist-binary", "spirals", "moons", "circles", "xor", "cifar10"} <= set(listed)
    code, out, _ = run(capsys, "data", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(listed)


def test_help_is_no_failure(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["train", "--help"])
    assert caught.value.code == 0
    assert "--preset" in capsys.readouterr().out


def test_ctrl_c_is_a_failed_run_in_one_line(capsys, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bnviz.api.train.run_steps", stopped)
    code, _, err = run(capsys, "train", *TINY)
    assert (code, err) == (1, "bnviz: stopped\n")


def test_a_disk_that_is_full_is_a_failed_run_in_one_line(capsys, monkeypatch, tmp_path):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bnviz.telemetry.recording.save", full)
    code, _, err = run(capsys, "train", *TINY, "--out", str(tmp_path / "run.npz"))
    assert code == 1
    assert err.splitlines()[-1].startswith("bnviz: ")
    assert "No space left" in err


def test_the_door_passes_the_exit_code_on():
    command = [sys.executable, "-m", "bnviz", "train", "--preset", "nope"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("bnviz: unknown preset 'nope'")


def test_export_writes_one_page(capsys, tmp_path):
    out = tmp_path / "run.html"
    recording = ROOT / "assets" / "recordings" / "scenes" / "shallow-relu.npz"
    code, said, err = run(capsys, "export", str(recording), "--out", str(out), "--title", "My <net>")
    assert (code, err) == (0, "")
    assert str(out) in said
    assert "<title>My &lt;net&gt;</title>" in out.read_text(encoding="utf-8")
    code, _, err = run(capsys, "export", str(ROOT / "README.md"), "--out", str(out))
    assert code == 2
    assert err.count("\n") == 1
