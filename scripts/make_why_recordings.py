"""Make assets/recordings/why.json: covariate shift, noise and smoothness from several seeds.

Run from the top of the repository: ``python scripts/make_why_recordings.py file:cifar10-12k.npz`` (any
CIFAR-10 in the form that ``file:`` takes, or ``cifar10`` after ``python -m bnviz data fetch cifar10``).
Numbers only. A second argument names scenes to run again; the others stay as they are in the file.
"""

import json
import platform
import sys
import time
from datetime import date

import torch

from bnviz.experiments.shift_recipes import FILE, SCENES, SEEDS, full_study, read_recording, recording


def main() -> None:
    """Run and save the studies."""
    torch.set_num_threads(1)
    cifar = sys.argv[1] if len(sys.argv) > 1 else "cifar10"
    scenes = sys.argv[2].split(",") if len(sys.argv) > 2 else SCENES
    kept = read_recording(FILE) if set(scenes) != set(SCENES) else None
    studies = dict(kept.studies) if kept is not None else {}
    seconds = dict(kept.provenance["cpu_seconds"]) if kept is not None else {}
    for scene in scenes:
        started = time.process_time()

        def told(done: int, total: int, scene: str = scene) -> None:
            print(scene, done, "of", total, flush=True)

        studies[scene] = full_study(scene, cifar, told)
        seconds[scene] = round(time.process_time() - started, 1)
    provenance = {
        "date": date.today().isoformat(),
        "script": "scripts/make_why_recordings.py",
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "seeds": list(SEEDS),
        "images": "CIFAR-10, 12,000-image sample" if cifar.startswith("file:") else "CIFAR-10",
        "cpu_seconds": seconds,
        "threads": 1,
    }
    FILE.write_text(recording({scene: studies[scene] for scene in SCENES}, provenance), encoding="utf-8")
    print(json.dumps(provenance), f"{FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
