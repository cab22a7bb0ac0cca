"""Time on a device: its queue is waited for before the clock is read."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch

WINDOWS, WINDOW_S = 3, 0.6


def wait_for(device: torch.device) -> None:
    """Wait until a device has computed all that was given to it; a CPU has already."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def rate(step: Callable[[], object], device: torch.device) -> float:
    """Return how many steps are made per second: the median of some windows, after one that warms up."""
    rates = []
    for _ in range(WINDOWS + 1):
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < WINDOW_S:
            step()
            count += 1
        wait_for(device)
        rates.append(count / (time.perf_counter() - started))
    return statistics.median(rates[1:])
