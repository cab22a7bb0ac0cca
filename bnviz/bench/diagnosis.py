"""The clinic table: is each fault found in its sick net, in the right place, and does its cure help?"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

from bnviz.bench.result import BenchRow
from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.finding import CODES, Code
from bnviz.diagnosis.sick_nets import SICK

SEEDS = (0, 1, 2, 3, 4)
BATCHES = 40


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """One sick net of one seed.

    Attributes:
        code: its fault.
        seed: of weights and batches.
        found: whether the fault was found.
        placed: whether its layer and its channels were named.
        before: the metric of the sick net in evaluation mode.
        after: the metric with the cure, or None where none is tried.
        alarms: findings above note about the healthy twin.
    """

    code: Code
    seed: int
    found: bool
    placed: bool
    before: float
    after: float | None
    alarms: tuple[str, ...]


def clinic_row(code: Code, seed: int) -> ClinicRow:
    """Build a sick net and its healthy twin, and diagnose both."""
    net = SICK[code](seed)
    sick = diagnose(net.sick, net.loader, batches=BATCHES, optimizer=net.optimizer, reference=net.reference)
    loader = net.healthy_loader or net.loader
    healthy = diagnose(net.healthy, loader, batches=BATCHES, optimizer=net.healthy_optimizer, reference=net.reference)
    own = [finding for finding in sick.findings if finding.code == code]
    placed = bool(own) and own[0].layer == net.layer
    if net.channels:
        placed = placed and set(own[0].channels) == set(net.channels)
    effect = own[0].effect if own else None
    alarms = tuple(finding.code for finding in healthy.serious)
    return ClinicRow(code, seed, bool(own), placed, sick.evaluation, None if effect is None else effect.after, alarms)


def clinic_table(seeds: tuple[int, ...] = SEEDS) -> list[ClinicRow]:
    """Return the rows of every fault and seed."""
    return [clinic_row(code, seed) for code in CODES for seed in seeds]


def markdown(rows: list[ClinicRow]) -> str:
    """Return the table of a document, one row per fault; the metric is that of the first seed."""
    lines = [
        "| code | found | layer and channels right | metric before | after the cure | false alarms on the twin |",
        "|---|---|---|---|---|---|",
    ]
    for code in dict.fromkeys(row.code for row in rows):
        own = [row for row in rows if row.code == code]
        found, placed = (sum(getattr(row, name) for row in own) for name in ("found", "placed"))
        after = "-" if own[0].after is None else f"{own[0].after:.3f}"
        alarms = sum(len(row.alarms) for row in own)
        lines.append(
            f"| `{code}` | {found} of {len(own)} | {placed} of {len(own)} | {own[0].before:.3f} | {after} | {alarms} |"
        )
    return "\n".join(lines)


def faults_found() -> list[BenchRow]:
    """Return how many faults are found in the right place, and how many false alarms healthy twins raise."""
    rows = clinic_table()
    placed = sum(row.found and row.placed for row in rows) / len(rows)
    alarms = sum(len(row.alarms) for row in rows)
    sys.stderr.write(f"{markdown(rows)}\n")
    detail = {"rows": [asdict(row) for row in rows]}
    return [
        BenchRow("diagnosis: faults of sick nets named in their place", placed, 1.0, True, "share", detail),
        BenchRow("diagnosis: findings above note about healthy twins", float(alarms), 0.0, False, "findings"),
    ]
