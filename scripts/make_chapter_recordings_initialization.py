"""Make assets/recordings/initialization.json: the sweeps of learning rate and init scale.

Run from the top of the repository: ``python -m scripts.make_chapter_recordings_initialization``. Numbers
only: the loss of every run. A repetition on the same versions gives the same numbers.
"""

import json
import platform
import time
from datetime import date

import torch

from bnviz.chapters.initialization.recipes import FILE, NETS, full_sweep


def main() -> None:
    """Run and save every sweep."""
    torch.set_num_threads(1)
    started, sweeps = time.perf_counter(), {}
    for net in NETS:
        for kind in ("scale", "rate"):
            sweeps[f"{kind}-{net}"] = full_sweep(kind, net).to_dict()
            print(kind, net, f"{time.perf_counter() - started:.0f} s", flush=True)
    provenance = {
        "date": date.today().isoformat(),
        "script": "scripts/make_chapter_recordings_initialization.py",
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }
    FILE.write_text(json.dumps({"provenance": provenance, "sweeps": sweeps}) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
