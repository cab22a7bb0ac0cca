"""Memory and threads of another process, as Linux tells them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """What a process holds.

    Attributes:
        resident_mb: resident memory in MB (10^6 bytes).
        threads: number of its threads.
    """

    resident_mb: float
    threads: int


def vital_signs(pid: int) -> VitalSigns | None:
    """Return memory and threads of a process; None where the system does not tell, or when it has ended."""
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    found = {name: value.split() for name, _, value in (row.partition(":") for row in rows)}
    if "VmRSS" not in found:  # a process that has ended and was not waited for has none
        return None
    return VitalSigns(int(found["VmRSS"][0]) * 1024 / 1e6, int(found["Threads"][0]))
