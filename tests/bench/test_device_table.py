"""The table of a device: what it finds where a device computes other numbers, and what it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bnviz.bench.device import agreement, repetition, replays, speed, table
from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import CPU, DeviceScene, scenes_for, trained
from bnviz.cli.main import main
from bnviz.config import Experiment, RunConfig, parse_arms
from bnviz.training.engines.autograd_engine import AutogradEngine
from bnviz.training.engines.step_engine import Refusal
from tests.training.engines.stand_in_graphs import StandInGraphs

ROOT = Path(__file__).parents[2]
SMALL = DeviceScene("small", Experiment(RunConfig(dataset="moons", depth=2, width=4), parse_arms("none,batch")), 6)


def held(rows):
    return {row.what.removeprefix("small: "): row.holds for row in rows}


def test_the_cpu_agrees_with_itself_and_repeats():
    rows = [*agreement.agreement(SMALL, CPU), *repetition.repetition(SMALL, CPU)]
    assert set(held(rows).values()) == {True}
    assert len(rows) == 9


def test_another_weight_after_the_first_step_is_found_and_named(monkeypatch):
    calls = []

    def second_is_off(scene, device, steps, observed=False):
        run = trained(scene, device, steps, observed)
        calls.append(run)
        if len(calls) == 2:
            with torch.no_grad():
                run.twins[1].net.get_parameter("norm2.bias")[1] += 0.1
        return run

    monkeypatch.setattr(agreement, "trained", second_is_off)
    rows = list(agreement.agreement(SMALL, CPU))
    assert [what for what, holds in held(rows).items() if not holds] == ["step 1, weights, largest difference"]
    assert any("norm2.bias of arm 1" in row.found for row in rows)


def test_float64_is_far_more_exact_than_what_float32_is_allowed():
    step = agreement.step_in_float64(SMALL, CPU)
    assert all(value.dtype == torch.float64 for state in step.states for value in state.values())
    losses = trained(SMALL, CPU, 1).losses[0]
    assert step.losses == pytest.approx(losses, abs=1e-6)
    assert step.losses != losses


def test_other_bits_are_a_failure(monkeypatch):
    seeds = iter(range(10))

    def another_seed_each_time(scene, device, steps, observed=False):
        base = scene.experiment.base.with_fields(seed=next(seeds))
        return trained(replace(scene, experiment=Experiment(base, scene.experiment.arms)), device, steps, observed)

    monkeypatch.setattr(repetition, "trained", another_seed_each_time)
    assert set(held(repetition.repetition(SMALL, CPU)).values()) == {False}


def test_a_run_resumes_with_the_same_bits_only_at_the_same_step():
    whole, again = trained(SMALL, CPU, 6), repetition.resumed(SMALL, CPU)
    assert again.digest() == whole.digest()
    assert again.losses == whole.losses
    assert trained(SMALL, CPU, 5).digest() != whole.digest()


def test_a_check_that_raises_becomes_a_row_and_the_next_one_runs(monkeypatch):
    def breaks():
        yield DeviceRow("first", "found", True)
        load_nothing = Experiment(RunConfig(width=-1))
        yield DeviceRow("never", str(load_nothing))

    monkeypatch.setattr(
        table, "checks", lambda device: [("broken", breaks), ("next", lambda: iter([DeviceRow("next", "")]))]
    )
    rows = list(table.table(CPU))[1:]
    assert [(row.what, row.holds) for row in rows] == [("first", True), ("broken", False), ("next", None)]
    assert rows[1].found.startswith("InputError: ")
    assert " at bounds.py:" in rows[1].found


def test_after_the_time_limit_checks_are_named_and_not_made():
    rows = list(table.table(CPU, limit_s=-1.0))
    assert [row.what for row in rows[1:]] == [name for name, _ in table.checks(CPU)]
    assert {row.found for row in rows[1:]} == {"left out: out of time"}


def test_what_takes_minutes_on_a_cpu_is_tried_on_a_gpu_only():
    heavy = {scene.name for scene in scenes_for(torch.device("cuda"))} - {scene.name for scene in scenes_for(CPU)}
    assert heavy == {"vgg11 w64 b128"}
    names = [name for name, _ in table.checks(torch.device("cuda"))]
    assert [name for name in names if name.startswith("waits")] == [
        f"waits of {scene.name}" for scene in scenes_for(torch.device("cuda"))
    ]


def test_every_rate_is_measured_on_steps_that_train(monkeypatch):
    made = []

    def once(step, device):
        made.append(step())
        step()
        return 2.0

    monkeypatch.setattr(speed, "rate", once)
    monkeypatch.setattr(speed, "FRAME_EVERY", 1)
    engines, row = speed.speed(SMALL, CPU)
    assert (engines.found, engines.holds) == ("by hand, by hand", True)
    assert row.numbers == {"plain loop": 2.0, "queued": 2.0, "ours": 2.0, "with frames": 2.0}
    ours, with_frames = made[2:]
    assert ours.losses == with_frames.losses == trained(SMALL, CPU, 1).losses[0]


def test_a_refusal_to_replay_is_a_failure_with_its_reason():
    (twin, *_) = trained(SMALL, CPU, 1).twins
    twin.engine = AutogradEngine(twin.net, twin.optimizer, twin.recorder, Refusal("error", "capture failed"))
    row = speed._engines(SMALL, [twin])
    assert row.holds is False
    assert "capture failed" in row.found


class NoGraphs(StandInGraphs):
    def record(self, work):
        raise RuntimeError("no graphs here")


class StaleGraphs(StandInGraphs):
    """Graphs that work for a while: from the fourth replay after the comparison on, they do nothing."""

    def record(self, work):
        result, replay = super().record(work)
        return result, lambda: self.replays < 8 and replay()


def test_replays_are_compared_with_steps_kernel_by_kernel():
    (row,) = replays.replays(SMALL, CPU, StandInGraphs)
    assert row.holds
    assert len(row.found) == 12
    (refused,) = replays.replays(SMALL, CPU, NoGraphs)
    assert refused.holds is False
    assert "no graphs here" in refused.found
    (other,) = replays.replays(SMALL, CPU, StaleGraphs)
    assert other.holds is False
    assert len(other.found.split()) == 2


def test_the_command_prints_rows_and_says_what_failed(monkeypatch, capsys):
    assert main(["bench", "--device", "cpu", "--only", "sweep", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [row["what"] for row in content["rows"]] == ["measured on", "stacked sweep: losses after 10 steps"]
    assert content["failed"] == []
    monkeypatch.setattr(table, "stacked_sweep", lambda device: iter([DeviceRow("nets", "other numbers", False)]))
    assert main(["bench", "--device", "cpu", "--only", "sweep"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 failed: nets"


def test_a_number_that_json_cannot_hold_costs_no_row(monkeypatch, capsys):
    monkeypatch.setattr(
        table, "stacked_sweep", lambda device: iter([DeviceRow("nets", "nan", False, {"far": float("nan"), "n": 1})])
    )
    assert main(["bench", "--device", "cpu", "--only", "sweep", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["rows"][1]["numbers"] == {"far": None, "n": 1}


def test_an_unknown_check_and_a_device_that_is_not_here_are_bad_input(capsys):
    assert main(["bench", "--device", "cpu", "--only", "nonsense"]) == 2
    assert "repetition of default" in capsys.readouterr().err
    if not torch.cuda.is_available():
        assert main(["bench", "--device", "cuda"]) == 2


def test_a_package_that_is_missing_is_named_in_one_line(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bnviz.bench.device.table", None)
    assert main(["bench", "--device", "cpu"]) == 2
    assert capsys.readouterr().err.startswith("bnviz: bench --device needs bnviz.bench.device.table too: pip install")


ALONE = """
import sys
from importlib.abc import MetaPathFinder
ALLOWED = {"torch", "numpy", "msgspec", "bnviz", *sys.stdlib_module_names}
class Refuse(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        frame, ours = sys._getframe(1), False
        while frame and not ours:
            ours = frame.f_globals.get("__name__", "").startswith("bnviz")
            theirs = frame.f_globals.get("__name__", "").split(".")[0] in ("torch", "numpy", "msgspec")
            if theirs:
                return None
            frame = frame.f_back
        if ours and name.split(".")[0] not in ALLOWED:
            raise ModuleNotFoundError(f"{name} is not installed here")
        return None
sys.meta_path.insert(0, Refuse())
from bnviz.cli.main import main
sys.exit(main(["bench", "--device", "cpu", "--only", "sweep"]))
"""


def test_it_needs_no_package_but_torch_numpy_and_msgspec():
    done = subprocess.run([sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "all fine"
