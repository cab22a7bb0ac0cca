"""How much of the loop's time observing may take."""

from __future__ import annotations

import time
from types import TracebackType

import torch

CALL_S = 4e-6
"""Seconds that torch needs to call a hook or a function mode, beside what is measured inside of it."""


class Budget:
    """Allows an observation while all of them together took at most a share of the rest of the loop's time.

    The first ``free`` ones are always allowed, so that a short loop is recorded; what they took counts like all others.

    Args:
        share: largest part of the time; infinite allows all.
        free: observations that are allowed in any case.
    """

    def __init__(self, share: float, free: int) -> None:
        self._share, self._free = share, free
        self._started = time.perf_counter()
        self._observations = 0
        self.spent = 0.0

    def allows(self) -> bool:
        """Return whether one more observation is affordable, and count it if so."""
        if self._observations >= self._free:
            elapsed = time.perf_counter() - self._started
            expected = self.spent / max(1, self._observations)
            if self.spent + expected > self._share * max(elapsed - self.spent, 0.0):
                return False
        self._observations += 1
        return True

    def add(self, started: float, calls: int = 1) -> None:
        """Report the time since ``started`` as spent, and so many calls by torch."""
        self.spent += time.perf_counter() - started + calls * CALL_S

    def leave_out(self, seconds: float) -> None:
        """Report time that is not the loop's."""
        self._started += seconds


class quiet:
    """A block of observing: without gradients, unseen by function modes, its time reported to the budget."""

    __slots__ = ("_budget", "_functions", "_gradients", "_started")

    def __init__(self, budget: Budget) -> None:
        self._budget, self._started = budget, time.perf_counter()
        self._functions = torch._C.DisableTorchFunction()

    def __enter__(self) -> None:
        self._functions.__enter__()
        self._gradients = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        torch._C._set_grad_enabled(self._gradients)
        self._functions.__exit__(kind, error, trace)
        self._budget.add(self._started)
