"""``python -m bnviz record regularization``: the study of overfitting on 500 digits; accuracies and losses only."""

from __future__ import annotations

import json
from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.regularization.recipes import FILE, SEEDS, STEPS, full_study
from bnviz.files.provenance import provenance
from bnviz.files.write import atomic


def record(options: RecordOptions) -> list[Path]:
    """Train every arm from every seed."""
    study = full_study(
        lambda done, total: options.on_progress(f"{done} of {total}"),
        seeds=options.seeds_or(SEEDS),
        n_steps=options.steps_or(STEPS),
    )
    target = options.target(FILE)
    content = {"provenance": provenance(script=command("regularization")), "study": study.to_dict()}
    with atomic(target) as file:
        file.write_text(json.dumps(content) + "\n", encoding="utf-8")
    return [target]
