"""Snapshots on their way to a frame, station after station, so that each is measured for itself."""

from __future__ import annotations

import numpy as np

from bnviz.live import wire
from bnviz.telemetry.arm_records import arm_records
from bnviz.telemetry.records import Frame
from bnviz.telemetry.reduce import arrays_of, slopes_of_all
from bnviz.telemetry.reducer_memory import (
    SLOT_BYTES,
    Bytes,
    read_observations,
    read_records,
    write_observations,
    write_records,
)
from bnviz.training.loop import Snapshot
from bnviz.training.reducer import Keep


class KeptSnapshots:
    """A reducer that keeps what it is given."""

    idle = True
    offloaded_cost_s = 0.0

    def __init__(self) -> None:
        self.waiting: list[Snapshot] = []
        self.written: list[tuple[Snapshot, Bytes]] = []
        self.reduced: list[tuple[Snapshot, bytes]] = []
        self.frames: list[Frame] = []

    def hand_over(self) -> None:
        """Write a snapshot into memory, as for the process that reduces it."""
        snapshot = self.waiting.pop()
        arrays = [arrays_of(one) for one in snapshot.arriving.wait()]
        slot = np.empty(SLOT_BYTES, np.uint8)
        write_observations(arrays, slopes_of_all(arrays), slot)
        self.written.append((snapshot, slot))

    def reduce_one(self) -> None:
        """Reduce a snapshot as that process does."""
        snapshot, slot = self.written.pop()
        observations, slopes = read_observations(slot)
        size = write_records(arm_records(observations, lambda *_: slopes), slot)
        self.reduced.append((snapshot, slot[:size].tobytes()))

    def receive(self) -> None:
        """Read the numbers of a snapshot, and keep its frame."""
        snapshot, data = self.reduced.pop()
        self.frames.append(snapshot.with_records(read_records(data)))

    def encoded(self) -> bytes:
        """Return the message of a frame."""
        return wire.encode_frame(self.frames.pop(), 1)

    def submit(self, snapshot: Snapshot, keep: Keep, short: bool = False) -> Frame | None:
        """Keep it."""
        self.waiting.append(snapshot)
        return None

    def join(self) -> None:
        """Nothing is pending."""
