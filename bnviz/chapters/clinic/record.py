"""``python -m bnviz record clinic`` (a minute): train the patients, let them fall ill, and examine them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.clinic.examine import examine
from bnviz.chapters.clinic.illnesses import ILLNESSES, healthy
from bnviz.chapters.clinic.patients import PATIENTS
from bnviz.chapters.clinic.recorded import FILE, packed_patient, recorded, rounded, save
from bnviz.chapters.clinic.train import STEPS
from bnviz.chapters.clinic.treat import plain
from bnviz.chapters.clinic.worlds import SEED
from bnviz.files.provenance import provenance


def record(options: RecordOptions) -> list[Path]:
    """Make the patients, or only those that ``parts`` names; ``steps`` cuts the training."""
    names = options.parts_of(patient.name for patient in PATIENTS)
    n_steps = options.steps_or(STEPS)
    options.on_progress("the healthy net")
    base = healthy(n_steps)
    rounded(base)
    patients: dict[str, Any] = dict(recorded()["patients"]) if options.parts else {}
    for name in names:
        options.on_progress(name)
        sick = ILLNESSES[name](name, base, n_steps)
        rounded(sick)
        patients[name] = packed_patient(sick, plain(examine(sick.case)))
    content = {"provenance": provenance(script=command("clinic")), "seed": SEED, "steps": n_steps, "patients": patients}
    target = options.target(FILE)
    save(content, target)
    return [target]
