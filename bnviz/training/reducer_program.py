"""The program of the process that reduces snapshots. It imports neither torch nor anything else that it can do without.

It reads the numbers of slots from its standard input, reduces what lies in them, and writes back how much it left
there and how long it took. It ends with its input, and so with the process that started it.
"""

from __future__ import annotations

import mmap
import os
import select
import signal
import struct
import sys
import time
from contextlib import suppress

import numpy as np

from bnviz.telemetry.arm_records import arm_records
from bnviz.telemetry.reducer_memory import SLOT_BYTES, SLOTS, SlotReader, slot_of, write_records

REQUEST = struct.Struct("<I")
"""Number of a slot that holds observations."""
REPLY = struct.Struct("<IId")
"""Number of the slot, bytes of the records in it (0: it failed), and processor seconds."""
STARTED = REPLY.pack(SLOTS, 0, 0.0)
"""What the program writes first."""

_PARENT_S = 2.0
"""So often it looks whether its parent is still there: a process that the parent forked holds the pipe open too."""


def main() -> None:
    """Reduce until the input ends; the argument is the file descriptor of the shared memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes of a terminal; the server ends this one
    memory = np.frombuffer(mmap.mmap(int(sys.argv[1]), SLOTS * SLOT_BYTES), np.uint8)
    readers = [SlotReader(slot_of(memory, number)) for number in range(SLOTS)]
    requests, replies = sys.stdin.fileno(), sys.stdout.fileno()
    parent = os.getppid()
    with suppress(BrokenPipeError):
        os.write(replies, STARTED)
        while request := _next(requests, parent):
            (number,) = REQUEST.unpack(request)
            os.write(replies, _reduced(readers[number], number))


def _next(requests: int, parent: int) -> bytes:
    """Return the next request; empty at the end."""
    while not select.select([requests], (), (), _PARENT_S)[0]:
        if os.getppid() != parent:
            return b""
    return os.read(requests, REQUEST.size)


def _reduced(reader: SlotReader, number: int) -> bytes:
    started, size = time.process_time(), 0
    try:
        observations, slopes = reader.views().read()
        size = write_records(arm_records(observations, lambda *_: slopes), reader.memory)
    except Exception as error:  # the other process reduces it again, and shows what is wrong
        sys.stderr.write(f"a snapshot could not be reduced: {error!r}\n")
    return REPLY.pack(number, size, time.process_time() - started)


if __name__ == "__main__":
    main()
