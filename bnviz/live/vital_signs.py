"""Memory and threads of another process, as Linux tells them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """What a process holds.

    Attributes:
        resident_mb: resident memory in MB (10^6 bytes).
        threads: number of its threads.
        processor_s: seconds that all of them computed so far, on all cores.
    """

    resident_mb: float
    threads: int
    processor_s: float


def vital_signs(pid: int) -> VitalSigns | None:
    """Return memory and threads of a process; None where the system does not tell, or when it has ended."""
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
        # Fields 14 and 15, user and system time, counted after the name, which may hold spaces (man 5 proc).
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return None
    found = {name: value.split() for name, _, value in (row.partition(":") for row in rows)}
    if "VmRSS" not in found:  # a process that has ended and was not waited for has none
        return None
    seconds = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return VitalSigns(int(found["VmRSS"][0]) * 1024 / 1e6, int(found["Threads"][0]), seconds)
