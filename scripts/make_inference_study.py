"""Make the study of statistics that the chapter "Training and inference" shows as recorded.

Run from the top of the repository: ``python -m scripts.make_inference_study`` (a minute or two).
Repeating it on the same machine and torch gives the same numbers.
"""

from datetime import UTC, datetime

import torch

from bnviz.chapters.inference.statistics_study import RECORDED, SEEDS, measure, save_study
from bnviz.config import RunConfig


def main() -> None:
    """Measure and write."""
    torch.set_num_threads(1)
    found = measure(on_run=lambda size, seed: print(f"batch size {size}, seed {seed}", flush=True))
    provenance = {
        "date": datetime.now(UTC).date().isoformat(),
        "torch": torch.__version__,
        "config": RunConfig().to_dict(),
        "seeds": list(SEEDS),
        "calibration": "training images, batches of 500, weights fixed",
        "script": "scripts/make_inference_study.py",
    }
    save_study(found, provenance)
    print(RECORDED.name, found.shape)


if __name__ == "__main__":
    main()
