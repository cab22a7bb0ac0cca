"""``python -m bnviz record why-doc``: the measured parts of docs/why.md, read from the recording or computed here.

Only the text between its markers changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bnviz.api.record import RecordOptions
from bnviz.chapters.why.findings import DRIFT, LINEAR, NOISE, POINTS, SHIFT, SMOOTH, Finding, findings
from bnviz.chapters.why.identity_in_net import identity_in_net
from bnviz.chapters.why.phase_answers import phase_answer
from bnviz.chapters.why.ratio_svg import picture
from bnviz.chapters.why.ratios import phase_moments
from bnviz.chapters.why.recipes import FILE, RATES, SCENES, RecordedStudies, kind, read_parts
from bnviz.chapters.why.study import ShiftStudy
from bnviz.chapters.why.walk_recipe import recorded_walks
from bnviz.files.documents import filled, write_text
from bnviz.studies.rule import FEWEST, Interval

DOC = Path(__file__).resolve().parents[3] / "docs" / "why.md"
TITLES = {
    "figure1": "Figure 1's net",
    "vgg": "Narrow VGG11, rate 0.1",
    "vgg_slow": "Narrow VGG11, rate 0.01",
    "linear": "Deep linear net, rate 1e-6",
    "linear_slow": "Deep linear net, rate 1e-7",
}
HEAD = "| what | phase | compared | mean and interval | here | Santurkar et al. | verdict |\n" + "|---" * 7 + "|"
PHASE = {"": "whole run", "matched": "equal loss"}
PAPER = {"not_lower": "not lower", "close": "about the same", "": "–"}
PICTURE = DOC.parent / "why" / "shift.svg"
NAMES = {
    "l2": "2018: norm(G - G')",
    "relative": "2018, relative to norm(G)",
    "angle": "2018: 1 - cos(G, G')",
    "jump": "2015: means, by one update",
    "drift": "2015: means, over 100 updates",
    "batch_jump": "means, from one batch to the next",
}
SAID = {"same": "same direction throughout", "depends": "**depends on the phase**", "open": "open"}
WORDS = {"higher": "more,", "lower": "less,", "open": "open,"}
CHECKS = ((0, 0.0), (100, 0.0), (100, 1e-5), (100, 0.01), (100, 1.0), (300, 0.0))
"""Updates and epsilon of the rows on the identity."""


def record_document(options: RecordOptions) -> list[Path]:
    """Write the page."""
    found = read_parts(FILE)
    parts = {"origin": origin(found), "phases": phases(found), "results": results(found), "identity": identity()}
    target = options.target(DOC)
    drawn = target.parent / PICTURE.parent.name / PICTURE.name
    drawn.parent.mkdir(exist_ok=True)
    return [
        write_text(target, filled(DOC.read_text(encoding="utf-8"), parts, DOC.name)),
        write_text(drawn, picture(found.studies["figure1"])),
    ]


def origin(found: RecordedStudies) -> Iterator[str]:
    """Yield where the file comes from."""
    facts = found.provenance
    times = {scene: facts["cpu_seconds"][scene] for scene in SCENES}
    dates = facts.get("dates", dict.fromkeys(SCENES, facts["date"]))
    when = ", ".join(f"{scene} {dates[scene]}" for scene in SCENES)
    yield (
        f"Recorded {when}, torch {facts['versions']['torch']}, "
        f"Python {facts['versions']['python']}, "
        f"one thread on a machine with 2 CPU cores."
    )
    seconds = ", ".join(f"{scene} {value:g}" for scene, value in times.items())
    minutes = sum(times.values()) / 60
    yield f"CPU seconds: {seconds}; {minutes:.1f} minutes in all. Images of the VGG: {facts['images']}."
    rates = ", ".join(f"{scene} {RATES[scene]:g}" for scene in SCENES)
    yield f"Learning rates: {rates}."


def phases(found: RecordedStudies) -> Iterator[str]:
    """Yield what the two definitions say in each phase, of figure 1's net and of the ReLU net of the page's picture."""
    yield from _phases("Figure 1's net", found.studies["figure1"])
    yield ""
    yield from _phases("A ReLU net of three hidden layers (`why_walk.json`)", recorded_walks().studies["relu"])


def _phases(net: str, study: ShiftStudy) -> Iterator[str]:
    moments = phase_moments(study)
    yield (
        f"{net}, {len(study.seeds)} seeds: both arms have passed half of their final accuracy at update "
        f"{min(moments)} to {max(moments)}.\n"
    )
    yield "| with BN / without | before | after | at equal loss | after / before | |\n" + "|---" * 6 + "|"
    for quantity, name in NAMES.items():
        answers = findings(study, tuple(q for q in (*SHIFT, *DRIFT) if q.quantity == quantity))
        compared = phase_answer(study, quantity)
        yield (
            f"| {name} | "
            + " | ".join(f"{WORDS[each.direction]} {interval(each)}" for each in answers)
            + f" | {_ratio(compared.ratio)} | {SAID[compared.said]} |"
        )


def results(found: RecordedStudies) -> Iterator[str]:
    """Yield a table for each scene."""
    for scene in SCENES:
        study = found.studies[scene]
        questions = LINEAR if kind(scene) == "linear" else (*SHIFT, *DRIFT, *SMOOTH, *NOISE)
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
    cells = (
        question.quantity,
        PHASE.get(question.phase, question.phase),
        f"{question.arm} / {question.reference}",
        interval(found),
        found.direction,
        PAPER.get(question.paper, question.paper),
        found.verdict or "–",
    )
    return "| " + " | ".join(cells) + " |"


def interval(found: Finding) -> str:
    """Write mean and interval: "× 5.2 (3.1 to 8.8)", or in points "+1.2 (-0.3 to +2.7)"."""
    if found.interval is None:
        return "–"
    mean, low, high = found.interval.mean, found.interval.low, found.interval.high
    if found.question.quantity in POINTS:
        return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"
    return _ratio(found.interval)


def _ratio(found: Interval | None) -> str:
    return "–" if found is None else f"× {_times(found.mean)} ({_times(found.low)} to {_times(found.high)})"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def ends(study: ShiftStudy) -> str:
    """Write how the arms ended: test accuracy, or the training loss where there is none; mean, lowest and highest."""
    parts = []
    accurate = "accuracy" in study.values
    for arm in study.arms:
        last = study.of(arm, "accuracy" if accurate else "loss")[:, -1]
        finite = last[np.isfinite(last)] * (100 if accurate else 1)
        form = "{:.1f} %" if accurate else "{:.3g}"
        words = f"{form} ({form} to {form})".format(finite.mean(), finite.min(), finite.max()) if finite.size else "–"
        diverged = len(last) - finite.size
        parts.append(f"{arm}: {words}" + (f", {diverged} diverged" if diverged else ""))
    few = f" Below {FEWEST} seeds there is no verdict." if len(study.seeds) < FEWEST else ""
    return f"{len(study.seeds)} seeds.{few} Last measurement, mean (lowest to highest). " + "; ".join(parts) + "."
