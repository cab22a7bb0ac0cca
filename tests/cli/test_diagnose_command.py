"""python -m bnviz diagnose and inspect: the user's code is named, results are JSON, faults set the exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from bnviz.cli.main import main

CODE = """
import torch
from torch import nn

print("the user's module prints this")
torch.manual_seed(0)
DATA = [(torch.randn(32, 4) + 5, torch.zeros(32, dtype=torch.int64)) for _ in range(3)]
healthy = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
for _ in range(40):
    for x, _ in DATA:
        healthy(x)
healthy.eval()

def sick():
    import copy
    made = copy.deepcopy(healthy)
    made[1].running_var[3] = float("nan")
    return made

def loader():
    return iter(DATA)

def share(output, target):
    return float((output.argmax(1) == target).float().mean())

def broken():
    raise RuntimeError("no weights here")
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"users_code_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(CODE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return name


def test_a_sick_net_is_told_as_json_with_exit_code_1(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", f"{code}:sick", f"{code}:loader", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0]["code"] == "not-finite"
    assert told["findings"][0]["layer"] == "1"
    assert told["findings"][0]["channels"] == [3]


def test_words_a_metric_and_a_page(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--metric", f"{code}:share", "--html", str(tmp_path / "report.html"), "--lang", "zh"]
    assert main(["diagnose", f"{code}:sick", f"{code}:loader", *words]) == 1
    assert "share" in capsys.readouterr().out
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert '<html lang="zh">' in page


def test_a_healthy_net_ends_with_0(code: str) -> None:
    assert main(["diagnose", f"{code}:healthy", f"{code}:DATA"]) == 0


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("{code}", "expected package.module:name"),
        ("{code}:absent", "has no 'absent'; it has "),
        ("{code}_absent:net", "cannot be imported: ModuleNotFoundError"),
        ("{code}:broken", "failed: RuntimeError: no weights here"),
        ("{code}:share", "was called without arguments and failed"),
    ],
)
def test_a_wrong_name_ends_in_one_sentence(
    code: str, model: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", model.format(code=code), f"{code}:DATA"]) == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert told.startswith("bnviz: ")
    assert said in told


def test_inspect_prints_words_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    for _ in range(50):
        model(torch.randn(4, 1, 5, 5))
    torch.save(model.state_dict(), tmp_path / "good.pt")
    model[1].running_mean[1] = float("inf")
    torch.save({"model": model.state_dict()}, tmp_path / "bad.pt")
    good, bad = str(tmp_path / "good.pt"), str(tmp_path / "bad.pt")
    assert main(["inspect", good]) == 0
    assert "Nothing was found" in capsys.readouterr().out
    assert main(["inspect", bad, "--against", good, "--entry", "model", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["entry"] == "model"
    assert told["findings"][0]["channels"] == [1]
    assert main(["inspect", str(tmp_path / "absent.pt")]) == 2
    assert "absent.pt: cannot be read" in capsys.readouterr().err
