"""``python -m bnviz record clinic`` (a minute): train the patients, let them fall ill, and examine them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.clinic.examine import examine
from bnviz.chapters.clinic.illnesses import ILLNESSES, healthy
from bnviz.chapters.clinic.patients import PATIENTS
from bnviz.chapters.clinic.recorded import FILE, packed_patient, rounded, save
from bnviz.chapters.clinic.train import STEPS
from bnviz.chapters.clinic.treat import plain
from bnviz.chapters.clinic.worlds import SEED
from bnviz.files.provenance import provenance


def record(options: RecordOptions) -> list[Path]:
    """Make the patients; ``steps`` cuts the training."""
    n_steps = options.steps_or(STEPS)
    options.on_progress("the healthy net")
    base = healthy(n_steps)
    rounded(base)
    patients: dict[str, Any] = {}
    for patient in PATIENTS:
        options.on_progress(patient.name)
        sick = ILLNESSES[patient.name](patient.name, base, n_steps)
        rounded(sick)
        patients[patient.name] = packed_patient(sick, plain(examine(sick.case)))
    content = {"provenance": provenance(script=command("clinic")), "seed": SEED, "steps": n_steps, "patients": patients}
    target = options.target(FILE)
    save(content, target)
    return [target]
