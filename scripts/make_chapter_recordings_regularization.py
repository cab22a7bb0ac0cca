"""Make assets/recordings/regularization.json: the study of overfitting on 500 digits.

Run from the top of the repository: ``python -m scripts.make_chapter_recordings_regularization``. Numbers
only: accuracies and losses of every run. A repetition on the same versions gives the same numbers.
"""

import json
import platform
import time
from datetime import date

import torch

from bnviz.chapters.regularization.recipes import FILE, full_study


def main() -> None:
    """Run and save the study."""
    torch.set_num_threads(1)
    started = time.perf_counter()
    study = full_study(lambda done, total: print(done, "of", total, flush=True)).to_dict()
    provenance = {
        "date": date.today().isoformat(),
        "script": "scripts/make_chapter_recordings_regularization.py",
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }
    FILE.write_text(json.dumps({"provenance": provenance, "study": study}) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {FILE.stat().st_size / 1e3:.0f} kB, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
