"""What ``python -m bnviz record`` hands to the function that makes a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bnviz.config import InputError


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """How to make a recording; by default as the app ships it.

    Attributes:
        folder: where to write; None: the place that the app reads.
        seeds: the seeds 0 to ``seeds`` - 1; None: those of the shipped recording.
        steps: updates of every run; None: those of the shipped recording.
        dataset: another data set, or "".
        parts: names of the parts to make; all by default.
        on_progress: called with a line of text now and then.
    """

    folder: Path | None = None
    seeds: int | None = None
    steps: int | None = None
    dataset: str = ""
    parts: tuple[str, ...] = ()
    on_progress: Callable[[str], None] = lambda text: None

    def target(self, shipped: Path) -> Path:
        """Return where to write what the app reads from ``shipped``."""
        return shipped if self.folder is None else self.folder / shipped.name

    def seeds_or(self, shipped: Sequence[int]) -> tuple[int, ...]:
        """Return the seeds to run; ``shipped`` are those of the shipped recording."""
        return tuple(shipped) if self.seeds is None else tuple(range(self.seeds))

    def steps_or(self, shipped: int) -> int:
        """Return the number of updates; ``shipped`` is that of the shipped recording."""
        return shipped if self.steps is None else self.steps

    def parts_of(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the parts to make, of ``known``; raises InputError for an unknown one."""
        names = tuple(known)
        for part in self.parts:
            if part not in names:
                raise InputError(f"unknown part {part!r:.80}; known are {', '.join(names)}")
        return self.parts or names


Recorder = Callable[[RecordOptions], list[Path]]
"""It makes a recording and returns the files that it wrote."""


def command(name: str) -> str:
    """Return the command that makes a recording, for its provenance."""
    return f"python -m bnviz record {name}"
