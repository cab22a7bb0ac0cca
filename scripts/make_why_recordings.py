"""Make assets/recordings/why.json: covariate shift, noise and smoothness from several seeds.

Run from the top of the repository: ``python -m scripts.make_why_recordings file:SAMPLE.npz``
(any CIFAR-10 in the form that ``file:`` takes, or ``cifar10`` after ``python -m bnviz data fetch cifar10``).
Numbers only. A second argument names scenes, with commas; the others stay as they are in the file, which is
written after every scene.
"""

import json
import platform
import sys
import time
from datetime import date

import torch

from bnviz.chapters.why.recipes import FILE, SCENES, SEEDS, full_study, read_parts, recording
from bnviz.chapters.why.study import ShiftStudy


def main() -> None:
    """Run and save the studies."""
    torch.set_num_threads(1)
    cifar = sys.argv[1] if len(sys.argv) > 1 else "cifar10"
    for scene in sys.argv[2].split(",") if len(sys.argv) > 2 else SCENES:
        started = time.process_time()

        def told(done: int, total: int, scene: str = scene) -> None:
            print(scene, done, "of", total, flush=True)

        study = full_study(scene, cifar, told)
        save(scene, study, time.process_time() - started, cifar)


def save(scene: str, study: ShiftStudy, seconds: float, cifar: str) -> None:
    """Put one scene into the file."""
    kept = read_parts(FILE) if FILE.exists() else None
    studies = dict(kept.studies) if kept is not None else {}
    times = dict(kept.provenance["cpu_seconds"]) if kept is not None else {}
    images = kept.provenance["images"] if kept is not None else ""
    if "vgg" in scene:
        images = "CIFAR-10, 12,000-image sample" if cifar.startswith("file:") else "CIFAR-10"
    provenance = {
        "date": date.today().isoformat(),
        "script": "scripts/make_why_recordings.py",
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "seeds": list(SEEDS),
        "images": images,
        "cpu_seconds": {**times, scene: round(seconds, 1)},
        "threads": 1,
    }
    FILE.write_text(recording({**studies, scene: study}, provenance), encoding="utf-8")
    print(json.dumps(provenance), f"{FILE.stat().st_size / 1e3:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
