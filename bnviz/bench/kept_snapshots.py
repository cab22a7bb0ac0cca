"""Snapshots on their way to a frame, station after station, so that each is measured for itself."""

from __future__ import annotations

import numpy as np

from bnviz.live import wire
from bnviz.telemetry.arm_records import arm_records
from bnviz.telemetry.records import Frame
from bnviz.telemetry.reducer_memory import SLOT_BYTES, SlotReader, read_records, write_records
from bnviz.telemetry.snapshot_writer import Slot, SnapshotWriter
from bnviz.training.loop import Snapshot
from bnviz.training.reducer import Keep


class KeptSnapshots:
    """A reducer that keeps the snapshot that it is given; its memory is used again for the next one, as a run's is."""

    idle = True
    offloaded_cost_s = 0.0

    def __init__(self) -> None:
        self.waiting: list[Snapshot] = []
        self.written: list[Snapshot] = []
        self.reduced: list[tuple[Snapshot, bytes]] = []
        self.frames: list[Frame] = []
        self._writer, self._slot = SnapshotWriter(), Slot(np.zeros(SLOT_BYTES, np.uint8))
        self._reader = SlotReader(self._slot.memory)

    def hand_over(self) -> None:
        """Write a snapshot into memory, as for the process that reduces it."""
        snapshot = self.waiting.pop()
        self._writer.write(snapshot.arriving.wait(), self._slot)
        self.written.append(snapshot)

    def reduce_one(self) -> None:
        """Reduce a snapshot as that process does."""
        snapshot, slot = self.written.pop(), self._slot.memory
        observations, slopes = self._reader.views().read()
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
