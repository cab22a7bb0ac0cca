"""Every pitfall's program shows its effect and its cure, measured in its own variables."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from bnviz.chapters.pitfalls import snippets
from bnviz.chapters.pitfalls.snippets import FOLDER, PITFALLS, discussions, program
from bnviz.config import InputError

Names = dict[str, Any]

SHOWN: dict[str, Callable[[Names], bool]] = {
    "p01": lambda n: n["train_answers"][0] != n["train_answers"][1],
    "p02": lambda n: "Expected more than 1 value per channel" in n["error"],
    "p03": lambda n: n["copied"] > 10 * n["converted"],
    "p04": lambda n: n["ratio"] > 1.5,
    "p05": lambda n: (round(n["used"], 3), round(n["stored"], 3)) == (0.889, 1.333),
    "p06": lambda n: n["frozen_by_flag"] > 0.5,
    "p07": lambda n: n["bn_gap"] > 0.1,
    "p08": lambda n: "inplace operation" in n["error"],
    "p09": lambda n: torch.allclose(n["twice"], 1.9 * n["plain"]),
    "p10": lambda n: n["decayed"] == pytest.approx((1 - 0.1 * 0.01) ** 1000, rel=1e-3),
    "p11": lambda n: n["trained"] > 0.95 and n["forgotten"] < 0.6,
    "p12": lambda n: n["stale"] > 1.2 * n["fresh"],
    "p13": lambda n: n["separate"] < 1e-5,
    "p14": lambda n: n["leaked"] > 0.85,
    "p15": lambda n: (n["before"] == 0).float().mean() > 0.4 and n["before"].mean() > 0.3,
    "p16": lambda n: n["bias_gradient"] < 1e-5 * n["weight_gradient"] and n["difference"] < 1e-3,
    "p17": lambda n: n["tiny"] < 1e-2 * n["ones"] and n["blown_up"] > 100,
    "p18": lambda n: n["bad"] < 0.4,
}
CURED: dict[str, Callable[[Names], bool]] = {
    "p01": lambda n: n["eval_answers"][0] == n["eval_answers"][1],
    "p02": lambda n: n["sizes"] == [32, 32],
    "p03": lambda n: n["converted"] < 0.03,
    "p04": lambda n: n["difference"] == 0,
    "p05": lambda n: n["used"] == pytest.approx(n["biased"]) and n["stored"] == pytest.approx(n["unbiased"]),
    "p06": lambda n: n["frozen_by_eval"] == 0 and n["undone"],
    "p07": lambda n: n["ln_gap"] < 1e-5,
    "p08": lambda n: n["cured"],
    "p09": lambda n: torch.allclose(n["cured"], n["plain"]),
    "p10": lambda n: n["kept"] == 1,
    "p11": lambda n: n["cured"] == n["trained"],
    "p12": lambda n: n["fresh"] < n["stale"],
    "p13": lambda n: n["together"] > 1,
    "p14": lambda n: 0.4 < n["mixed"] < 0.6,
    "p15": lambda n: abs(n["after"].mean()) < 1e-5 and (n["after"] == 0).float().mean() < 0.05,
    "p16": lambda n: n["saved"] == 4,
    "p17": lambda n: n["ones"] > 1e-3,
    "p18": lambda n: n["good"] == pytest.approx(1.0, abs=0.05),
}


@pytest.mark.parametrize("name", PITFALLS)
def test_the_program_shows_the_pitfall_and_its_cure(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with torch.random.fork_rng():
        names = runpy.run_path(str(FOLDER / f"{name}.py"))
    assert SHOWN[name](names)
    assert CURED[name](names)
    assert len(capsys.readouterr().out.splitlines()) >= 2


def test_there_are_eighteen_short_programs_and_no_others() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.py")) == list(PITFALLS)
    for name in PITFALLS:
        lines = [line for line in program(name).splitlines() if line.strip()]
        assert len(lines) <= 24, f"{name} is no short program"
        assert "cure" in program(name)


def test_a_program_runs_in_its_own_process() -> None:
    outcome = snippets.run("p05")
    assert outcome.ended == "ok"
    assert "0.889 (biased)" in outcome.output
    assert 0 < outcome.seconds < snippets.TIMEOUT_S


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(snippets, "FOLDER", tmp_path)
    return tmp_path


def test_a_program_that_does_not_end_is_ended(own_folder: Path) -> None:
    (own_folder / "p01.py").write_text("while True: pass")
    assert snippets.run("p01", timeout_s=0.5).ended == "timeout"


def test_a_program_that_fails_says_why(own_folder: Path) -> None:
    (own_folder / "p01.py").write_text("raise SystemExit('no luck')")
    outcome = snippets.run("p01")
    assert (outcome.ended, outcome.output.strip()) == ("failed", "no luck")


def test_a_program_does_not_get_the_servers_environment(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNVIZ_SECRET", "42")
    (own_folder / "p01.py").write_text("import os; print('BNVIZ_SECRET' in os.environ)")
    assert snippets.run("p01").output == "False\n"


def test_two_run_at_once_and_no_more() -> None:
    taken = [snippets.SLOTS.acquire(timeout=1) for _ in range(snippets.MAX_RUNNING)]
    try:
        assert all(taken)
        assert snippets.run("p01", timeout_s=0.05).ended == "busy"
    finally:
        for _ in taken:
            snippets.SLOTS.release()


@pytest.mark.parametrize("name", ["p19", "../x", ""])
def test_nothing_else_can_be_run(name: str) -> None:
    with pytest.raises(InputError, match="p01 to p18"):
        snippets.run(name)


def test_discussions_have_names_and_mostly_addresses() -> None:
    assert discussions("p05")[0].url == "https://github.com/pytorch/pytorch/issues/19902"
    assert discussions("p04")[0].url == "https://github.com/gzuidhof/nn-transfer/pull/3"
    assert discussions("p18")[0].url is None
    assert all(discussions(name) for name in PITFALLS)
