"""device=auto: what is tried, when, and what is said of it."""

from __future__ import annotations

import pytest
import torch

from bnviz.cli.train import device_line
from bnviz.config import Experiment, InputError, RunConfig, parse_arms
from bnviz.data import load_dataset
from bnviz.telemetry.run_description import RunDescription
from bnviz.training import device_trial
from bnviz.training.device_trial import DeviceChoice, choose_device, fastest, steps_per_s
from bnviz.training.trainer import Trainer

SMALL = Experiment(RunConfig(dataset="moons", depth=1, width=4), parse_arms("none,batch"))


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons")


@pytest.fixture
def with_gpu(monkeypatch):
    """A machine with a GPU whose rates are given; the devices that were tried, in order."""
    tried, rates = [], {"cuda": 900.0, "cpu": 300.0}

    def measured(experiment, dataset, device):
        tried.append(device.type)
        if isinstance(rates[device.type], Exception):
            raise rates[device.type]
        return rates[device.type]

    monkeypatch.setattr(device_trial, "available_devices", lambda: ("cuda", "cpu"))
    monkeypatch.setattr(device_trial, "steps_per_s", measured)
    monkeypatch.setattr(device_trial, "_tried", {})
    return tried, rates


def changed(**changes):
    return Experiment(SMALL.base.with_fields(**changes), SMALL.arms)


def test_the_faster_device_is_chosen(with_gpu, moons):
    assert choose_device(SMALL, moons) == DeviceChoice(torch.device("cuda"), {"cuda": 900.0, "cpu": 300.0})


def test_a_small_net_stays_on_the_cpu(with_gpu, moons):
    with_gpu[1]["cuda"] = 310.0  # not faster by enough to be more than chance
    assert choose_device(SMALL, moons).device == torch.device("cpu")
    assert fastest({"cuda": 331.0, "cpu": 300.0}) == "cuda"


def test_a_repetition_is_not_tried_again_and_another_net_is(with_gpu, moons):
    tried, rates = with_gpu
    first = choose_device(SMALL, moons)
    rates["cuda"] = 1.0  # the machine is busy now
    assert choose_device(changed(seed=5, lr=0.01), moons) == first
    assert tried == ["cuda", "cpu"]
    assert choose_device(changed(width=5), moons).device == torch.device("cpu")
    assert tried == ["cuda", "cpu"] * 2


def test_only_so_many_trials_are_kept(with_gpu, moons, monkeypatch):
    monkeypatch.setattr(device_trial, "KEPT", 2)
    for width in (4, 5, 6, 5, 4):
        choose_device(changed(width=width), moons)
    assert len(device_trial._tried) == 2
    assert with_gpu[0] == ["cuda", "cpu"] * 4  # width 5 was still known, width 4 no longer


def test_a_recipe_that_needs_momentum_is_a_recipe_too(with_gpu, moons):
    assert choose_device(changed(sgd_momentum=0.9, nesterov=True), moons).device == torch.device("cuda")


def test_a_gpu_that_cannot_run_the_nets_is_said_so(with_gpu, moons):
    with_gpu[1]["cuda"] = TypeError("Cannot convert a MPS Tensor to float64")
    choice = choose_device(SMALL, moons)
    assert choice == DeviceChoice(torch.device("cpu"), {"cuda": 0.0, "cpu": 300.0})


def test_an_error_on_the_cpu_is_not_hidden(with_gpu, moons):
    with_gpu[1]["cpu"] = RuntimeError("a mistake of ours")
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        choose_device(SMALL, moons)


def test_a_device_that_was_asked_for_is_not_tried(with_gpu, moons):
    assert choose_device(changed(device="cpu"), moons) == DeviceChoice(torch.device("cpu"))
    assert with_gpu[0] == []


def test_without_a_gpu_there_is_nothing_to_try(monkeypatch, moons):
    monkeypatch.setattr(device_trial, "available_devices", lambda: ("cpu",))
    monkeypatch.setattr(device_trial, "steps_per_s", None)
    assert choose_device(SMALL, moons) == DeviceChoice(torch.device("cpu"))


def test_a_device_that_is_not_here_is_bad_input_at_once(moons):
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="device 'cuda' is not available here"):
            choose_device(changed(device="cuda"), moons)


def test_the_trial_trains_the_arms_for_its_time(moons, monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(device_trial.time, "perf_counter", lambda: 0.01 * next(clock))
    # One step of 0.01 s warms up; then the clock is read once per step until 0.05 s have passed.
    assert steps_per_s(SMALL, moons, torch.device("cpu")) == pytest.approx(4 / 0.05)


def test_a_step_that_takes_longer_than_the_trial_is_measured_alone(moons, monkeypatch):
    clock = iter((0.0, 0.0, 2.0))
    monkeypatch.setattr(device_trial.time, "perf_counter", lambda: next(clock))
    assert steps_per_s(SMALL, moons, torch.device("cpu")) == 0.5


def test_a_run_keeps_what_its_device_was_chosen_by(with_gpu, moons):
    with_gpu[1]["cuda"] = 120.26
    description = Trainer(SMALL, moons, 10).history.description
    assert RunDescription.from_dict(description.to_dict()) == description  # a recording keeps it
    provenance = description.to_dict()["provenance"]
    assert provenance["device"] == "cpu"
    assert provenance["device_rates"] == {"cuda": 120.3, "cpu": 300.0}
    assert device_line(provenance, "auto") == (
        "trained on cpu: the faster device in a trial (cuda 120 steps/s, cpu 300 steps/s)"
    )


def test_a_run_whose_device_was_not_tried_says_no_rates(moons):
    provenance = Trainer(changed(device="cpu"), moons, 10).history.meta["provenance"]
    assert "device_rates" not in provenance
    assert device_line(provenance, "cpu") == "trained on cpu"
    assert device_line(provenance, "auto") == "trained on cpu: no GPU was found"
