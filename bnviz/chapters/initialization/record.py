"""``python -m bnviz record initialization``: the sweeps over learning rate and initial scale; losses only."""

from __future__ import annotations

import json
from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.initialization.recipes import FILE, NETS, SEEDS, STEPS, full_sweep
from bnviz.files.provenance import provenance
from bnviz.files.write import atomic


def record(options: RecordOptions) -> list[Path]:
    """Run every sweep; its parts are "scale-relu", "rate-relu" and so on."""
    sweeps = {}
    for part in options.parts_of(f"{kind}-{net}" for net in NETS for kind in ("scale", "rate")):
        kind, net = part.split("-")
        options.on_progress(part)
        found = full_sweep(kind, net, seeds=options.seeds_or(SEEDS), steps=options.steps_or(STEPS))
        sweeps[part] = found.to_dict()
    target = options.target(FILE)
    content = {"provenance": provenance(script=command("initialization")), "sweeps": sweeps}
    with atomic(target) as file:
        file.write_text(json.dumps(content) + "\n", encoding="utf-8")
    return [target]
