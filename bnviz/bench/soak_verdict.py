"""The minutes of a soak, and the verdict over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

LEAST_PROGRESS, LEAST_FRAMES, LONGEST_MS, STEEPEST = 0.8, 5.0, 300.0, 1.0
THREADS_LEFT = 4
"""So many more threads than before may remain when all have left: those of asyncio's pool."""
FEWEST_FULL = 4
"""Minutes with full histories from which a slope can be told."""
LEFT_MB = 100.0
"""So much more memory than before may remain when all have left."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What was seen in one minute.

    Attributes:
        at: minutes since the visitors came.
        steps_per_s: updates of all visitors together, per second.
        slowest_over_mean: steps of the slowest visitor over those of the mean one.
        frames_per_s: pictures of the mean visitor, per second.
        slowest_frames_per_s: pictures of the visitor who got the fewest.
        p50_ms: half of the asset requests were answered sooner.
        p99_ms: 99 of 100 asset requests were.
        longest_ms: the slowest answer.
        newcomer_ms: longest time until a newcomer saw a picture.
        resident_mb: memory of the server, the mean over the minute.
        history_mb: of it, frames that the histories of all runs keep.
        history_full: share of the frames that it has room for, of the emptiest history at the end of the minute.
        threads: threads of the server.
        cores: cores that the server computed on, of those of the machine.
    """

    at: float
    steps_per_s: float
    slowest_over_mean: float
    frames_per_s: float
    slowest_frames_per_s: float
    p50_ms: float
    p99_ms: float
    longest_ms: float
    newcomer_ms: float
    resident_mb: float
    history_mb: float
    history_full: float
    threads: int
    cores: float

    def line(self) -> str:
        """Return the minute as a row of a table."""
        return (
            f"{self.at:6.1f} {self.steps_per_s:9.0f} {self.slowest_over_mean:9.2f} {self.frames_per_s:8.1f}"
            f" {self.slowest_frames_per_s:8.1f} {self.p50_ms:7.0f} {self.p99_ms:7.0f} {self.longest_ms:8.0f}"
            f" {self.newcomer_ms:9.0f} {self.resident_mb:8.0f}"
            f" {self.history_mb:8.0f} {self.history_full:6.0%} {self.threads:8d} {self.cores:6.2f}"
        )


HEAD = (
    "minute   steps/s slow/mean frames/s  slowest  p50 ms  p99 ms  longest  newcomer   RSS MB"
    "  history   full  threads  cores\n"
    "           (all)            (mean)  visitor      (answers to a request)        ms                MB"
)


@dataclass(frozen=True, slots=True)
class Soak:
    """A whole soak.

    Attributes:
        sessions: number of visitors.
        minutes: what was seen minute by minute.
        slowest_over_mean: steps of the slowest visitor over those of the mean one, in all minutes.
        p99_ms: 99 of 100 asset requests of all minutes were answered sooner.
        lost: sockets that the server ended.
        trouble: what went wrong, in words.
        threads_before: threads of the server before the visitors came.
        threads_after: threads when all had left for longer than their lease.
        resident_before_mb: memory before.
        resident_after_mb: memory after.
    """

    sessions: int
    minutes: tuple[Minute, ...]
    slowest_over_mean: float
    p99_ms: float
    lost: int
    trouble: tuple[str, ...]
    threads_before: int
    threads_after: int
    resident_before_mb: float
    resident_after_mb: float

    @property
    def full_minutes(self) -> tuple[Minute, ...]:
        """The minutes that began with full histories, which then hold the same to the end."""
        first = next((at for at, minute in enumerate(self.minutes) if minute.history_full >= 1), len(self.minutes))
        return self.minutes[first + 1 :]

    @property
    def mb_per_minute(self) -> float:
        """Slope of the server's memory by least squares, over the minutes with full histories.

        Where these are too few, over the last half of all minutes, and without what the histories hold, which still
        grows.
        """
        if len(full := self.full_minutes) >= FEWEST_FULL:
            return slope_of([(minute.at, minute.resident_mb) for minute in full])
        half = self.minutes[len(self.minutes) // 2 :]
        return slope_of([(minute.at, minute.resident_mb - minute.history_mb) for minute in half])

    @property
    def verdict(self) -> tuple[tuple[str, bool], ...]:
        """Each condition in words, and whether it holds."""
        slowest = min((minute.slowest_frames_per_s for minute in self.minutes), default=0.0)
        progress, ms, growth = self.slowest_over_mean, self.p99_ms, self.mb_per_minute
        full = len(self.full_minutes)
        when = f"in {full} minutes with full histories" if full >= FEWEST_FULL else "beside the histories, not yet full"
        left = f"{self.resident_after_mb:.0f} MB, before they came {self.resident_before_mb:.0f}"
        threads = f"{self.threads_after}, before they came {self.threads_before}"
        return (
            (f"slowest / mean progress {progress:.2f}, at least {LEAST_PROGRESS}", progress >= LEAST_PROGRESS),
            (f"fewest frames/s of a visitor {slowest:.1f}, at least {LEAST_FRAMES:g}", slowest >= LEAST_FRAMES),
            (f"99 of 100 requests answered in {ms:.0f} ms, at most {LONGEST_MS:.0f}", ms <= LONGEST_MS),
            (f"memory {when} {growth:+.2f} MB a minute, at most {STEEPEST:g}", growth <= STEEPEST),
            (
                f"memory after all left {left}, at most {LEFT_MB:g} more",
                self.resident_after_mb <= self.resident_before_mb + LEFT_MB,
            ),
            (f"sockets that the server ended: {self.lost}, at most 0", self.lost == 0),
            (f"other trouble: {len(self.trouble)}, at most 0", not self.trouble),
            (f"threads after all left: {threads}", self.threads_after <= self.threads_before + THREADS_LEFT),
        )

    @property
    def holds(self) -> bool:
        """Whether all conditions hold."""
        return all(holds for _, holds in self.verdict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        told = [{"what": what, "holds": holds} for what, holds in self.verdict]
        return {**asdict(self), "mb_per_minute": self.mb_per_minute, "verdict": told, "holds": self.holds}


def slope_of(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of a line through points by least squares; 0 for fewer than two."""
    if len(points) < 2:
        return 0.0
    x, y = np.array(points).T
    return float(np.polyfit(x, y, 1)[0])
