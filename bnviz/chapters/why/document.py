"""``python -m bnviz record why-doc``: the measured parts of docs/why.md, read from the recording or computed here.

Only the text between its markers changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bnviz.api.record import RecordOptions
from bnviz.chapters.why.findings import LINEAR, NOISE, POINTS, SHIFT, SMOOTH, Finding, findings
from bnviz.chapters.why.identity_in_net import identity_in_net
from bnviz.chapters.why.recipes import FILE, RATES, SCENES, RecordedStudies, kind, read_parts
from bnviz.chapters.why.study import ShiftStudy
from bnviz.files.write import atomic

DOC = Path(__file__).resolve().parents[3] / "docs" / "why.md"
TITLES = {
    "figure1": "Figure 1's net",
    "vgg": "Narrow VGG11, rate 0.1",
    "vgg_slow": "Narrow VGG11, rate 0.01",
    "linear": "Deep linear net, rate 1e-6",
    "linear_slow": "Deep linear net, rate 1e-7",
}
HEAD = "| what | compared | seeds 0, 1, 2 | here | Santurkar et al. | verdict |\n|---|---|---|---|---|---|"
PAPER = {"not_lower": "not lower", "close": "about the same", "": "–"}
CHECKS = ((0, 0.0), (100, 0.0), (100, 1e-5), (100, 0.01), (100, 1.0), (300, 0.0))
"""Updates and epsilon of the rows on the identity."""


def record_document(options: RecordOptions) -> list[Path]:
    """Write the page."""
    found = read_parts(FILE)
    text = DOC.read_text(encoding="utf-8")
    for name, lines in (("origin", origin(found)), ("results", results(found)), ("identity", identity())):
        text = filled(text, name, "\n".join(lines))
    target = options.target(DOC)
    with atomic(target) as file:
        file.write_text(text, encoding="utf-8")
    return [target]


def filled(text: str, name: str, part: str) -> str:
    """Put a part between its markers."""
    pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
    text, count = re.subn(pattern, lambda found: f"{found[1]}{part}\n{found[2]}", text, flags=re.S)
    if count != 1:
        raise ValueError(f"docs/why.md has no place for {name!r}")
    return text


def origin(found: RecordedStudies) -> Iterator[str]:
    """Yield where the file comes from."""
    facts = found.provenance
    times = {scene: facts["cpu_seconds"][scene] for scene in SCENES}
    yield (
        f"Recorded {facts['date']}, torch {facts['versions']['torch']}, "
        f"Python {facts['versions']['python']}, "
        f"one thread on a machine with 2 CPU cores, seeds {', '.join(map(str, facts['seeds']))}."
    )
    seconds = ", ".join(f"{scene} {value:g}" for scene, value in times.items())
    minutes = sum(times.values()) / 60
    yield f"CPU seconds: {seconds}; {minutes:.1f} minutes in all. Images of the VGG: {facts['images']}."
    rates = ", ".join(f"{scene} {RATES[scene]:g}" for scene in SCENES)
    yield f"Learning rates: {rates}."


def results(found: RecordedStudies) -> Iterator[str]:
    """Yield a table for each scene."""
    for scene in SCENES:
        study = found.studies[scene]
        questions = LINEAR if kind(scene) == "linear" else (*SHIFT, *NOISE, *SMOOTH)
        yield f"\n### {TITLES[scene]} (`{scene}`, {study.steps[-1] + 1:,} updates)\n"
        yield f"{ends(study)}\n\n{HEAD}"
        yield from (row(each) for each in findings(study, questions))
    yield ""


def identity() -> Iterator[str]:
    """Yield the table of the identity, computed now."""
    yield "| updates | epsilon | deviation | with epsilon | taken away, layers 1 to 3 (%) | printed |"
    yield "|---|---|---|---|---|---|"
    for updates, eps in CHECKS:
        layers = identity_in_net(updates, 60, eps)
        simple = max(layer.deviation(layer.simple) for layer in layers)
        exact = max(layer.deviation(layer.exact) for layer in layers)
        taken = ", ".join(f"{100 * (1 - layer.shares[2]):.1f}" for layer in layers)
        holds, units = sum(layer.printed_holds for layer in layers), sum(len(layer.scale) for layer in layers)
        yield f"| {updates} | {eps:g} | {simple:.1e} | {exact:.1e} | {taken} | {holds} of {units} |"


def row(found: Finding) -> str:
    """Write one finding as a row."""
    question = found.question
    points = question.quantity in POINTS
    changes = ", ".join(f"{x:+.1f}" if points else f"× {x:,.0f}" if x >= 100 else f"× {x:.3g}" for x in found.changes)
    cells = (
        question.quantity,
        f"{question.arm} / {question.reference}",
        changes,
        found.direction,
        PAPER.get(question.paper, question.paper),
        found.verdict or "–",
    )
    return "| " + " | ".join(cells) + " |"


def ends(study: ShiftStudy) -> str:
    """Write how the arms ended: test accuracy, or the training loss where there is none."""
    parts = []
    for arm in study.arms:
        if "accuracy" in study.values:
            values = ", ".join("diverged" if x != x else f"{100 * x:.1f} %" for x in study.of(arm, "accuracy")[:, -1])
        else:
            values = ", ".join(f"{x:.3g}" for x in np.asarray(study.of(arm, "loss")[:, -1]))
        parts.append(f"{arm}: {values}")
    return "Last measurement, seeds 0, 1, 2. " + "; ".join(parts) + "."
