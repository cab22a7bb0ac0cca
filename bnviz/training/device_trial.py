"""The device of a run with device=auto: the one that trains its nets faster, tried for about a tenth of a second.

Where a net is small, a GPU may be slower than one core of the CPU: each of its kernels is over before the host has sent
the next. How small depends on net, batch, GPU and CPU, so it is measured and not guessed.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from threading import Lock

import torch

from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.training.device import available_devices, resolve_device
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

log = logging.getLogger(__name__)

TRIAL_S = 0.05
"""Seconds per device, beside its first steps."""
WARM_UP = {"cpu": 1, "cuda": 8, "mps": 8}
"""Steps before the clock starts: the first ones load kernels, and those of a GPU that replays a graph record it."""
ADVANTAGE = 1.1
"""A GPU is chosen if it is faster by this factor; otherwise chance would choose where both are equally fast."""
KEPT = 256
"""Most recipes whose trials are kept; the oldest is forgotten."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The device of a run, and what it was chosen by.

    Attributes:
        device: the device.
        rates: steps per second of all arms on each device that was tried, 0 where they could not run; empty where
            the device was asked for, or where there is no other.
    """

    device: torch.device
    rates: dict[str, float] = field(default_factory=dict)


def choose_device(experiment: Experiment, dataset: Dataset) -> DeviceChoice:
    """Return the device that an experiment names; "auto" is tried, once per recipe while the program runs.

    Runs that differ only in seed, learning rate and weight decay are the same recipe, so that a repetition is on the
    same device, with the same bits.

    Raises:
        InputError: the device is not available.
    """
    name, here = experiment.base.device, available_devices()
    if name != "auto" or len(here) == 1:
        return DeviceChoice(resolve_device(name))
    recipe = _recipe(experiment, dataset)
    with _trying:  # two trials at once would slow each other
        if recipe not in _tried:
            while len(_tried) >= KEPT:
                del _tried[next(iter(_tried))]
            _tried[recipe] = {each: _rate_or_zero(experiment, dataset, torch.device(each)) for each in here}
        rates = _tried[recipe]
    return DeviceChoice(torch.device(fastest(rates)), rates)


def fastest(rates: dict[str, float]) -> str:
    """Return the device with the highest rate; one other than the CPU has to be faster by ``ADVANTAGE``."""
    return max(rates, key=lambda name: rates[name] if name != "cpu" else ADVANTAGE * rates[name])


def steps_per_s(experiment: Experiment, dataset: Dataset, device: torch.device) -> float:
    """Train new arms for ``TRIAL_S`` and return their steps per second; a step that takes longer is measured alone."""
    twins = build_twins(experiment, dataset, device)
    steps = train_steps(twins, TrainingData.of(dataset, device))
    started = time.perf_counter()
    for _ in range(WARM_UP[device.type]):
        started = time.perf_counter()
        next(steps, None)
    first = time.perf_counter() - started
    if first > TRIAL_S:
        return 1 / first
    count, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < TRIAL_S and next(steps, None) is not None:
        count += 1
    return count / elapsed if count else 1 / first


def _rate_or_zero(experiment: Experiment, dataset: Dataset, device: torch.device) -> float:
    """Return the rate; 0 where the device cannot run the nets, for whatever reason its driver gives."""
    try:
        return steps_per_s(experiment, dataset, device)
    except (RuntimeError, TypeError) as error:  # MPS raises both where it lacks an operation or a type
        if device.type == "cpu":
            raise
        log.warning("%s cannot run these nets: %s", device, error)
        return 0.0


def _recipe(experiment: Experiment, dataset: Dataset) -> tuple[object, ...]:
    same = experiment.base.with_fields(seed=0, lr=1.0, weight_decay=0.0)
    return same, experiment.arms, dataset.name, len(dataset.y_train)


_tried: dict[tuple[object, ...], dict[str, float]] = {}
_trying = Lock()
