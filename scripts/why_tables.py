"""Print the tables of docs/why.md from assets/recordings/why.json.

Run from the top of the repository: ``PYTHONPATH=. python -m scripts.why_tables``.
"""

import numpy as np

from bnviz.experiments.shift_findings import LINEAR, NOISE, POINTS, SHIFT, SMOOTH, Finding, findings
from bnviz.experiments.shift_recipes import FILE, SCENES, kind, read_parts
from bnviz.experiments.shift_study import ShiftStudy

HEAD = "| what | compared | seeds 0, 1, 2 | here | Santurkar et al. | verdict |\n|---|---|---|---|---|---|"
PAPER = {"not_lower": "not lower", "close": "about the same", "": "–"}


def main() -> None:
    """Print where the file comes from, then a table for each scene."""
    found = read_parts(FILE)
    print(f"{found.provenance}\n")
    for scene in (each for each in SCENES if each in found.studies):
        study = found.studies[scene]
        questions = LINEAR if kind(scene) == "linear" else (*SHIFT, *NOISE, *SMOOTH)
        print(f"## {scene}: learning rate {study.lr:g}, {study.steps[-1] + 1} updates\n")
        print(f"{ends(study)}\n\n{HEAD}")
        for each in findings(study, questions):
            print(row(each))
        print()


def row(found: Finding) -> str:
    """Write one finding as a row."""
    question = found.question
    points = question.quantity in POINTS
    changes = ", ".join(
        f"{x:+.1f}" if points else f"× {x:,.0f}" if x >= 100 else f"× {x:.3g}" for x in found.changes
    )
    cells = (
        question.quantity, f"{question.arm} / {question.reference}", changes, found.direction,
        PAPER.get(question.paper, question.paper), found.verdict or "–",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def ends(study: ShiftStudy) -> str:
    """Write how the arms ended: test accuracy, or the training loss where there is none."""
    parts = []
    for arm in study.arms:
        if "accuracy" in study.values:
            values = ", ".join(
                "diverged" if x != x else f"{100 * x:.1f} %" for x in study.of(arm, "accuracy")[:, -1]
            )
        else:
            values = ", ".join(f"{x:.3g}" for x in np.asarray(study.of(arm, "loss")[:, -1]))
        parts.append(f"{arm}: {values}")
    return "Last measurement, seeds 0, 1, 2. " + "; ".join(parts) + "."


if __name__ == "__main__":
    main()
