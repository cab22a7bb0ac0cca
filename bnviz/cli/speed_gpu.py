"""What docs/speed.md says of a GPU: the table of one run on an H100, kept as it was printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

COMMIT, DATE = "4a8a446", "2026-11-26"
SOURCE = Path(__file__).resolve().parents[2] / "docs" / "speed" / f"h100-{COMMIT}.txt"
RATES = {
    "bare": "plain loop",
    "queued": "plain loop, no loss read",
    "ours": "bnviz",
    "watched": "bnviz, with frames",
    "graph": "plain loop as a CUDA graph",
}
"""Title of each rate in the printed table; the last is the limit: nothing but the kernels, without the host."""


def gpu_table(text: str) -> Iterator[str]:
    """Yield the rates of every scene."""
    yield "| both networks, steps/s | " + " | ".join(RATES.values()) + " | the graph over the plain loop |"
    yield "|---" * (len(RATES) + 2) + "|"
    for scene, found in re.findall(r"^(.+), steps/s +(.+?)(?:  |$)", text, re.MULTILINE):
        rates = {name: float(number) for name, number in (pair.split() for pair in found.split(", "))}
        cells = " | ".join(f"{rates[name]:,.0f}" for name in RATES)
        yield f"| {scene} | {cells} | {rates['graph'] / rates['bare']:.1f} times |"


def gpu_checks(text: str) -> Iterator[str]:
    """Yield how many checks held, and those that did not."""
    checks = re.findall(r"^(.+?)  .*  (ok|FAIL)\s*$", text, re.MULTILINE)
    failed = [what.strip() for what, mark in checks if mark == "FAIL"]
    yield f"{len(checks) - len(failed)} of {len(checks)} checks held. These did not:\n"
    yield from (f"- {what}" for what in failed)


def device_words(text: str) -> str:
    """Return the name of the GPU and the versions, from the first line."""
    (found,) = re.findall(r"^device, torch, python +(.+?)\s*$", text, re.MULTILINE)
    name, torch, python = found.split(", ")
    return f"{name}, torch {torch}, Python {python}, {DATE}, commit {COMMIT}."
