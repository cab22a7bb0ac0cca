"""PlainSteps: what a step takes that is not observed, so that it is known what observing adds to one."""

from __future__ import annotations


class PlainSteps:
    """How long plain steps take, by the clock that costs are counted in.

    Where runs take turns, the first step of a turn finds the caches full of what others computed, and takes longer. It
    is also the step that is observed, where a turn has few: compared with any step, observing seemed three times as
    dear as it is.
    """

    def __init__(self) -> None:
        self._usual_s = self._first_s = 0.0
        self._is_settled = True

    def note(self, seconds: float, is_first: bool, is_settled: bool) -> None:
        """Note a plain step.

        Args:
            seconds: what it took.
            is_first: whether it was the first of a turn.
            is_settled: whether later ones will be made in the same way; else it says nothing of them.
        """
        if not (is_settled and self._is_settled):  # what was made before says nothing of it
            self._usual_s = self._first_s = 0.0
        self._is_settled = is_settled
        self._usual_s = _average(self._usual_s, seconds, 0.05)
        if is_first:
            self._first_s = _average(self._first_s, seconds, 0.2)

    def added_s(self, seconds: float, is_first: bool) -> float:
        """Return how much longer an observed step took than such a step takes, in seconds, at least 0."""
        plain = (is_first and self._first_s) or self._usual_s
        return max(0.0, seconds - plain)


def _average(average: float, value: float, weight: float) -> float:
    return average + weight * (value - average) if average else value
