"""The words beside the bar of a task: its place in the queue, or what is done and how long the rest takes."""

from __future__ import annotations

from bnviz.training.task import QUEUED, Task
from bnviz.ui.text import t

_SOON_S, _MINUTES_FROM_S = 10.0, 90.0


def progress_words(task: Task) -> str:
    """Return the words beside a task's bar."""
    if task.state == QUEUED:
        return t("tasks.waiting", place=max(1, task.position))
    return t("tasks.running", percent=percent(task.share)) + left_words(task.seconds_left)


def percent(share: float) -> str:
    """Return a share in percent; at the start a tenth counts, so that a long computation is seen to move."""
    return f"{100 * share:.1f}" if 0 < share < 0.1 else f"{100 * share:.0f}"


def left_words(seconds: float | None) -> str:
    """Return how long the rest takes, no finer than it can be known."""
    if seconds is None:
        return t("tasks.left_unknown")
    if seconds < _SOON_S:
        return t("tasks.left_soon")
    if seconds < _MINUTES_FROM_S:
        return t("tasks.left_seconds", seconds=f"{10 * round(seconds / 10)}")
    return t("tasks.left_minutes", minutes=f"{round(seconds / 60):,}")
