"""``python -m bnviz experiment``: list, run, stop, resume."""

import json
import os
import signal

import pytest

from bnviz.cli.main import main
from bnviz.studies import STUDIES, load_study
from bnviz.studies.verdicts import row_of

SMALL = ["figure1", "--steps", "20", "--seeds", "2", "--set", "width=8", "batch_size=16"]


@pytest.fixture(autouse=True)
def data_home(tmp_path, monkeypatch):
    home = tmp_path / "data-home"
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(home))
    return home


def run(capsys, *arguments):
    code = main(["experiment", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_list(capsys):
    code, out, _ = run(capsys, "list", "--json")
    assert code == 0
    listed = json.loads(out)["experiments"]
    assert [row["name"] for row in listed] == list(STUDIES)
    code, out, _ = run(capsys, "list")
    assert [line.split()[0] for line in out.splitlines()] == [*STUDIES, "claims", "words"]


def test_run_prints_one_object_writes_a_file_and_keeps_its_units(capsys, tmp_path, data_home):
    target = tmp_path / "figure1.json"
    code, out, err = run(capsys, "run", *SMALL, "--out", str(target), "--json")
    assert code == 0
    assert out.count("\n") == 1
    row = json.loads(out)
    assert row["name"] == "figure1"
    assert [arm["arm"] for arm in row["arms"]] == ["none", "batch"]
    assert {"mean", "sd", "low", "high"} == set(row["arms"][0]["accuracy"])
    assert row["provenance"]["command"] == (
        "python -m bnviz experiment run figure1 --seeds 2 --steps 20 --set width=8 batch_size=16"
    )
    assert {v["verdict"] for v in row["expectations"]} <= {"too_few_seeds"}
    assert "left" in err
    result = load_study(target)
    assert row_of(result) == {k: v for k, v in row.items() if k != "out"}
    assert [path.name for path in (data_home / "studies").iterdir()] == ["figure1.jsonl"]
    code, again, err = run(capsys, "run", *SMALL, "--json")
    assert err == ""  # all units were there
    assert json.loads(again)["arms"] == row["arms"]


def test_run_in_words_and_some_arms_only(capsys):
    code, out, _ = run(capsys, "run", *SMALL, "--arms", "batch")
    assert code == 0
    assert out.splitlines()[0] == "figure1: 2 seeds, mnist-binary"
    assert out.splitlines()[1].startswith("  batch: accuracy 0.")


def test_ctrl_c_keeps_what_was_done_and_the_same_command_goes_on(capsys, monkeypatch, data_home):
    from bnviz.studies import study_runner

    real = study_runner.train_steps

    def interrupted(twins, *arguments, **options):
        for count, step in enumerate(real(twins, *arguments, **options)):
            if twins[0].config.norm == "batch" and count == 7:
                os.kill(os.getpid(), signal.SIGINT)
            yield step

    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patched:
        patched.setattr(study_runner, "train_steps", interrupted)
        code, out, err = run(capsys, "run", *SMALL)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == "bnviz: stopped; the same command goes on from here"
    assert signal.getsignal(signal.SIGINT) is before
    assert len(list((data_home / "studies").glob("*.pt"))) == 1
    code, out, _ = run(capsys, "run", *SMALL, "--json")
    assert code == 0
    stopped = json.loads(out)["arms"]
    whole = json.loads(run(capsys, "run", *SMALL, "--work", str(data_home / "other"), "--json")[1])["arms"]
    times = ("step_ms",)
    assert [{k: v for k, v in arm.items() if k not in times} for arm in stopped] == [
        {k: v for k, v in arm.items() if k not in times} for arm in whole
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "list|run"),
        (("run",), "NAME"),
        (("run", "nope"), "unknown experiment 'nope'; known are figure1"),
        (("run", "figure1", "--seeds", "0"), "a study runs from 1 to 20"),
        (("run", "figure1", "--steps", "0"), "steps must be from 1"),
        (("run", "figure1", "--workers", "0"), "workers must be"),
        (("run", "figure1", "--arms", "nope"), "no arm 'nope'"),
        (("run", "figure1", "--set", "lr"), "--set takes KEY=VALUE"),
        (("run", "figure1", "--set", "seed=3"), "--seeds N"),
        (("run", "figure1", "--dataset", "nowhere"), "unknown data set 'nowhere'"),
        (("run", "figure1", "--dataset", "file:/nowhere.npz"), "nowhere.npz"),
        (("run", "figure1", "--out", "/nowhere/at/all.json"), "--out must name a file"),
        (("run", "vgg11-cifar10"), "python -m bnviz data fetch cifar10, or bring your own with --dataset file:"),
    ],
)
def test_bad_input_is_exit_2_with_one_line(capsys, arguments, words):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("bnviz: ")
    assert words in err


def test_every_arm_diverging_is_a_failed_run(capsys):
    changes = ["--set", "activation=identity", "init_std=10", "lr=100", "width=8"]
    code, out, _ = run(capsys, "run", "figure1", "--seeds", "1", "--steps", "60", "--arms", "none", *changes, "--json")
    assert code == 1
    assert json.loads(out)["arms"][0]["diverged"] == 1
